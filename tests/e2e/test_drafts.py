"""What is typed stays on the device until it is sent, each text in its own field."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from meetings.actions.minutes import save_minutes
from meetings.models import ActionItem, Section
from tests.factories.meetings import AgendaItemFactory, MeetingFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXTS = [f"Tekst {number}" for number in range(4)]


@pytest.fixture
def meeting(group, leader):
    now = timezone.now()
    made = MeetingFactory(group=group, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1))
    for position, title in enumerate(("Velkommen", "Flyten", "Veien videre"), start=1):
        AgendaItemFactory(meeting=made, title=title, position=position)
    return made


@pytest.fixture
def page(open_page, meeting, leader):
    return open_page(reverse("meetings:minutes_edit", args=[meeting.pk]), user=leader)


def texts(page):
    return [field.input_value() for field in page.locator("[name=text]").all()]


def write(page, values):
    for field, value in zip(page.locator("[name=text]").all(), values, strict=True):
        field.fill(value)


def write_down(page, what):
    page.get_by_label("Hva skal gjøres").fill(what)
    page.get_by_role("button", name="Skriv det ned").click()
    expect(page.locator("#actions .tk-list")).to_contain_text(what)


def test_fields_of_one_name_come_back_each_in_its_place(page):
    write(page, TEXTS)
    page.locator("[name=text]").last.blur()
    page.reload()
    assert texts(page) == TEXTS


def test_what_was_changed_in_a_text_that_stood_there_comes_back(page, meeting, leader):
    stood = [Section(title, "Sto der") for title in ("", "Velkommen", "Flyten", "Veien videre")]
    save_minutes(meeting, sections=stood, base=0, actor=leader, now=timezone.now())
    page.reload()
    page.locator("[name=text]").nth(1).fill("Rettet")
    page.locator("[name=text]").nth(1).blur()
    page.reload()
    assert texts(page) == ["Sto der", "Rettet", "Sto der", "Sto der"]


def test_something_to_do_is_written_down_beside_a_text_that_is_not_saved(page, meeting, leader):
    """Also when somebody else has saved meanwhile: the page still knows what it was written on."""
    write(page, TEXTS)
    theirs = [Section("", "En annens tekst")]
    save_minutes(meeting, sections=theirs, base=0, actor=leader, now=timezone.now())
    write_down(page, "Ringe leverandøren")
    assert texts(page) == TEXTS
    expect(page.get_by_label("Hva skal gjøres")).to_be_focused()
    write_down(page, "Sende tall")
    page.get_by_role("button", name=re.compile("Fjern.*Ringe")).click()
    page.locator("#confirm [data-yes]").click()
    expect(page.locator("#actions .tk-list")).not_to_contain_text("Ringe leverandøren")
    assert [action.what for action in ActionItem.objects.all()] == ["Sende tall"]
    assert texts(page) == TEXTS


def test_what_is_wrong_with_something_to_do_is_told_beside_it(page, meeting):
    write(page, TEXTS)
    page.get_by_label("Hva skal gjøres").evaluate("(field) => field.removeAttribute('required')")
    page.get_by_role("button", name="Skriv det ned").click()
    expect(page.locator("#actions .invalid-feedback")).to_be_visible()
    assert texts(page) == TEXTS
