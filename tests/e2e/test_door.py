"""The list at the door in a real browser, while its network comes and goes."""

import json
import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from meetings.models import Invitation
from tests.e2e.walk import sign_in
from tests.factories.meetings import InvitationFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 20_000


@pytest.fixture
def invited(scene):
    names = ("Anne Aas", "Bjørn Åsen", "Cecilie Dahl")
    return [
        InvitationFactory(meeting=scene.meeting, affiliation__user__name=name, answer="yes").user.name for name in names
    ]


@pytest.fixture
def tab(browser, live_server, scene, leader, invited):
    context = browser.new_context(locale="nb-NO", viewport={"width": 390, "height": 844})
    context.set_default_timeout(PATIENCE)
    sign_in(context, leader, live_server.url)
    page = context.new_page()
    page.wrong = []
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.goto(live_server.url + reverse("meetings:door", args=[scene.meeting.pk]))
    yield page
    wrong = page.wrong
    context.close()
    assert wrong == []


def here(page, name):
    return page.get_by_role("button", name=re.compile(f"Her.*{name}"))


def off(page, name):
    return page.get_by_role("button", name=re.compile(f"Forfall.*{name}"))


def present(scene):
    rows = scene.meeting.invitations.standing().filter(attendance__in=["attended", "visitor"])
    return sorted(rows.values_list("user__name", flat=True))


def kept(page, scene):
    return json.loads(page.evaluate(f"localStorage.getItem('door-{scene.meeting.pk}')") or "[]")


def visitor(page, name, company=""):
    page.locator("#door-visitor [name=name]").fill(name)
    page.locator("#door-visitor [name=company]").fill(company)
    page.get_by_role("button", name="Skriv på lista").click()


def sent(page):
    """Wait until nothing waits on the device."""
    for _ in range(PATIENCE // 100):
        if not page.evaluate("Object.keys(localStorage).some((name) => name.startsWith('door-'))"):
            return
        page.wait_for_timeout(100)
    raise AssertionError("notes wait on the device still")


def test_a_press_stands_at_once_and_again_takes_it_back(tab, scene):
    here(tab, "Anne Aas").click()
    expect(here(tab, "Anne Aas")).to_have_attribute("aria-pressed", "true", timeout=PATIENCE)
    sent(tab)
    assert present(scene) == ["Anne Aas"]
    here(tab, "Anne Aas").click()
    sent(tab)
    assert present(scene) == []


def test_what_is_noted_without_network_comes_in_once_there_is_some(tab, scene):
    tab.context.set_offline(True)
    for name in ("Anne Aas", "Bjørn Åsen", "Cecilie Dahl"):
        here(tab, name).click()
    here(tab, "Cecilie Dahl").click()
    visitor(tab, "Guri Gjest", "Ukjent AS")
    expect(here(tab, "Bjørn Åsen")).to_have_attribute("aria-pressed", "true", timeout=PATIENCE)
    expect(tab.get_by_text("Ikke noe nett akkurat nå.")).to_be_visible(timeout=PATIENCE)
    expect(tab.get_by_role("heading", name="Guri Gjest")).to_be_visible(timeout=PATIENCE)
    assert present(scene) == []
    assert len(kept(tab, scene)) == 5
    tab.context.set_offline(False)
    sent(tab)
    expect(tab.get_by_text("Ikke noe nett akkurat nå.")).to_be_hidden(timeout=PATIENCE)
    assert present(scene) == ["Anne Aas", "Bjørn Åsen", "Guri Gjest"]


def test_whoever_rang_is_noted_without_network_too(tab, scene):
    tab.context.set_offline(True)
    off(tab, "Anne Aas").click()
    off(tab, "Bjørn Åsen").click()
    here(tab, "Bjørn Åsen").click()
    off(tab, "Cecilie Dahl").click()
    off(tab, "Cecilie Dahl").click()
    expect(off(tab, "Anne Aas")).to_have_attribute("aria-pressed", "true", timeout=PATIENCE)
    expect(off(tab, "Bjørn Åsen")).to_be_hidden(timeout=PATIENCE)
    assert len(kept(tab, scene)) == 5
    tab.context.set_offline(False)
    sent(tab)
    expect(off(tab, "Cecilie Dahl")).to_be_focused(timeout=PATIENCE)
    rows = scene.meeting.invitations.filter(answer="yes", user__name__in=["Anne Aas", "Bjørn Åsen", "Cecilie Dahl"])
    assert dict(rows.values_list("user__name", "attendance")) == {
        "Anne Aas": "apologised", "Bjørn Åsen": "attended", "Cecilie Dahl": "unknown",
    }  # fmt: skip


def figures(page):
    return [int(page.locator(f"[data-{name}]").inner_text()) for name in ("companies", "people")]


def test_the_figures_count_what_waits_on_the_device(tab, scene, invited):
    bringing = Invitation.objects.get(user__name="Bjørn Åsen")
    Invitation.objects.filter(pk=bringing.pk).update(guest_count=2)
    tab.reload()
    companies, people = figures(tab)
    tab.context.set_offline(True)
    for name in ("Anne Aas", "Bjørn Åsen", "Cecilie Dahl", "Cecilie Dahl"):
        here(tab, name).click()
    visitor(tab, "Guri Gjest", "Ukjent AS")
    visitor(tab, "Geir Gjest", "ukjent as")
    visitor(tab, "Gro Gjest")
    expect(tab.get_by_role("heading", name="Gro Gjest")).to_be_visible(timeout=PATIENCE)
    counted = figures(tab)
    assert counted == [companies + 3, people + 7]
    tab.context.set_offline(False)
    sent(tab)
    assert figures(tab) == counted
    tab.context.set_offline(True)
    tab.get_by_role("button", name=re.compile("Ta av lista.*Guri Gjest")).click()
    assert figures(tab) == [companies + 3, people + 6]
    tab.get_by_role("button", name=re.compile("Ta av lista.*Geir Gjest")).click()
    assert figures(tab) == [companies + 2, people + 5]
    tab.context.set_offline(False)
    sent(tab)


def test_an_answer_lost_on_the_way_back_makes_no_doubles(tab, scene):
    """The portal has written it down, and the device never hears of it."""
    lost = []

    def lose(route):
        if len(lost) < 2:
            route.fetch()
            lost.append(route.request.post_data)
            route.abort()
        else:
            route.continue_()

    tab.route("**/door/sync/", lose)
    visitor(tab, "Guri Gjest")
    sent(tab)
    assert len(lost) == 2
    assert Invitation.objects.filter(meeting=scene.meeting, user__name="Guri Gjest").count() == 1


def test_notes_outlive_the_page(tab, scene):
    tab.route("**/door/sync/", lambda route: route.abort())
    here(tab, "Anne Aas").click()
    visitor(tab, "Guri Gjest")
    expect(tab.get_by_text("Ikke noe nett akkurat nå.")).to_be_visible(timeout=PATIENCE)
    tab.unroute("**/door/sync/")
    tab.reload()
    sent(tab)
    assert present(scene) == ["Anne Aas", "Guri Gjest"]


def test_signed_out_it_says_so_and_keeps_the_notes(tab, scene, live_server, leader):
    cookies = tab.context.cookies()
    tab.context.clear_cookies()
    here(tab, "Anne Aas").click()
    expect(tab.get_by_text("Du er logget ut.")).to_be_visible(timeout=PATIENCE)
    assert len(kept(tab, scene)) == 1
    tab.context.add_cookies(cookies)
    sent(tab)
    expect(tab.get_by_text("Du er logget ut.")).to_be_hidden(timeout=PATIENCE)
    assert present(scene) == ["Anne Aas"]


def test_the_search_needs_no_network(tab):
    tab.context.set_offline(True)
    tab.get_by_label("Finn et navn eller en bedrift").fill("åsen")
    expect(here(tab, "Bjørn Åsen")).to_be_visible(timeout=PATIENCE)
    expect(here(tab, "Anne Aas")).to_be_hidden(timeout=PATIENCE)
    tab.get_by_label("Finn et navn eller en bedrift").fill("")
    expect(here(tab, "Anne Aas")).to_be_visible(timeout=PATIENCE)


def test_what_the_portal_does_not_take_is_told(tab, scene):
    visitor(tab, "Guri Gjest")
    sent(tab)
    tab.locator("#door-visitor [name=email]").evaluate("(field) => { field.type = 'text'; }")
    tab.locator("#door-visitor [name=email]").fill("ikke en adresse")
    visitor(tab, "Per Prøve")
    expect(tab.locator("#door-refused")).to_contain_text(re.compile("Per Prøve: .*e-post"), timeout=PATIENCE)
    assert present(scene) == ["Guri Gjest"]
