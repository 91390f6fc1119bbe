"""A person at a browser: signed in by what came by mail, watched for errors, strangers' hosts and broken pages."""

import base64
import hmac
import os
import re
import struct
import time
from pathlib import Path
from urllib.parse import urlsplit

from tests.e2e.stack import text_of

PHONE, LAPTOP = 390, 1280
DEMO_PASSWORD = "thamsklyngen"
PICTURES = os.environ.get("STORY_PICTURES")


class Visits:
    """Contexts of one test, and all that went wrong in any of them."""

    def __init__(self, browser, stack):
        self.browser, self.stack = browser, stack
        self.wrong, self.contexts = [], []
        self.host = urlsplit(stack.url).netloc

    def page(self, width=LAPTOP, locale="nb-NO"):
        """A browser that nobody has used before."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 844 if width < 700 else 900},
            locale=locale, reduced_motion="reduce", ignore_https_errors=True, base_url=self.stack.url,
        )  # fmt: skip
        context.set_default_timeout(60_000)  # patience on a busy machine; nothing is timed
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)
        return page

    def _console(self, message):
        if message.type in {"error", "warning"}:
            self.wrong.append(f"console: {message.text}")

    def _request(self, request):
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.netloc != self.host:
            self.wrong.append(f"another host: {request.url}")

    def _response(self, response):
        if response.status >= 400:
            self.wrong.append(f"{response.status}: {response.url}")

    def close(self):
        for context in self.contexts:
            context.close()


def picture(page, name):
    """Kept only where someone wants to look: STORY_PICTURES=/folder."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def press(page, name, **options):
    page.get_by_role("button", name=name, **options).first.click()


def code_in(mail):
    """The code of a sign-in mail."""
    found = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", text_of(mail), re.MULTILINE)
    assert found, text_of(mail)
    return found[1]


def type_code(page, mail):
    page.get_by_label("Kode").fill(code_in(mail))
    press(page, "Bekreft")


def sign_in_by_code(page, stack, email):
    """The way in for whoever is in the register: a code by mail, no password."""
    page.goto("/accounts/login/")
    before = len(stack.mails(email))
    page.get_by_label("E-post på jobb").fill(email)
    press(page, "Send meg en kode")
    page.wait_for_url("**/confirm/**")
    deadline = time.monotonic() + 60
    while len(stack.mails(email)) == before:
        assert time.monotonic() < deadline, f"no code for {email}"
        time.sleep(0.1)
    type_code(page, stack.mails(email)[-1])


def sign_in_by_password(page, email, password=DEMO_PASSWORD):
    page.goto("/accounts/login/")
    details = page.locator("details", has=page.get_by_label("Passord"))
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(password)
    press(page, "Logg inn", exact=True)


def totp(secret):
    """What an authenticator app shows now."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"
