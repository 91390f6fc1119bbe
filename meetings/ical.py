"""Calendar objects by RFC 5545 and 5546, written by hand in the order that calendars are known to read."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.utils import timezone

from meetings.enums import Answer, MeetingState
from meetings.models import Invitation, Meeting
from members.clock import OSLO

PRODID = "-//Thamsklyngen//Portal//NO"
# One zone, two yearly rules. Nothing a person writes can choose another.
ZONE = "Europe/Oslo"
VTIMEZONE = (
    "BEGIN:VTIMEZONE",
    f"TZID:{ZONE}",
    "BEGIN:DAYLIGHT",
    "DTSTART:19700329T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "TZNAME:CEST",
    "END:DAYLIGHT",
    "BEGIN:STANDARD",
    "DTSTART:19701025T030000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "TZNAME:CET",
    "END:STANDARD",
    "END:VTIMEZONE",
)
PARTSTAT = {
    Answer.NONE: "NEEDS-ACTION",
    Answer.YES: "ACCEPTED",
    Answer.MAYBE: "TENTATIVE",
    Answer.NO: "DECLINED",
}
OCTETS = 75
_LINE_BREAK = re.compile(r"\r\n|[\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_ADDRESS = re.compile(r"[^\s<>@:;,\"\\]+@[^\s<>@:;,\"\\]+")
_NOT_IN_URI = re.compile(r"[\x00-\x20\x7f<>\"{}|\\^`]")


@dataclass(frozen=True, kw_only=True)
class Organiser:
    """Who calls, as calendars show it. ``reads``: answers that calendars send there are read and count."""

    name: str
    email: str
    reads: bool = False


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the entry says, in one language. ``description`` begins with the link."""

    summary: str
    description: str
    html: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One meeting in a feed. ``changed_at`` stands for the time of the message; a closed one says neither what nor where."""

    meeting: Meeting
    words: Words
    status: str
    changed_at: datetime
    is_closed: bool = False


def with_summary(words: Words, summary: str) -> Words:
    """The same words under another title."""
    return replace(words, summary=summary)


def request(meeting: Meeting, invitation: Invitation, *, now: datetime, organiser: Organiser, words: Words) -> bytes:
    """The invitation for one person; an update when the sequence has risen since the last.

    A calendar is asked to answer by mail (RSVP=TRUE) only where the portal reads it. The present answer goes along,
    so that a small change does not ask again.
    """
    people = _people(meeting, invitation, organiser)
    return _object("REQUEST", _event(meeting, now, words, people, "CONFIRMED", counter=organiser.reads))


def cancel(meeting: Meeting, invitation: Invitation, *, now: datetime, organiser: Organiser, words: Words) -> bytes:
    """Takes the meeting out of one person's calendar: called off, or no longer invited."""
    return _object("CANCEL", _event(meeting, now, words, _people(meeting, invitation, organiser), "CANCELLED"))


def decline_counter(
    meeting: Meeting, invitation: Invitation, *, now: datetime, organiser: Organiser, words: Words
) -> bytes:
    """Says no to a time that one person's calendar proposed; the meeting stays where it is.

    RFC 5546 3.2.8 names the meeting and who calls it, and forbids the rest: time, words, people. libical minds
    SEQUENCE, too, which a calendar that knows the UID does not need to find its entry.
    """
    event = [
        "BEGIN:VEVENT",
        f"UID:{meeting.uid}",
        f"DTSTAMP:{_utc(now)}",
        _organizer(organiser),
        "END:VEVENT",
    ]
    head = ["BEGIN:VCALENDAR", f"PRODID:{PRODID}", "VERSION:2.0", "CALSCALE:GREGORIAN", "METHOD:DECLINECOUNTER"]
    return b"".join(fold(line) for line in [*head, *event, "END:VCALENDAR"])


def entry(meeting: Meeting, *, words: Words) -> bytes:
    """For "add to calendar": the same meeting without people and without METHOD; same bytes until it changes."""
    status = "CANCELLED" if meeting.state == MeetingState.CANCELLED else "CONFIRMED"
    return _object("", _event(meeting, meeting.changed_at, words, (), status))


def feed(name: str, entries: Iterable[Entry]) -> bytes:
    """A calendar to subscribe to: no people, no METHOD, which would ask for an ORGANIZER, and no id of its own.

    RFC 7986 names and paces it; the X- lines say the same to programs from before.
    """
    lines = [
        "BEGIN:VCALENDAR",
        f"PRODID:{PRODID}",
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
        f"NAME:{text(name)}",
        f"X-WR-CALNAME:{text(name)}",
        f"X-WR-TIMEZONE:{ZONE}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        *VTIMEZONE,
    ]
    for entry in entries:
        lines += _feed_event(entry)
    lines.append("END:VCALENDAR")
    return b"".join(fold(line) for line in lines)


def _feed_event(entry: Entry) -> Iterator[str]:
    meeting, words = entry.meeting, entry.words
    place = "" if entry.is_closed else meeting.venue or meeting.online_url
    yield "BEGIN:VEVENT"
    yield f"UID:{meeting.uid}"
    yield f"SEQUENCE:{meeting.sequence}"
    yield f"DTSTAMP:{_utc(entry.changed_at)}"
    yield from _times(meeting)
    yield f"SUMMARY:{text(words.summary)}"
    yield f"DESCRIPTION:{text(words.description)}"
    if place:
        yield f"LOCATION:{text(place)}"
    yield f"URL:{uri(words.url)}"
    yield f"STATUS:{entry.status}"
    yield f"TRANSP:{'TRANSPARENT' if entry.status == 'CANCELLED' else 'OPAQUE'}"
    yield f"LAST-MODIFIED:{_utc(entry.changed_at)}"
    yield "END:VEVENT"


def _object(method: str, event: Iterable[str]) -> bytes:
    head = ["BEGIN:VCALENDAR", f"PRODID:{PRODID}", "VERSION:2.0", "CALSCALE:GREGORIAN"]
    lines = [*head, *([f"METHOD:{method}"] if method else []), *VTIMEZONE, *event, "END:VCALENDAR"]
    return b"".join(fold(line) for line in lines)


def _event(
    meeting: Meeting, stamp: datetime, words: Words, people: Iterable[str], status: str, *, counter: bool = False
) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{meeting.uid}"
    yield f"SEQUENCE:{meeting.sequence}"
    yield f"DTSTAMP:{_utc(stamp)}"
    yield from _times(meeting)
    yield f"SUMMARY:{text(words.summary)}"
    yield f"DESCRIPTION:{text(words.description)}"
    yield f"X-ALT-DESC;FMTTYPE=text/html:{text(words.html)}"
    if meeting.venue or meeting.online_url:
        yield f"LOCATION:{text(meeting.venue or meeting.online_url)}"
    yield f"URL:{uri(words.url)}"
    yield from people
    yield f"STATUS:{status}"
    yield "TRANSP:OPAQUE"
    yield f"CLASS:{'PUBLIC' if meeting.is_open else 'PRIVATE'}"
    yield f"CREATED:{_utc(meeting.created_at)}"
    yield f"LAST-MODIFIED:{_utc(meeting.changed_at)}"
    yield "X-MICROSOFT-CDO-BUSYSTATUS:BUSY"
    yield f"X-MICROSOFT-DISALLOW-COUNTER:{'FALSE' if counter else 'TRUE'}"
    yield "END:VEVENT"


def _times(meeting: Meeting) -> Iterator[str]:
    """Oslo's time, for clients that show the zone; UTC in the hour that autumn's clocks run through twice.

    RFC 5545 3.3.5 takes such an hour for the first of the two, and libical for the second.
    """
    both = {"DTSTART": timezone.localtime(meeting.starts_at, OSLO), "DTEND": timezone.localtime(meeting.ends_at, OSLO)}
    is_double = any(_comes_twice(moment) for moment in both.values())
    for name, moment in both.items():
        yield f"{name}:{_utc(moment)}" if is_double else f"{name};TZID={ZONE}:{moment:%Y%m%dT%H%M%S}"


def _comes_twice(moment: datetime) -> bool:
    return moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()


def _people(meeting: Meeting, invitation: Invitation, organiser: Organiser) -> Iterator[str]:
    yield _organizer(organiser)
    user = invitation.user
    partstat = PARTSTAT[Answer.NONE if invitation.is_stale_for(meeting) else Answer(invitation.answer)]
    rsvp = "TRUE" if organiser.reads else "FALSE"
    yield (
        f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={partstat};RSVP={rsvp}"
        f";CN={parameter(user.name or user.email or '')}:mailto:{address(user.email or '')}"
    )


def _organizer(organiser: Organiser) -> str:
    return f"ORGANIZER;CN={parameter(organiser.name)}:mailto:{address(organiser.email)}"


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def text(value: str) -> str:
    r"""Escape a TEXT value (RFC 5545 3.3.11): every sort of line break becomes ``\n``, other controls go."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return _CONTROL.sub("", _LINE_BREAK.sub("\\\\n", escaped))


def parameter(value: str) -> str:
    """A quoted parameter value on one line; carets by RFC 6868 confuse Outlook, so quotes become apostrophes."""
    flat = _CONTROL.sub("", _LINE_BREAK.sub(" ", value)).replace('"', "'").replace("^", "")
    return f'"{flat.strip()}"'


def address(value: str) -> str:
    """A mail address that cannot end its property; ValueError otherwise."""
    if not _ADDRESS.fullmatch(value):
        raise ValueError("not a mail address")
    return value


def uri(value: str) -> str:
    """An address of the web that cannot end its property; ValueError otherwise."""
    if _NOT_IN_URI.search(value):
        raise ValueError("not an address of the web")
    return value


def fold(line: str) -> bytes:
    """One content line, folded at 75 octets and never inside a character, with its line end."""
    octets = line.encode()
    parts, start, room = [], 0, OCTETS
    while len(octets) - start > room:
        end = start + room
        while octets[end] & 0xC0 == 0x80:  # a continuation octet of UTF-8
            end -= 1
        parts.append(octets[start:end])
        start, room = end, OCTETS - 1
    return b"\r\n ".join([*parts, octets[start:]]) + b"\r\n"
