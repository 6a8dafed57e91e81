"""An employee's sign-in in a real browser: passkeys with Chromium's virtual authenticator, one-time codes, devices, a
better password, and getting back in with a colleague's help.

    python staff_browser.py BASE_URL OUT_DIR

Passkeys are bound to a name, so the platform is visited as `localhost`. Takes a picture at each step into OUT_DIR,
prints one JSON summary, and ends with 1 when anything is not as it should be.
"""

import base64
import hashlib
import hmac
import json
import struct
import sys
import time
import traceback
from pathlib import Path
from urllib.parse import urlsplit

from firm_browser import DESK, PHONE, chromium, new_context, sideways

PASSWORD = "jinqiao-demo"
OFFICER, APPROVER, ADMIN = "officer@bank01", "approver@bank01", "admin@bank01"
STEP_S = 30


def code_of(secret, step):
    """The code of RFC 6238 for a step, as a phone shows it."""
    secret = secret.replace(" ", "")
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


class Phone:
    """Shows codes; waits for the next one when the present one was shown already, as a person does."""

    def __init__(self, secret):
        self.secret = secret
        self.last = 0

    def code(self):
        while (step := int(time.time()) // STEP_S) <= self.last:
            time.sleep(0.5)
        self.last = step
        return code_of(self.secret, step)


class Authenticator:
    """A virtual authenticator of the browser that verifies its user."""

    OPTIONS = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }

    def __init__(self, context, page):
        self.session = context.new_cdp_session(page)
        self.session.send("WebAuthn.enable")
        added = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": self.OPTIONS})
        self.id = added["authenticatorId"]

    def credentials(self):
        return self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"]

    def forget(self):
        self.session.send("WebAuthn.clearCredentials", {"authenticatorId": self.id})

    def verifies(self, yes):
        self.session.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": yes})


class Story:
    """The checks of one run and what came of them."""

    def __init__(self, base_url, out):
        self.base_url = base_url.replace("//127.0.0.1", "//localhost")
        self.out = out
        self.checks = []
        self.pictures = []

    def check(self, what, holds, detail=""):
        self.checks.append({"check": what, "ok": bool(holds), "detail": str(detail)})

    def picture(self, page, name):
        wide = sideways(page)
        self.check(f"{name}: fits the width", wide <= 0, f"{wide} px too wide" if wide > 0 else "")
        path = self.out / f"{len(self.pictures) + 1:02}-{name}.png"
        page.screenshot(path=path, full_page=True)
        self.pictures.append(path.name)

    def at(self, page, path, what):
        page.wait_for_url(lambda url: urlsplit(url).path == path)
        self.check(what, True)

    def show_password(self, page, login, password=PASSWORD):
        page.goto("/bank/sign-in")
        page.fill("[name=account]", login)
        page.fill("[name=password]", password)
        page.click("[data-test=sign-in]")

    def sign_out(self, page):
        page.click("[data-test=sign-out]")
        page.wait_for_url(lambda url: urlsplit(url).path == "/bank/sign-in")

    def passkeys(self, context, page):
        key = Authenticator(context, page)
        self.show_password(page, OFFICER)
        self.at(page, "/bank", "in a demonstration the password is enough")
        page.goto("/bank/me")
        self.check("no second factor yet", page.locator("[data-test=no-factor]").count() == 1)
        self.picture(page, "me")
        page.click("[data-test=add-passkey]")
        self.picture(page, "passkey")
        key.verifies(False)
        page.click("[data-test=make-passkey]")
        page.wait_for_selector("[data-passkey-failed]:not([hidden])")
        self.check("a key that does not verify its user is not enrolled", not key.credentials())
        key.verifies(True)
        page.fill("[name=name]", "办公室电脑")
        page.click("[data-test=make-passkey]")
        self.at(page, "/bank/me", "a passkey is enrolled")
        self.check("the authenticator has it", len(key.credentials()) == 1, key.credentials())
        self.check("the page has it", "办公室电脑" in page.locator("[data-test=factor]").inner_text())
        self.sign_out(page)
        self.show_password(page, OFFICER)
        self.at(page, "/bank/sign-in/second", "now the passkey is asked for")
        self.picture(page, "second-passkey")
        page.goto("/bank")
        self.at(page, "/bank/sign-in/second", "nothing opens before")
        page.click("[data-test=show-passkey]")
        self.at(page, "/bank", "the passkey opens the workbench")
        return key

    def codes(self, page):
        page.goto("/bank/me/code")
        self.picture(page, "code")
        self.check("the secret stands as picture", page.locator("[data-test=qr] svg").count() == 1)
        phone = Phone(page.locator("[data-test=secret]").inner_text())
        page.fill("[name=code]", "000000")
        page.click("[data-test=confirm-code]")
        page.wait_for_selector(".error-summary")
        self.check("a wrong code enrols nothing", urlsplit(page.url).path == "/bank/me/code")
        page.fill("[name=code]", phone.code())
        page.click("[data-test=confirm-code]")
        self.at(page, "/bank/me", "one-time codes are enrolled")
        self.check("both stand there", page.locator("[data-test=factor]").count() == 2)
        self.sign_out(page)
        self.show_password(page, OFFICER)
        self.picture(page, "second")
        page.fill("[name=code]", phone.code())
        page.click("[data-test=show-code]")
        self.at(page, "/bank", "the code opens the workbench")
        return phone

    def lost_authenticator(self, page, key, phone):
        self.sign_out(page)
        self.show_password(page, OFFICER)
        key.forget()
        page.click("[data-test=show-passkey]")
        page.wait_for_selector("[data-passkey-failed]:not([hidden])")
        self.check("a device without the key is told so", True)
        page.fill("[name=code]", phone.code())
        page.click("[data-test=show-code]")
        self.at(page, "/bank", "the code still works")

    def devices(self, page, browser, phone):
        other = new_context(browser, self.base_url, DESK)
        elsewhere = other.new_page()
        self.show_password(elsewhere, OFFICER)
        elsewhere.fill("[name=code]", phone.code())
        elsewhere.click("[data-test=show-code]")
        self.at(elsewhere, "/bank", "the second device is inside")
        page.goto("/bank/me")
        self.check("the page lists both devices", page.locator("[data-test=device]").count() >= 2)
        self.picture(page, "devices")
        page.click("[data-test=end-others]")
        self.at(page, "/bank/me", "the others are signed out")
        self.check("one is left", page.locator("[data-test=device]").count() == 1)
        elsewhere.goto("/bank")
        self.at(elsewhere, "/bank/sign-in", "the second device is out")
        other.close()

    def password(self, browser):
        context = new_context(browser, self.base_url, PHONE, lang="en")
        page = context.new_page()
        self.show_password(page, APPROVER)
        page.goto("/bank/me/password")
        refused = [
            ("P@ssw0rd2026", "a common one", "guessed first"),
            ("approver-for-ever", "one with the account", "your account"),
        ]
        for new, what, why in refused:
            for field, text in [("present", PASSWORD), ("new", new), ("again", new)]:
                page.fill(f"[name={field}]", text)
            page.click("[data-test=save-password]")
            page.wait_for_selector(".error-summary")
            self.check(f"{what} is refused", why in page.locator(".error-summary").inner_text())
        self.picture(page, "password-en")
        for field, text in [("present", PASSWORD), ("new", "copper lantern 7"), ("again", "copper lantern 7")]:
            page.fill(f"[name={field}]", text)
        page.click("[data-test=save-password]")
        self.at(page, "/bank/me", "a good one is taken")
        self.picture(page, "me-en")
        self.sign_out(page)
        self.show_password(page, APPROVER, "copper lantern 7")
        self.at(page, "/bank", "and signs in")
        context.close()

    def rescue(self, page, browser):
        self.sign_out(page)
        self.show_password(page, OFFICER)
        page.click("summary")
        page.click("[data-test=ask-help]")
        page.wait_for_selector("[data-test=help-asked]")
        self.picture(page, "lost")
        context = new_context(browser, self.base_url, DESK)
        admin = context.new_page()
        self.show_password(admin, ADMIN)
        admin.goto("/bank/colleagues")
        self.picture(admin, "colleagues")
        admin.click("[data-test=grant]")
        self.at(admin, "/bank/sign-in/second", "the administrator confirms first")
        self.picture(admin, "step-up")
        admin.fill("[name=password]", PASSWORD)
        admin.click("[data-test=show-password]")
        self.at(admin, "/bank/colleagues", "and comes back")
        admin.click("[data-test=grant]")
        admin.wait_for_load_state()
        admin.goto("/bank/colleagues")
        self.check("the request is answered", admin.locator("[data-test=rescue]").count() == 0)
        context.close()
        self.show_password(page, OFFICER)
        self.at(page, "/bank", "the officer is let in to enrol anew")
        page.goto("/bank/me")
        self.check("the old factors are gone", page.locator("[data-test=no-factor]").count() == 1)

    def run(self):
        with chromium() as browser:
            context = new_context(browser, self.base_url, PHONE)
            page = context.new_page()
            key = self.passkeys(context, page)
            phone = self.codes(page)
            self.lost_authenticator(page, key, phone)
            self.devices(page, browser, phone)
            self.password(browser)
            self.rescue(page, browser)
            context.close()


def main():
    base_url, out = sys.argv[1], Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    story = Story(base_url, out)
    try:
        story.run()
    except Exception as error:
        traceback.print_exc()
        story.check("to the end", False, f"{type(error).__name__}: {str(error).splitlines()[0]}")
    failed = [check for check in story.checks if not check["ok"]]
    print(json.dumps({"checks": len(story.checks), "failed": failed, "pictures": story.pictures}, ensure_ascii=False))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
