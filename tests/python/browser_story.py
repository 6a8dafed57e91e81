"""A firm's day in a real browser: sign in by mobile, read the report, ask the banks, sign out.

    python browser_story.py BASE_URL MOBILE OUT_DIR

Walks through the story on a phone's screen, again without scripts, then reads the pages in English. Takes a
picture at each step into OUT_DIR, prints one JSON summary, and ends with 1 when anything is not as it should be:
a step that fails, a page wider than the phone, a request to another host, an error in the browser's console.

The run without scripts takes another demo firm from the home page, since a number can ask for one code a minute;
where there is none it waits.
"""

import json
import re
import sys
import time
import traceback
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from firm_browser import (
    CODE_STEP_S,
    DESK,
    ask_for_code,
    chromium,
    codes_at_phone,
    demo_mobiles,
    enter_code,
    host_of,
    new_context,
    sideways,
    wait_for_code,
)

PDF_BYTES_MIN = 20_000
PRODUCTS = 13
CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
AMOUNT = re.compile(r"\d[\d,.]*\s*(万元|亿元|元|yuan|CNY)")
PUBLIC_PAGES = ["/", "/catalog", "/catalog/tax_filing", "/models", "/models/bank01_scorecard", "/verify", "/firm/sign-in", "/unit/sign-in"]
FIRM_PAGES = ["/firm", "/firm/report", "/firm/prequal"]


class Story:
    """The checks of one run and what came of them."""

    def __init__(self, base_url, out):
        self.base_url = base_url
        self.host = host_of(base_url)
        self.out = out
        self.checks = []
        self.pictures = []
        self.foreign = set()
        self.errors = []
        self.requests = 0
        self.names = []

    def check(self, what, holds, detail=""):
        """Notes whether something holds; the story goes on either way."""
        self.checks.append({"check": what, "ok": bool(holds), "detail": str(detail)})

    def part(self, name, steps):
        """Runs a part of the story; one that breaks off is a failed check, and the next part still runs."""
        try:
            steps()
            self.check(f"{name}: to the end", True)
        except Exception as error:
            traceback.print_exc()
            self.check(f"{name}: to the end", False, f"{type(error).__name__}: {str(error).splitlines()[0]}")

    def watch(self, context):
        """Listens to everything the visitor's browser asks for and complains about."""

        def asked(request):
            self.requests += 1
            if host_of(request.url) not in ("", self.host):
                self.foreign.add(request.url)

        def said(message):
            if message.type == "error":
                self.errors.append(f"{message.text} ({message.location.get('url', '')})")

        context.on("request", asked)
        context.on("console", said)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        return context

    def picture(self, page, name):
        """Takes a picture and checks that nothing is cut off sideways."""
        wide = sideways(page)
        self.check(f"{name}: fits the width", wide <= 0, f"{wide} px too wide" if wide > 0 else "")
        path = self.out / f"{len(self.pictures) + 1:02}-{name}.png"
        page.screenshot(path=path, full_page=True)
        self.pictures.append(path.name)

    def sign_in(self, context, page, mobile, run):
        before = codes_at_phone(context, mobile)
        ask_for_code(page, mobile)
        self.picture(page, f"{run}-code")
        enter_code(page, wait_for_code(context, mobile, before))
        self.picture(page, f"{run}-firm")

    def ask_banks(self, page, run):
        page.goto("/firm/prequal")
        self.picture(page, f"{run}-prequal")
        page.locator("[data-test=prequal-submit]").first.click()
        page.wait_for_selector("[data-test=answer]")
        answers = page.locator("[data-test=answer]")
        self.check(f"{run}: {PRODUCTS} products are answered for", answers.count() == PRODUCTS, answers.count())
        # Products that are made for others stand folded.
        for folded in page.locator("details:has([data-test=answer]) > summary").all():
            folded.click()
        self.check(f"{run}: kinds of products are ranked", page.locator("[data-test=matching] li").count() > 0)
        for place in range(answers.count()):
            answer = answers.nth(place)
            outcome = answer.locator("[data-test=outcome]")
            words = outcome.first.inner_text().strip() if outcome.count() else ""
            self.check(f"{run}: answer {place + 1} has an outcome", words, words)
            # A bank that gives a limit owes no reason; every other answer owes at least one.
            reasons = [text.strip() for text in answer.locator("[data-test=reason]").all_inner_texts()]
            gives = AMOUNT.search(answer.inner_text()) is not None
            self.check(f"{run}: answer {place + 1} has a limit or reasons", gives or any(reasons), "; ".join(reasons))
        self.picture(page, f"{run}-answers")

    def sign_out(self, context, page, run):
        page.locator("[data-test=sign-out]").first.click()
        page.wait_for_url(lambda url: not urlsplit(url).path.startswith("/firm/prequal"))
        self.picture(page, f"{run}-signed-out")
        home = context.request.get("/firm")
        self.check(f"{run}: signed out", "data-test=\"sign-out\"" not in home.text(), home.url)

    def read_report(self, context, page):
        page.goto("/firm/report")
        sections = page.locator("[data-test=section]").count()
        self.check("report: has its sections", sections >= 5, sections)
        self.picture(page, "report")
        link = page.locator("a[href*='/firm/report.pdf']")
        self.check("report: offers the PDF", link.count() > 0)
        answer = context.request.get(urljoin(page.url, "/firm/report.pdf"))
        body = answer.body()
        self.check("PDF: comes", answer.ok, answer.status)
        self.check("PDF: is one", body.startswith(b"%PDF"), body[:8])
        self.check("PDF: is more than a cover", len(body) > PDF_BYTES_MIN, f"{len(body)} bytes")
        (self.out / "report.pdf").write_bytes(body)

    def with_scripts(self, browser, mobile):
        context = self.watch(new_context(browser, self.base_url))
        page = context.new_page()
        page.goto("/")
        self.check("home: is in Chinese", page.locator("html").get_attribute("lang") == "zh-CN")
        self.picture(page, "home")
        self.names = [text.strip() for text in page.locator("[data-test=demo-firm] h3").all_inner_texts()]
        others = [other for other in demo_mobiles(page) if other != mobile]
        self.other = others[0] if others else mobile
        self.asked_at = time.monotonic()
        self.sign_in(context, page, mobile, "scripts")
        self.names.append(page.locator("h1").first.inner_text().strip())
        self.read_report(context, page)
        self.ask_banks(page, "scripts")
        self.part("English", lambda: self.in_english(browser, context.storage_state()))
        page.goto("/firm/prequal")
        self.sign_out(context, page, "scripts")
        context.close()

    def without_scripts(self, browser, mobile):
        if self.other == mobile:
            time.sleep(max(0.0, CODE_STEP_S + 2 - (time.monotonic() - self.asked_at)))
        context = self.watch(new_context(browser, self.base_url, java_script_enabled=False))
        page = context.new_page()
        self.sign_in(context, page, self.other, "plain")
        page.goto("/firm/report")
        self.check("plain: the report shows figures of charts", page.locator("figure table td").count() > 0)
        self.ask_banks(page, "plain")
        self.sign_out(context, page, "plain")
        context.close()

    def in_english(self, browser, signed_in):
        visits = [(path, None) for path in PUBLIC_PAGES] + [(path, signed_in) for path in FIRM_PAGES]
        for path, state in visits:
            context = self.watch(new_context(browser, self.base_url, DESK, "en", storage_state=state))
            page = context.new_page()
            answer = page.goto(path)
            self.check(f"English {path}: comes", answer is not None and answer.ok, answer and answer.status)
            self.check(f"English {path}: says so", page.locator("html").get_attribute("lang") == "en")
            for heading in page.locator("h1, h2, h3").all_inner_texts():
                rest = heading
                for name in filter(None, self.names):
                    rest = rest.replace(name, "")
                if CHINESE.search(rest):
                    self.check(f"English {path}: headings are English", False, heading.strip())
            wide = sideways(page)
            self.check(f"English {path}: fits 1440 px", wide <= 0, wide)
            context.close()

    def summary(self, mobile):
        self.check("no request to another host", not self.foreign, sorted(self.foreign)[:5])
        self.check("no error in the console", not self.errors, self.errors[:5])
        failed = [check for check in self.checks if not check["ok"]]
        return {
            "ok": not failed,
            "mobile": mobile,
            "checks": len(self.checks),
            "failed": failed,
            "requests": self.requests,
            "pictures": self.pictures,
        }


def main(arguments):
    if len(arguments) != 3:
        print("usage: browser_story.py BASE_URL MOBILE OUT_DIR", file=sys.stderr)
        return 2
    base_url, mobile, out = arguments[0].rstrip("/"), arguments[1], Path(arguments[2])
    out.mkdir(parents=True, exist_ok=True)
    story = Story(base_url, out)
    story.other = mobile
    story.asked_at = time.monotonic()
    with chromium() as browser:
        story.part("with scripts", lambda: story.with_scripts(browser, mobile))
        story.part("without scripts", lambda: story.without_scripts(browser, mobile))
    summary = story.summary(mobile)
    print(json.dumps(summary, ensure_ascii=False, indent=2))
    return 0 if summary["ok"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
