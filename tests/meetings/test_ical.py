"""Calendar objects as other people's calendars read them: two parsers, hostile words, both clock changes."""

import datetime as dt
import random
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.utils import timezone

from meetings import ical
from meetings.clocks import FIRST, SECOND, oslo_moment
from meetings.enums import Answer, MeetingState
from meetings.letters.sheets import sheet_for
from tests.factories.meetings import AgendaItemFactory, InvitationFactory, MeetingFactory
from tests.meetings.reader import read

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
OSLO = ZoneInfo("Europe/Oslo")
WORDS = ical.Words(summary="Møte", description="https://x.example/m/1", html="<p>Møte</p>", url="https://x.example/m/1")
OFFICE = ical.Organiser(name="Effektiv produksjon", email="post@x.example")


@pytest.fixture
def meeting(group):
    return MeetingFactory(group=group, title="Oppstartsmøte", venue="Damphuset")


@pytest.fixture
def invitation(meeting, member):
    return InvitationFactory(meeting=meeting, user=member, affiliation=member.affiliations.get())


def made(meeting, invitation, words=WORDS, organiser=OFFICE, verb=ical.request):
    return verb(meeting, invitation, now=NOW, organiser=organiser, words=words)


def both(raw):
    """The event by our own strict reader and by icalendar."""
    (event,) = [child for child in read(raw).children if child.name == "VEVENT"]
    (other,) = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    assert not other.errors
    return event, other


def test_the_properties_stand_in_the_order_calendars_are_known_to_read(meeting, invitation):
    calendar = read(made(meeting, invitation))
    assert calendar.names() == ["PRODID", "VERSION", "CALSCALE", "METHOD"]
    assert [child.name for child in calendar.children] == ["VTIMEZONE", "VEVENT"]
    assert calendar.children[1].names() == [
        "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "X-ALT-DESC", "LOCATION", "URL",
        "ORGANIZER", "ATTENDEE", "STATUS", "TRANSP", "CLASS", "CREATED", "LAST-MODIFIED",
        "X-MICROSOFT-CDO-BUSYSTATUS", "X-MICROSOFT-DISALLOW-COUNTER",
    ]  # fmt: skip


def test_one_attendee_who_is_not_asked_to_answer_by_mail(meeting, invitation, member):
    event, _other = both(made(meeting, invitation))
    params, address = event.one("ATTENDEE")
    assert (params["RSVP"], params["PARTSTAT"], params["CN"]) == ("FALSE", "NEEDS-ACTION", "Marte Haugen")
    assert address == f"mailto:{member.email}"
    assert event.one("ORGANIZER") == ({"CN": "Effektiv produksjon"}, "mailto:post@x.example")


def test_no_personal_link_stands_in_the_calendar(meeting, invitation):
    sheet = sheet_for(meeting, "nb", NOW)
    raw = made(meeting, invitation, words=sheet.calendar_words(), organiser=sheet.organiser())
    assert b"/r/" not in raw.replace(b"\r\n ", b"")
    assert b"/c/" not in raw.replace(b"\r\n ", b"")
    event, _other = both(raw)
    assert event.text("DESCRIPTION").startswith(f"http://testserver/meetings/{meeting.pk}/")


@pytest.mark.parametrize(
    ("answer", "partstat"),
    [(Answer.YES, "ACCEPTED"), (Answer.MAYBE, "TENTATIVE"), (Answer.NO, "DECLINED"), (Answer.NONE, "NEEDS-ACTION")],
)
def test_the_present_answer_goes_along(meeting, invitation, answer, partstat):
    invitation.answer = answer
    event, _other = both(made(meeting, invitation))
    assert event.one("ATTENDEE")[0]["PARTSTAT"] == partstat


def test_an_answer_to_an_earlier_time_is_asked_anew(meeting, invitation):
    invitation.answer, invitation.answered_sequence = Answer.YES, 0
    meeting.sequence = meeting.answer_floor = 1
    event, _other = both(made(meeting, invitation))
    assert event.one("ATTENDEE")[0]["PARTSTAT"] == "NEEDS-ACTION"


def test_cancel_says_so_in_both_places(meeting, invitation):
    raw = made(meeting, invitation, verb=ical.cancel)
    assert read(raw).one("METHOD") == ({}, "CANCEL")
    assert both(raw)[0].one("STATUS") == ({}, "CANCELLED")


def test_the_entry_has_no_people_no_method_and_stable_bytes(meeting, invitation):
    raw = ical.entry(meeting, words=WORDS)
    assert raw == ical.entry(meeting, words=WORDS)
    assert "METHOD" not in read(raw).names()
    event, _other = both(raw)
    assert not event.all("ATTENDEE")
    assert not event.all("ORGANIZER")
    meeting.state = MeetingState.CANCELLED
    assert both(ical.entry(meeting, words=WORDS))[0].one("STATUS")[1] == "CANCELLED"


HOSTILE = [
    "x\r\nATTENDEE:mailto:evil@x.example",
    "x\rATTENDEE:mailto:evil@x.example",
    "x\nATTENDEE:mailto:evil@x.example",
    "x\u2028ATTENDEE:mailto:evil@x.example",
    "x\x85ATTENDEE:mailto:evil@x.example",
    "a\\nb;c,d:e\\",
    "END:VEVENT\r\nBEGIN:VALARM",
    "\"^n'",
    "Ærlig 🏭 " * 60,
    "\U0001f3ed" * 300,
    "ø" * 10_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_stay_words(meeting, invitation, text):
    """K1, K2, K4: one property each, no component more, and both parsers read the same text back."""
    words = ical.Words(summary=text, description=text, html=text, url="https://x.example/")
    meeting.venue = text
    event, other = both(made(meeting, invitation, words=words))
    expected = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\x85", "\n")
    for name in ("SUMMARY", "DESCRIPTION", "LOCATION"):
        assert event.text(name) == expected
        assert str(other[name]) == expected
    assert len(event.all("ATTENDEE")) == 1
    assert not event.children


@pytest.mark.parametrize("name", ['Kari "Kaia" Nord', "Kari^nNord", "Kari\r\nX:1", "Nord, Kari; sjef: AS", ""])
def test_hostile_names_stay_names(meeting, invitation, member, name):
    """K3"""
    member.name = name
    invitation.user = member
    event, other = both(made(meeting, invitation, organiser=ical.Organiser(name=name, email="post@x.example")))
    for key in ("ORGANIZER", "ATTENDEE"):
        params, address = event.one(key)
        assert address in {"mailto:post@x.example", f"mailto:{member.email}"}
        assert '"' not in params["CN"]
        assert "^" not in params["CN"]
        assert other[key] == address


@pytest.mark.parametrize("bad", ["https://x.example/\r\nX:1", "https://x.example/ a", "https://x.example/\x00"])
def test_an_address_that_could_end_its_line_is_refused(bad):
    """K5"""
    with pytest.raises(ValueError, match="address"):
        ical.uri(bad)
    with pytest.raises(ValueError, match="address"):
        ical.address(f"{bad}@x.example")


def test_the_zone_is_ours_whatever_the_server_says(meeting, invitation, settings):
    """K7: no zone name comes from outside."""
    with timezone.override(dt.timezone(dt.timedelta(hours=9))):
        event, _other = both(made(meeting, invitation))
    assert event.one("DTSTART")[0] == {"TZID": "Europe/Oslo"}


def test_the_zone_block_agrees_with_the_system_for_every_hour_of_ten_years(meeting, invitation):
    raw = made(meeting, invitation)
    zone = icalendar.Calendar.from_ical(raw).walk("VTIMEZONE")[0].to_tz(lookup_tzid=False)
    at = dt.datetime(2026, 1, 1, 0, 30)
    seed = random.Random(5545)
    for _ in range(400):
        moment = at + dt.timedelta(hours=seed.randrange(10 * 8766))
        local = moment.replace(tzinfo=OSLO)
        if local.astimezone(dt.UTC).astimezone(OSLO).replace(tzinfo=None) != moment:
            continue  # the hour that the night to summer time leaves out
        if local.utcoffset() != local.replace(fold=1).utcoffset():
            continue  # the hour that comes twice: both answers are right
        assert moment.replace(tzinfo=zone).utcoffset() == local.utcoffset(), moment


@pytest.mark.parametrize(
    ("day", "clock", "which", "utc"),
    [
        (dt.date(2027, 3, 28), dt.time(1, 30), "", "00:30"),
        (dt.date(2027, 3, 28), dt.time(3, 30), "", "01:30"),
        (dt.date(2027, 10, 31), dt.time(2, 30), FIRST, "00:30"),
        (dt.date(2027, 10, 31), dt.time(2, 30), SECOND, "01:30"),
        (dt.date(2027, 7, 1), dt.time(18, 0), "", "16:00"),
        (dt.date(2037, 1, 1), dt.time(18, 0), "", "17:00"),
    ],
)
def test_calendars_read_the_moment_that_was_meant(meeting, invitation, day, clock, which, utc):
    meeting.starts_at = oslo_moment(day, clock, which)
    meeting.ends_at = meeting.starts_at + dt.timedelta(hours=2)
    _event, other = both(made(meeting, invitation))
    assert other["DTSTART"].dt.astimezone(dt.UTC).strftime("%H:%M") == utc
    assert other["DTEND"].dt.astimezone(dt.UTC) - other["DTSTART"].dt.astimezone(dt.UTC) == dt.timedelta(hours=2)


def test_an_update_keeps_the_uid_and_raises_the_sequence(meeting, invitation):
    first, _ = both(made(meeting, invitation))
    meeting.sequence = 3
    second, _ = both(made(meeting, invitation))
    assert first.one("UID") == second.one("UID")
    assert second.one("SEQUENCE")[1] == "3"


def test_the_agenda_stands_in_the_description_with_times(meeting):
    meeting.starts_at = dt.datetime(2026, 11, 26, 11, 0, tzinfo=dt.UTC)
    AgendaItemFactory(meeting=meeting, title="Velkommen", minutes=15, position=0)
    AgendaItemFactory(meeting=meeting, title="Tenk alene", minutes=20, position=1)
    words = sheet_for(meeting, "nb", NOW).calendar_words()
    assert "12.00 Velkommen\n12.15 Tenk alene" in words.description
    assert "12:15 Tenk alene" in sheet_for(meeting, "en", NOW).calendar_words().description
