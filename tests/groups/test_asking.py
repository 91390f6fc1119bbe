"""A round without a meeting: the board asks, members find it, nobody is mailed."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from groups.actions.rounds import ask_group
from groups.models import Round
from mail.models import Message
from members.clock import OSLO

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 10, 20, 22, 30, tzinfo=dt.UTC)  # the 21st in Oslo
ASKED = {"question": "Hva venter dere på?", "language": "nb", "closes_on": "2026-10-24"}


@pytest.fixture(autouse=True)
def _that_night():
    with time_machine.travel(NOW, tick=False):
        yield


def url(group):
    return f"/groups/{group.slug}/input/ask/"


def test_the_board_asks_and_members_find_the_question(client_of, group, leader, member, company):
    answer = client_of(leader).post(url(group), {**ASKED, "board_first": "on"})
    assert answer.status_code == 302
    found = Round.objects.get()
    assert (found.is_open(NOW), found.board_first, found.created_by) == (True, True, leader)
    assert timezone.localtime(found.closes_at, OSLO) == dt.datetime(2026, 10, 25, 0, 0, tzinfo=OSLO)
    assert list(found.invited_companies.all()) == [company]
    assert "Hva venter dere på?" in client_of(member).get("/me/").content.decode()
    assert not Message.objects.exists()


def test_an_empty_group_shows_the_board_the_way_and_members_none(client_of, group, leader, member):
    pages = [client_of(person).get(f"/groups/{group.slug}/input/").content.decode() for person in (leader, member)]
    assert [url(group) in page for page in pages] == [True, False]
    assert url(group) in client_of(leader).get(f"/groups/{group.slug}/desk/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"question": ""},
        {"question": "\u200b "},
        {"question": "x" * 201},
        {"closes_on": "2026-10-20"},
        {"closes_on": "2029-01-01"},
        {"closes_on": "i morgen"},
        {"language": "de"},
    ],
)
def test_what_makes_no_sense_is_said_beside_the_field_and_kept(client_of, group, leader, wrong):
    answer = client_of(leader).post(url(group), {**ASKED, **wrong})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == list(wrong)
    assert not Round.objects.exists()


def test_a_group_that_has_ended_asks_nothing(client_of, group, leader):
    group.state = "closed"
    group.save(update_fields=["state"])
    assert client_of(leader).post(url(group), ASKED).status_code == 422
    assert not Round.objects.exists()


def test_members_and_the_office_ask_nothing_in_the_boards_name(group, member, staff):
    for person in (member, staff):
        with pytest.raises(PermissionDenied):
            ask_group(
                group, question="Hva?", language="nb", closes_at=NOW + dt.timedelta(days=3), actor=person, now=NOW
            )
