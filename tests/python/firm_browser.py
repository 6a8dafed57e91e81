"""A firm's browser: Debian's Chromium driven by Playwright, and the steps that every visit to the demo shares.

Playwright downloads nothing: it drives the browser that JINQIAO_TEST_CHROMIUM names, by default /usr/bin/chromium.
"""

import os
import re
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import sync_playwright

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: How long the browser may take to start, in milliseconds, and how often it is started.
START_MS = 60_000
STARTS_MAX = 3
#: How long a page may take on a busy machine, in milliseconds.
PATIENCE_MS = 30_000
#: Another code can be asked for after so many seconds.
CODE_STEP_S = 60


@contextmanager
def chromium():
    """A headless Chromium, closed at the end."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        try:
            yield browser
        finally:
            browser.close()


def launch(playwright):
    """Starts the browser; on a machine that is just building, the first start may hang, so it is tried again."""
    path = os.environ.get("JINQIAO_TEST_CHROMIUM", "/usr/bin/chromium")
    options = {"executable_path": path, "headless": True, "args": ARGUMENTS, "timeout": START_MS}
    for _ in range(STARTS_MAX - 1):
        try:
            return playwright.chromium.launch(**options)
        except PlaywrightTimeout:
            continue
    return playwright.chromium.launch(**options)


def new_context(browser, base_url, size=None, lang="zh", **options):
    """A visitor of their own: no cookies, one screen size, one language."""
    size = size or PHONE
    context = browser.new_context(
        base_url=base_url,
        viewport=size,
        has_touch=size["width"] < 600,
        locale={"zh": "zh-CN", "en": "en-US"}[lang],
        timezone_id="Asia/Shanghai",
        **options,
    )
    context.set_default_timeout(PATIENCE_MS)
    return context


def demo_mobiles(page):
    """The mobile numbers of the demo firms on the page at `/`, in their order."""
    mobiles = []
    for card in page.locator("[data-test=demo-firm]").all():
        markup = card.evaluate("card => card.outerHTML")
        found = re.search(r"mobile=(1\d{10})", markup) or re.search(r"(?<!\d)(1\d{10})(?!\d)", markup)
        if found:
            mobiles.append(found.group(1))
    return mobiles


def read_codes(page, mobile):
    """The codes of all messages to the number at the demo phone, newest first."""
    page.goto(f"/demo/phone?mobile={mobile}")
    codes = []
    for message in page.locator("[data-test=message]").all():
        text = message.inner_text()
        other = re.findall(r"(?<!\d)1\d{10}(?!\d)", text.replace(" ", ""))
        code = re.search(r"(?<!\d)\d{6}(?!\d)", text)
        if code and (not other or mobile in other):
            codes.append(code.group())
    return codes


def ask_for_code(page, mobile):
    """Types the number and sends it; the next question is the code."""
    page.goto("/firm/sign-in")
    page.fill("[name=mobile]", mobile)
    page.locator("form:has([name=mobile]) button").first.click()
    page.wait_for_selector("[name=code]")


def codes_at_phone(context, mobile):
    """The codes that the demo phone shows for the number, newest first."""
    phone = context.new_page()
    try:
        return read_codes(phone, mobile)
    finally:
        phone.close()


def wait_for_code(context, mobile, before):
    """The code that has come since the phone showed the codes `before`; a message takes a moment to be carried."""
    until = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < until:
        codes = codes_at_phone(context, mobile)
        if codes and codes != before:
            return codes[0]
        time.sleep(0.3)
    raise AssertionError(f"no code arrived for {mobile} at /demo/phone")


def enter_code(page, code):
    """Types the code and sends it; the firm's home follows, for a person with several firms after choosing the first."""
    page.fill("[name=code]", code)
    page.locator("form:has([name=code]) button").first.click()
    page.wait_for_url(lambda url: urlsplit(url).path in ("/firm", "/firm/choose"))
    if urlsplit(page.url).path == "/firm/choose":
        page.locator("main button").first.click()
        page.wait_for_url(lambda url: urlsplit(url).path == "/firm")


def sign_in(context, page, mobile):
    """The whole sign-in of a firm."""
    before = codes_at_phone(context, mobile)
    ask_for_code(page, mobile)
    enter_code(page, wait_for_code(context, mobile, before))


def sideways(page):
    """By how many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def host_of(url):
    """The host and port of an address; nothing for data and blob addresses."""
    parts = urlsplit(url)
    return parts.netloc if parts.scheme in ("http", "https", "ws", "wss") else ""
