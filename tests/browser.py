"""A real browser: pages at a width, in a colour scheme, signed in as somebody; what breaks our policy fails the test.

Tests that use it carry `@pytest.mark.browser` and come with a database that a server in another thread can read.
"""

import os
import shutil

import pytest
from django.conf import settings
from django.test import Client


def chromium():
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    assert found, "no Chromium: install one, or leave the browser out with ./test fast"
    return found


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=20_000)  # patience on a busy machine; nothing is timed
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield started
        started.close()


@pytest.fixture
def open_page(browser, live_server):
    """`open_page("/path/", user=…, width=390, scheme="dark")`: the page, loaded, without errors in its console.

    Every page of the test is looked at again at its end: an error that came later fails it, too.
    """
    contexts, errors = [], []

    def note(message):
        if message.type in {"error", "warning"} and "favicon" not in message.text:
            errors.append(message.text)

    def sign_in(context, user):
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])

    def open_(path, *, user=None, width=1280, scheme="light", locale="nb-NO", javascript=True):
        context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 700 else 900},
            color_scheme=scheme,
            locale=locale,
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        if user is not None:
            sign_in(context, user)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{live_server.url}{path}")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not errors, errors


@pytest.fixture
def axe():
    """`axe(page)`: what axe finds on the page, as short lines; an empty list is what we want."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page):
        # Without its copies of style sheets, which it would write into the page against our policy
        found = Axe().run(page, options={"preload": False}).response["violations"]
        return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]

    return check
