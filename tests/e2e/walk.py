"""A walk through many pages in one browser tab: each looked at on a phone and on a screen, in light and in dark."""

import time
from importlib.resources import files

from django.conf import settings
from django.test import Client

VIEWS = ((390, "light"), (1280, "light"), (1280, "dark"))
SHELL = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOK = """async (rules) => {
  const wanted = {runOnly: {type: "tag", values: rules}, resultTypes: ["violations"], preload: false};
  const found = await axe.run(document, wanted);
  return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)}`));
}"""
WIDE = "document.documentElement.scrollWidth > innerWidth"


def sign_in(context, user, address):
    """A session that has just proved who it is, so that the pages behind that question open, too."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "email": user.email}]
    session.save()
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": address}])


class Walk:
    """One tab, and everything that was wrong on its way as ``page, view: what``."""

    def __init__(self, browser, address, user=None):
        self.address = address
        self.wrong = []
        self.at = ""
        self.context = browser.new_context(locale="nb-NO", reduced_motion="reduce")
        self.context.set_default_timeout(20_000)
        if user is not None:
            sign_in(self.context, user, address)
        self.page = self.context.new_page()
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self._say(f"script: {error}"))
        self.page.on("request", self._ask)

    def _say(self, what):
        self.wrong.append(f"{self.at}: {what}")

    def _note(self, message):
        # the browser tells of an error page's own status, too
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self._say(f"console: {message.text}")

    def _ask(self, request):
        if not request.url.startswith((self.address, "data:", "blob:")):
            self._say(f"asks {request.url}")

    def go(self, path, status=200):
        self.at = path
        response = self.page.goto(f"{self.address}{path}")
        if response.status != status:
            self._say(f"answers {response.status}")
        self.look()

    def look(self, at=""):
        """Look at the page that is open now, however one came to it."""
        self.at = at or self.at
        if (count := self.page.locator("h1").count()) != 1:
            self._say(f"{count} h1")
        self.page.evaluate(SHELL)
        for width, scheme in VIEWS:
            self.page.emulate_media(color_scheme=scheme)
            self.page.set_viewport_size({"width": width, "height": 844 if width < 700 else 900})
            if self.page.evaluate(WIDE):
                self._say(f"{width} px: scrolls sideways")
            self.wrong += [f"{self.at}, {width} px, {scheme}: {line}" for line in self.page.evaluate(LOOK, RULES)]

    def close(self):
        self.context.close()
        return self.wrong
