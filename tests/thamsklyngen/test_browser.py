"""The frame in a real browser: our policy lets our own pages work, and the pages are readable by all."""

import pytest
from django.urls import reverse

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "light"), (1280, "dark")])
def test_the_door_opens_without_a_finding(open_page, axe, width, scheme):
    page = open_page(reverse("account_login"), width=width, scheme=scheme)
    assert page.locator("html").get_attribute("lang") == "nb"
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_no_page_asks_another_site_for_anything(open_page, live_server):
    page = open_page(reverse("account_login"))
    asked = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    assert asked
    assert all(address.startswith((live_server.url, "data:")) for address in asked)
