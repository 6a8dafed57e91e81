"""Pictures of the demo for people to look at, and those that stand in the READMEs.

    python shots.py BASE_URL MOBILE OUT_DIR

Every page at 390 and 1,440 pixels, in Chinese and in English, as OUT_DIR/<page>-<width>-<lang>.png, whole page.
Those for the READMEs are one screen high: OUT_DIR/readme/<page>-<width>.png and, in English,
OUT_DIR/readme/<page>-<width>-en.png; the report's cover comes from its PDF and needs pdftoppm (poppler-utils).
"""

import shutil
import subprocess
import sys
from pathlib import Path

from firm_browser import DESK, PHONE, chromium, new_context, sideways, sign_in

PAGES = [
    ("home", "/"),
    ("catalog", "/catalog"),
    ("catalog-item", "/catalog/tax_filing"),
    ("verify", "/verify"),
    ("sign-in", "/firm/sign-in"),
    ("demo-phone", "/demo/phone"),
    ("styleguide", "/styleguide"),
    ("unit-sign-in", "/unit/sign-in"),
    ("not-found", "/no-such-page"),
    ("firm", "/firm"),
    ("report", "/firm/report"),
    ("prequal", "/firm/prequal"),
    ("products", "/products"),
    ("apply", "/firm/apply/shancheng_tax_loan"),
    ("orders", "/firm/orders"),
    ("consents", "/firm/consents"),
    ("looks", "/firm/looks"),
    ("agents", "/firm/agents"),
    ("demo-clock", "/demo/clock"),
]
#: The portals of employees: who signs in, and what they look at.
STAFF = [
    ("/bank", "officer@bank01", [("bank", "/bank"), ("bank-consents", "/bank/consents")]),
    ("/bank", "admin@bank01", [("bank-team", "/bank/team")]),
    ("/desk", "service", [("desk", "/desk"), ("desk-sms", "/desk/sms?group=sent")]),
    ("/oversight", "supervisor", [("oversight", "/oversight"), ("oversight-banks", "/oversight/banks")]),
    ("/unit", "unit@scjg", [("unit", "/unit"), ("unit-errors", "/unit/errors")]),
]
PASSWORD = "jinqiao-demo"
README = {
    ("home", 390), ("report", 390), ("prequal", 390), ("report", 1440), ("bank", 1440),
    ("oversight", 1440),
}


def open_prequal_answer(page):
    """The first bank's answer in full, if it has a page of its own."""
    link = page.locator("[data-test=answer] a[href*='/firm/prequal/']")
    if link.count():
        link.first.click()
        page.wait_for_load_state()
        return True
    return False


def shoot(page, out, name, width, lang):
    page.evaluate("document.fonts.ready")
    wide = sideways(page)
    note = f"  {wide} px too wide" if wide > 0 else ""
    print(f"{name}-{width}-{lang}.png{note}")
    page.screenshot(path=out / f"{name}-{width}-{lang}.png", full_page=True)
    if (name, width) in README:
        ending = "" if lang == "zh" else "-en"
        page.screenshot(path=out / "readme" / f"{name}-{width}{ending}.png")


def shoot_cover(context, out, lang):
    """The first page of the report's PDF."""
    answer = context.request.get("/firm/report.pdf")
    if not answer.ok or not shutil.which("pdftoppm"):
        print("no cover: the PDF did not come or pdftoppm is missing")
        return
    pdf = out / f"report-{lang}.pdf"
    pdf.write_bytes(answer.body())
    ending = "" if lang == "zh" else "-en"
    target = out / "readme" / f"report-cover{ending}"
    subprocess.run(["pdftoppm", "-png", "-r", "72", "-f", "1", "-singlefile", str(pdf), str(target)], check=True)
    subprocess.run(["pdftoppm", "-png", "-r", "72", str(pdf), str(out / f"report-pdf-{lang}")], check=True)


def shoot_staff(browser, base_url, out, size, lang):
    """The pages of employees; the first order of a list in full as well."""
    for portal, account, pages in STAFF:
        context = new_context(browser, base_url, size, lang)
        page = context.new_page()
        page.goto(f"{portal}/sign-in")
        page.fill("#account", account)
        page.fill("#password", PASSWORD)
        page.click("[data-test=sign-in]")
        page.wait_for_url(lambda url: "sign-in" not in url)
        for name, path in pages:
            page.goto(path)
            if page.locator("figure.chart").count():
                page.wait_for_selector("figure.chart.drawn")
            shoot(page, out, name, size["width"], lang)
            order = page.locator("[data-test=order] a").first
            if order.count():
                order.click()
                page.wait_for_load_state()
                shoot(page, out, f"{name}-order", size["width"], lang)
        context.close()


def main(arguments):
    if len(arguments) != 3:
        print("usage: shots.py BASE_URL MOBILE OUT_DIR", file=sys.stderr)
        return 2
    base_url, mobile, out = arguments[0].rstrip("/"), arguments[1], Path(arguments[2])
    (out / "readme").mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        first = new_context(browser, base_url)
        page = first.new_page()
        sign_in(first, page, mobile)
        page.goto("/firm/prequal")
        page.screenshot(path=out / "prequal-question-390-zh.png", full_page=True)
        page.locator("[data-test=prequal-submit]").first.click()
        page.wait_for_selector("[data-test=answer]")
        signed_in = first.storage_state()
        first.close()
        for lang in ("zh", "en"):
            for size in (PHONE, DESK):
                context = new_context(browser, base_url, size, lang, storage_state=signed_in)
                page = context.new_page()
                for name, path in PAGES:
                    page.goto(path)
                    shoot(page, out, name, size["width"], lang)
                if open_prequal_answer(page):
                    shoot(page, out, "prequal-answer", size["width"], lang)
                if size is DESK:
                    shoot_cover(context, out, lang)
                context.close()
                shoot_staff(browser, base_url, out, size, lang)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
