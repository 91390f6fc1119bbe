"""Our calendar objects as two other programs read them: nothing they object to, and the moment that was meant."""

import datetime as dt
import random
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from meetings import ical
from meetings.enums import Answer
from tests.factories.meetings import InvitationFactory, MeetingFactory
from tests.meetings.reader import read
from tests.meetings.second_readers import Libical, by_ical_js

pytestmark = pytest.mark.django_db
OSLO = ZoneInfo("Europe/Oslo")
GOLDEN = Path(__file__).parent / "golden"
NOW = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
OFFICE = ical.Organiser(name="Effektiv produksjon", email="kontor@klyngen.example")
OWN = ical.Organiser(name="Effektiv produksjon", email="effektiv-mzqw2zdjnrqxgzltorqq@svar.example", reads=True)
NIGHTS = [dt.date(2027, 3, 28), dt.date(2027, 10, 31)]
WORDS = [
    "Oppstartsmøte: flaskehalser på Ørland; æ, ø og å",
    "Vedlikehold 🛠️ og flyt 👩‍🏭",
    'Han sa "hva bremser oss?" \\ i går, i dag; i morgen',
    "Lang tittel " * 17,
    "To\nlinjer\r\nog en til",
]
MAKERS = {"REQUEST": ical.request, "CANCEL": ical.cancel, "DECLINECOUNTER": ical.decline_counter}


@pytest.fixture
def invitation(group, member):
    meeting = MeetingFactory(group=group, title="Oppstartsmøte", venue="Damphuset", sequence=2, answer_floor=1)
    return InvitationFactory(meeting=meeting, user=member, affiliation=member.affiliations.get())


def at(invitation, starts_at, hours=2.0):
    invitation.meeting.starts_at = starts_at
    invitation.meeting.ends_at = starts_at + dt.timedelta(hours=hours)
    return invitation


def made(invitation, method="REQUEST", organiser=OWN, summary="Møte"):
    words = ical.Words(
        summary=summary,
        description=f"https://portal.example/meetings/1/\n\n{summary}",
        html="<p>Møte</p>",
        url="https://portal.example/meetings/1/",
    )
    return MAKERS[method](invitation.meeting, invitation, now=NOW, organiser=organiser, words=words)


def local(day, hour, minute=0, fold=0):
    return dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=OSLO, fold=fold).astimezone(dt.UTC)


def many_objects(invitation):
    """Five titles at eight moments, with every answer, from both organisers, in every method."""
    moments = [
        (local(dt.date(2027, 7, 1), 18), 2),
        (local(dt.date(2027, 1, 12), 9), 1),
        (local(dt.date(2037, 2, 3), 12), 2),
        (local(dt.date(2027, 1, 12), 0), 24),
        (local(dt.date(2027, 1, 12), 22), 5),
        (local(NIGHTS[0], 1), 4),
        (local(NIGHTS[1], 1), 4),
        (local(NIGHTS[1], 2, 30, fold=1), 1),
    ]
    for summary in WORDS:
        for number, (moment, hours) in enumerate(moments):
            at(invitation, moment, hours)
            invitation.answer = list(Answer)[number % 4]
            for method in MAKERS:
                for organiser in (OWN, OFFICE):
                    yield method, summary, made(invitation, method, organiser, summary)


def test_neither_reader_objects_to_anything(invitation):
    objects = list(many_objects(invitation))
    assert len(objects) == 5 * 8 * 3 * 2
    libical = Libical()
    for (method, summary, raw), seen in zip(objects, by_ical_js([raw for *_, raw in objects]), strict=True):
        read(raw)  # no line over 75 octets, and whatever else our own reader minds
        kept, errors, _starts, _ends = libical.read(raw)
        assert (kept, errors) == (True, 0), raw.decode()
        [event] = seen["events"]
        assert (seen["method"], event["uid"]) == (method, str(invitation.meeting.uid))
        if method != "DECLINECOUNTER":
            assert (event["sequence"], len(event["attendees"])) == (2, 1)
            assert event["summary"] == summary.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("line", "instead"),
    [("ORGANIZER", ""), ("DTSTAMP", ""), ("UID", ""), ("DTSTART", "DTSTART:soon")],
)
def test_libical_would_object(invitation, line, instead):
    """The control: an object that lacks what its method asks for is not let through."""
    lines = made(invitation).decode().replace("\r\n ", "").split("\r\n")
    broken = [instead if one.startswith(line) else one for one in lines]
    kept, errors, *_moments = Libical().read("\r\n".join(one for one in broken if one).encode() + b"\r\n")
    assert (kept, errors) != (True, 0)


def local_times():
    """Every half hour of the two nights, and a thousand others until 2037; the hour that spring leaves out is none."""
    chance = random.Random(2027)
    first = dt.datetime(2026, 1, 1)
    times = [
        dt.datetime.combine(night, dt.time()) + dt.timedelta(minutes=30 * step)
        for night in NIGHTS
        for step in range(-8, 20)
    ]
    times += [first + dt.timedelta(minutes=chance.randrange(12 * 365 * 24 * 60)) for _ in range(1000)]
    moments = [time.replace(tzinfo=OSLO, fold=fold) for time in times for fold in (0, 1)]
    kept = {moment.astimezone(dt.UTC) for moment in moments}
    return sorted(moment for moment in kept if moment.year < 2038)


def test_both_readers_read_the_moment_that_was_meant(invitation):
    moments = local_times()
    assert len(moments) > 1_000
    objects = [made(at(invitation, moment, hours=1.5)) for moment in moments]
    libical = Libical()
    for moment, raw, seen in zip(moments, objects, by_ical_js(objects), strict=True):
        meant = (moment.timestamp(), moment.timestamp() + 5400)
        assert libical.read(raw)[2:] == meant, raw.decode()
        [event] = seen["events"]
        assert (event["starts"], event["ends"]) == meant, raw.decode()


def test_with_a_wrong_rule_for_summer_the_readers_disagree(invitation):
    """The control: the readers take the rule from our block, not from a table of their own."""
    moment = local(dt.date(2027, 7, 1), 18)
    wrong = made(at(invitation, moment)).replace(b"TZOFFSETTO:+0200", b"TZOFFSETTO:+0300")
    assert Libical().read(wrong)[2] == moment.timestamp() - 3600
    assert by_ical_js([wrong])[0]["events"][0]["starts"] == moment.timestamp() - 3600


@pytest.fixture
def known(invitation):
    """A meeting of which every byte is known."""
    meeting, user = invitation.meeting, invitation.user
    meeting.uid = UUID("6f0f6b2c-3c2e-4a53-9d5b-0f4a8f0c1a2b")
    meeting.created_at = meeting.changed_at = NOW - dt.timedelta(days=3)
    meeting.is_open = False
    user.name, user.email = "Åse Øverli", "aase@fabrikk.example"
    return at(invitation, local(dt.date(2027, 1, 12), 9))


def moved(row):
    row.meeting.sequence, row.meeting.answer_floor = 3, 3
    row.answer, row.answered_sequence = Answer.YES, 2
    return made(at(row, local(dt.date(2027, 4, 6), 13)))


SHAPES = {
    "request": made,
    "request-without-own-address": lambda row: made(row, organiser=OFFICE),
    "moved": moved,
    "cancel": lambda row: made(row, "CANCEL"),
    "decline-counter": lambda row: made(row, "DECLINECOUNTER"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_bytes_that_reach_calendars_do_not_change_unnoticed(known, name):
    """Files in golden/ were read by a person, line by line; a change here is a change in every calendar."""
    assert SHAPES[name](known) == (GOLDEN / f"{name}.ics").read_bytes()
