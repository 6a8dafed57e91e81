"""Orders in a real browser: firms on phones, a bank, the service and a supervisor on desks.

    python lending_browser.py BASE_URL OUT_DIR FIRM_CODE

Four stories, each with a demo firm of its own: from a stranger who shows to be the legal representative of the firm with
FIRM_CODE to the money and its repayment plan; a refusal with its
reasons; a bank that does nothing until the clock runs out; a consent taken back in the middle. Takes pictures into
OUT_DIR, lets axe look at the pages that people work with, prints one JSON summary, and ends with 1 when anything is not
as it should be: a step that fails, a page wider than its screen, a serious finding of axe, a request to another host, an
error in the browser's console.
"""

import json
import sys
import traceback
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from firm_browser import (
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

PASSWORD = "jinqiao-demo"
PRODUCT = "shancheng_tax_loan"
#: A number that nobody of the city has.
STRANGER = "19912345670"
REASON = "近一年经营现金流不足以覆盖新增本息"
SERIOUS = ("serious", "critical")
#: Working days until an order that nobody decides is late, and what fires on the way.
DAYS = ["workdays5", "workday", "workday", "workday", "workday", "workday", "workday"]


class Day:
    """The checks of one run and what came of them."""

    def __init__(self, browser, base, out):
        self.browser, self.base, self.out = browser, base, out
        self.host = host_of(base)
        self.checks, self.pictures, self.foreign, self.errors = [], [], set(), []

    def check(self, what, holds, detail=""):
        self.checks.append({"check": what, "ok": bool(holds), "detail": str(detail)[:400]})

    def visitor(self, size=None):
        context = new_context(self.browser, self.base, size)
        context.on("request", lambda request: self.notice(request.url))
        context.on("console", self.complain)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        return context, context.new_page()

    def notice(self, url):
        if host_of(url) not in ("", self.host):
            self.foreign.add(url)

    def complain(self, message):
        # A form that is refused, or a reading without consent, answers with its status; the browser notes that.
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            self.errors.append(message.text)

    def look(self, page, name):
        """A picture; nothing cut off sideways, nothing serious for people who cannot see or point."""
        wide = sideways(page)
        self.check(f"{name}: fits the width", wide <= 0, f"{wide} px too wide")
        found = [v for v in Axe().run(page).response["violations"] if v["impact"] in SERIOUS]
        said = "; ".join(f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found)
        self.check(f"{name}: axe finds nothing serious", not found, said)
        path = self.out / f"{len(self.pictures) + 1:02}-{name}.png"
        page.screenshot(path=path, full_page=True)
        self.pictures.append(path.name)

    def firm(self, mobile):
        context, page = self.visitor()
        before = codes_at_phone(context, mobile)
        ask_for_code(page, mobile)
        enter_code(page, wait_for_code(context, mobile, before))
        return page

    def verified(self, code):
        """A stranger signs up and is compared with the register."""
        context, page = self.visitor()
        before = codes_at_phone(context, STRANGER)
        ask_for_code(page, STRANGER)
        code_box = page.locator("input[name=code]")
        code_box.fill(wait_for_code(context, STRANGER, before))
        code_box.press("Enter")
        page.wait_for_url("**/firm/verify")
        self.look(page, "verify-firm")
        page.fill("#firm_code", code)
        page.click("[data-test=verify-next]")
        name = page.locator("[data-test=sample-person]").inner_text().strip()
        number = page.locator("[data-test=sample-id]").inner_text().strip()
        page.fill("#name", "甲乙丙")
        page.fill("#resident_id", number)
        page.click("[data-test=verify-send]")
        self.check("verify: another name is refused", page.locator(".field-error").count() == 1)
        self.look(page, "verify-wrong")
        page.fill("#name", name)
        page.fill("#resident_id", number)
        page.click("[data-test=verify-send]")
        page.wait_for_url(lambda url: "verify" not in url)
        return page

    def staff(self, portal, login):
        _, page = self.visitor(DESK)
        page.goto(f"{portal}/sign-in")
        page.fill("#account", login)
        page.fill("#password", PASSWORD)
        page.click("[data-test=sign-in]")
        page.wait_for_url(lambda url: "sign-in" not in url)
        return page

    def apply(self, page, name):
        """Three steps and the consent; the order's id."""
        page.goto(f"/firm/apply/{PRODUCT}")
        page.fill("#amount", "50")
        page.fill("#months", "12")
        page.check("input[name=method][value=interest_monthly]")
        page.check("input[name=loan_use][value=purchase]")
        self.look(page, f"{name}-apply")
        page.click("[data-test=apply-next]")
        page.wait_for_url("**/contact")
        page.click("[data-test=apply-next]")
        page.wait_for_url("**/check")
        self.look(page, f"{name}-consent")
        page.click("[data-test=apply-send]")
        page.wait_for_url("**/firm/orders/**")
        self.look(page, f"{name}-order")
        return page.url.split("/firm/orders/")[1].split("?")[0]

    def press(self, page, act, **fields):
        """Opens an act's form, fills it in and sends it."""
        form = page.locator(f"[data-test=act-{act}]")
        if form.get_attribute("open") is None:
            form.locator("summary").click()
        for name, value in fields.items():
            field = form.locator(f"[name={name}]")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        form.locator(f"[data-test=send-{act}]").click()
        page.wait_for_load_state()

    def handle(self, order, name):
        """An officer takes the order as far as the second person."""
        page = self.staff("/bank", "officer@bank01")
        self.look(page, f"{name}-queue")
        page.goto(f"/bank/orders/{order}")
        self.press(page, "accept")
        self.press(page, "contact", note="约定周四上门")
        self.press(page, "survey")
        self.press(page, "submit_approval", note="现场核实经营正常，订单充足，建议授信")
        self.look(page, f"{name}-submitted")
        self.check(f"{name}: the officer cannot decide", page.locator("[data-test=act-grant]").count() == 0)
        return page

    def borrow(self, code):
        firm = self.verified(code)
        firm.goto("/firm")
        self.look(firm, "borrow-home")
        firm.goto("/firm/report")
        firm.goto("/firm/prequal")
        firm.locator("[data-test=prequal-submit]").first.click()
        firm.wait_for_selector("[data-test=answer]")
        order = self.apply(firm, "borrow")
        officer = self.handle(order, "borrow")
        approver = self.staff("/bank", "approver@bank01")
        approver.goto(f"/bank/orders/{order}")
        self.look(approver, "borrow-decide")
        self.press(approver, "grant", amount="40", rate="3.85")
        firm.goto(f"/firm/orders/{order}")
        self.look(firm, "borrow-granted")
        firm.click("[data-test=sign]")
        firm.check("#read")
        firm.click("[data-test=sign-send]")
        firm.wait_for_load_state()
        firm.goto(f"/firm/orders/{order}/draw")
        firm.fill("#amount", "40")
        firm.click("[data-test=draw-send]")
        firm.wait_for_load_state()
        officer.goto(f"/bank/orders/{order}")
        self.press(officer, "draw", loan_ref="SC-2026-0001")
        firm.goto(f"/firm/orders/{order}")
        loan = firm.locator("[data-test=loan]")
        self.check("borrow: the plan is there", loan.locator("tbody tr").count() == 12, loan.count())
        self.look(firm, "borrow-loan")
        firm.goto(f"/demo/phone?mobile={STRANGER}")
        self.check("borrow: the phone was told", firm.locator("[data-test=message]").count() >= 4)

    def refuse(self, mobile):
        firm = self.firm(mobile)
        order = self.apply(firm, "refuse")
        self.handle(order, "refuse")
        approver = self.staff("/bank", "approver@bank01")
        approver.goto(f"/bank/orders/{order}")
        self.press(approver, "refuse", code="R08", text="综合评分不足")
        self.check("refuse: an empty reason is not taken", approver.locator(".field-error").count() >= 1)
        self.look(approver, "refuse-empty")
        self.press(approver, "refuse", code="R08", text=REASON)
        firm.goto(f"/firm/orders/{order}")
        told = firm.locator("[data-test=refusal]")
        self.check("refuse: the firm reads why", REASON in told.inner_text())
        self.look(firm, "refuse-why")

    def wait(self, mobile):
        firm = self.firm(mobile)
        order = self.apply(firm, "wait")
        officer = self.staff("/bank", "officer@bank01")
        officer.goto(f"/bank/orders/{order}")
        self.press(officer, "accept")
        _, visitor = self.visitor(DESK)
        for by in DAYS:
            visitor.goto("/demo/clock")
            visitor.locator(f"button[name=by][value={by}]").click()
            visitor.wait_for_selector("[data-test=clock-fired]")
        self.look(visitor, "wait-clock")
        desk = self.staff("/desk", "service")
        desk.goto("/desk")
        self.check("wait: the order is on the desk", desk.locator(f"a[href*='{order}']").count() >= 1)
        self.look(desk, "wait-desk")
        desk.goto(f"/desk/orders/{order}")
        self.look(desk, "wait-desk-order")
        supervisor = self.staff("/oversight", "supervisor")
        supervisor.goto("/oversight")
        supervisor.wait_for_selector("figure.chart.drawn")
        self.look(supervisor, "wait-oversight")
        supervisor.goto("/oversight/banks")
        self.look(supervisor, "wait-banks")

    def withdraw(self, mobile):
        firm = self.firm(mobile)
        order = self.apply(firm, "withdraw")
        officer = self.staff("/bank", "officer@bank01")
        officer.goto(f"/bank/orders/{order}")
        officer.click("[data-test=read-records]")
        officer.wait_for_load_state()
        self.check("withdraw: the bank reads", officer.locator("[data-test=readings-left]").count() >= 1)
        self.look(officer, "withdraw-records")
        firm.goto("/firm/consents")
        self.look(firm, "withdraw-consents")
        firm.locator("[data-test=withdraw]").first.click()
        firm.wait_for_load_state()
        self.look(firm, "withdraw-receipt")
        officer.goto(f"/bank/orders/{order}")
        answer = None

        def keep(response):
            nonlocal answer
            if response.url.endswith("/records"):
                answer = response.status

        officer.on("response", keep)
        officer.click("[data-test=read-records]")
        officer.wait_for_load_state()
        self.check("withdraw: the next reading is refused", answer == 403, answer)
        self.look(officer, "withdraw-denied")
        firm.goto("/firm/looks")
        self.check("withdraw: the firm sees who looked", firm.locator("[data-test=look]").count() >= 1)
        self.look(firm, "withdraw-looks")

    def part(self, name, story, mobile):
        try:
            story(mobile)
            self.check(f"{name}: to the end", True)
        except Exception as error:
            traceback.print_exc()
            self.check(f"{name}: to the end", False, f"{type(error).__name__}: {str(error).splitlines()[0]}")


def main():
    base, out, code = sys.argv[1].rstrip("/"), Path(sys.argv[2]), sys.argv[3]
    out.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        day = Day(browser, base, out)
        _, page = day.visitor()
        page.goto("/")
        firms = demo_mobiles(page)
        # The story that moves the clock comes last: it signs everybody out.
        day.part("borrow", day.borrow, code)
        for name, story, place in [("refuse", day.refuse, 3), ("withdraw", day.withdraw, 8), ("wait", day.wait, 5)]:
            day.part(name, story, firms[place])
        day.check("no other host is asked", not day.foreign, ", ".join(sorted(day.foreign)))
        day.check("the browser complains of nothing", not day.errors, "; ".join(day.errors[:5]))
    failed = [check for check in day.checks if not check["ok"]]
    print(json.dumps({"checks": len(day.checks), "failed": failed, "pictures": day.pictures}, ensure_ascii=False, indent=1))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
