"""The meeting on the screen in the room: the agenda against the clock, what has been written, never a name."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from groups.models import Input
from groups.room import short_code
from meetings.models import Meeting
from meetings.presenting import turns_of
from members.clock import OSLO
from tests.factories.groups import InputFactory, RoundFactory, ThemeFactory
from tests.factories.meetings import MeetingFactory
from tests.factories.members import CompanyFactory

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 11, 26, 12, tzinfo=OSLO)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def meeting(group):
    found = RoundFactory(
        group=group,
        question="Hva stopper flyten?",
        room_opens_at=START - dt.timedelta(minutes=30),
        room_closes_at=START + dt.timedelta(hours=2),
    )
    made = MeetingFactory(group=group, starts_at=START, ends_at=START + dt.timedelta(minutes=90), round=found)
    for position, (title, minutes) in enumerate((("Velkommen", 10), ("Flyten", 50), ("Veien videre", 30))):
        made.agenda.create(title=title, minutes=minutes, position=position)
    return made


@pytest.fixture
def page(client_of, leader, meeting):
    return lambda name="present", **more: client_of(leader).get(reverse(f"meetings:{name}", args=[meeting.pk]), **more)


@pytest.mark.parametrize(
    ("minutes", "states", "left"),
    [
        (-1, "to_come to_come to_come", 0),
        (0, "now to_come to_come", 10),
        (9.5, "now to_come to_come", 1),
        (10, "past now to_come", 50),
        (59, "past now to_come", 1),
        (60, "past past now", 30),
        (90, "past past past", 0),
    ],
)
def test_the_agenda_follows_the_clock(meeting, minutes, states, left):
    turns = turns_of(meeting, START + dt.timedelta(minutes=minutes))
    assert " ".join(turn.state for turn in turns) == states
    assert sum(turn.left for turn in turns) == left


def test_it_shows_the_minutes_left_and_the_code(page, clock):
    clock.shift(30 * 60)
    words = page().content.decode()
    assert "30 minutter igjen" in words  # of the item
    assert "60 minutter igjen" in words  # of the meeting
    assert words.count('aria-current="step"') == 1
    assert 'class="tk-qr"' in words


def test_the_code_goes_when_the_door_shuts(page, clock):
    clock.shift(3 * 3600)
    assert 'class="tk-qr"' not in page().content.decode()
    assert "minutter igjen" not in page().content.decode()


def test_a_screen_that_stands_on_gets_the_code_when_the_door_opens_and_loses_it_after(page, meeting, clock):
    """The times change while the agenda does not: a round may be opened and shut in the middle of a minute."""
    seen = []
    for opens in (1, 0, -2):
        meeting.round.room_opens_at = START + dt.timedelta(hours=opens)
        meeting.round.room_closes_at = START + dt.timedelta(hours=opens + 1)
        meeting.round.save()
        answer = page("present_now", headers={"if-none-match": seen[-1]["ETag"]} if seen else {})
        assert answer.status_code == 200
        seen.append(answer)
        assert page("present_now", headers={"if-none-match": answer["ETag"]}).status_code == 304
    shows = [('class="tk-qr"' in answer.content.decode()) for answer in seen]
    assert shows == [False, True, False]
    assert short_code(meeting.round) in seen[1].content.decode()


def test_a_new_input_is_there_the_next_time_it_asks(page, meeting):
    first = page("present_now")
    assert page("present_now", headers={"if-none-match": first["ETag"]}).status_code == 304
    InputFactory(round=meeting.round, text="Vi venter på truck", author__name="Siri Skriver")
    second = page("present_now", headers={"if-none-match": first["ETag"]})
    assert second.status_code == 200
    assert "Vi venter på truck" in second.content.decode()
    assert "Siri" not in second.content.decode()


def test_the_next_minute_and_another_language_are_other_pages(page, clock):
    first = page("present_now")
    clock.shift(60)
    assert page("present_now", headers={"if-none-match": first["ETag"]}).status_code == 200
    clock.shift(-60)
    english = page("present_now", headers={"if-none-match": first["ETag"], "accept-language": "en"})
    assert english.status_code == 200 or english["ETag"] == first["ETag"]


def companies(meeting, theme, number):
    return [InputFactory(round=meeting.round, theme=theme, company=CompanyFactory()) for _ in range(number)]


def test_themes_stand_by_companies_and_small_ones_are_left_out(page, meeting):
    for name, number in (("Lager", 3), ("Møter", 5), ("Hemmelig", 2)):
        companies(meeting, ThemeFactory(round=meeting.round, name=name), number)
    words = page().content.decode()
    assert words.index("Møter") < words.index("Lager")
    assert "Hemmelig" not in words


def test_where_the_board_reads_first_the_room_sees_what_it_let_through(page, meeting):
    meeting.round.board_first = True
    meeting.round.save(update_fields=["board_first"])
    theme = ThemeFactory(round=meeting.round, name="Lager")
    companies(meeting, theme, 3)
    Input.objects.update(released=False)
    assert "Lager" not in page().content.decode()
    Input.objects.update(released=True)
    assert "Lager" in page().content.decode()


def test_without_a_round_it_is_the_agenda_alone(page, meeting):
    Meeting.objects.filter(pk=meeting.pk).update(round=None)
    words = page().content.decode()
    assert "Velkommen" in words
    assert 'class="tk-qr"' not in words
    assert "h-wall" not in words


def test_its_queries_do_not_grow(client_of, leader, group, meeting, same_queries):
    other = MeetingFactory(
        group=group, starts_at=START, ends_at=START + dt.timedelta(hours=1),
        round=RoundFactory(group=group, room_opens_at=START, room_closes_at=START + dt.timedelta(hours=2)),
    )  # fmt: skip
    other.agenda.create(title="Velkommen", minutes=10)
    companies(other, ThemeFactory(round=other.round, name="Tema"), 3)
    for number in range(4):
        companies(meeting, ThemeFactory(round=meeting.round, name=f"Tema {number}"), 5)
    few, many = (reverse("meetings:present_now", args=[one.pk]) for one in (other, meeting))
    same_queries(few, many, client_of(leader), at_most=17)
