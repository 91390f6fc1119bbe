"""What a calendar says in a mail (RFC 5546), read leniently: programs leave out, add and rename what they like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import icalendar

from members.clock import OSLO

MOST_EVENTS = 50
LONGEST_COMMENT = 500
END = "END:VCALENDAR"
_ATOM = r"[^\s\x00-\x20\x7f<>@:;,\"\\]+"
ADDRESS = re.compile(rf"{_ATOM}@{_ATOM}\.{_ATOM}")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Exchange wraps the UID of other people's meetings into an id of its own (MS-OXCICAL 2.1.3.1.1.20.26).
WRAPPED = re.compile(r"040000008200e00074c5b7101a82e008[0-9a-f]*7643616c2d55696401000000((?:[0-9a-f]{2})+?)(?:00)+$")


class Unreadable(ValueError):
    """No calendar that says anything for certain."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One thing that a calendar says about one meeting. What it leaves out is None or empty."""

    method: str
    uid: str
    attendees: tuple[tuple[str, str], ...]  # address and PARTSTAT
    recurrence: str = ""
    sequence: int | None = None
    stamp: datetime | None = None
    comment: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def partstat_of(self, addresses: Iterable[str]) -> tuple[str, str] | None:
        """The address and answer of one of these people, else of the only one there is."""
        wanted = set(addresses)
        for address, partstat in self.attendees:
            if address in wanted:
                return address, partstat
        return self.attendees[0] if len(self.attendees) == 1 else None


def read_calendars(calendars: Sequence[tuple[str, str]]) -> Said:
    """What all calendars of a mail say, when they say one thing; each comes with the method of its content type.

    Raises Unreadable with a code: nothing readable, too much, or contradictions.
    """
    found: list[Said] = []
    for text, method in calendars:
        found.extend(_said(text, method))
    if len(found) > MOST_EVENTS:
        raise Unreadable("too_many_events")
    if not found:
        raise Unreadable("unreadable_calendar")
    distinct = {(one.method, one.uid, one.recurrence, one.attendees) for one in found}
    if len(distinct) > 1:
        raise Unreadable("contradictions")
    return found[0]


def _said(text: str, mime_method: str) -> list[Said]:
    end = text.upper().rfind(END)
    if end < 0:
        return []  # cut short: what stands there may be half a word
    try:
        calendar = icalendar.Calendar.from_ical(text[: end + len(END)])
        method = _word(calendar.get("METHOD")) or mime_method.upper()
        return [_event(event, method) for event in calendar.walk("VEVENT")[: MOST_EVENTS + 1]]
    except Exception:  # noqa: BLE001  the library raises what it likes on what others wrote
        return []


def _event(event: icalendar.Component, method: str) -> Said:
    return Said(
        method=method,
        uid=plain_uid(str(event.get("UID", ""))),
        attendees=tuple(_attendees(event.get("ATTENDEE"))),
        recurrence=str(event.get("RECURRENCE-ID", "") and "yes"),
        sequence=_number(event.get("SEQUENCE")),
        stamp=_moment(event.get("DTSTAMP")),
        comment=_comment(event),
        starts_at=_moment(event.get("DTSTART")),
        ends_at=_moment(event.get("DTEND")),
    )


def _word(value: Any) -> str:
    one = value[0] if isinstance(value, list) and value else value
    return str(one or "").strip().upper()


def _attendees(value: Any) -> Iterable[tuple[str, str]]:
    for one in value if isinstance(value, list) else [value]:
        if one is None:
            continue
        params: Mapping[str, Any] = one.params if isinstance(one, icalendar.vCalAddress) else {}
        address = re.sub(r"(?i)^mailto:", "", str(one).strip().strip("<>")).strip().lower()
        if not ADDRESS.fullmatch(address):
            # Exchange writes its own form of an address and the real one beside it (RFC 7986 6.2)
            address = str(params.get("EMAIL", "")).strip().lower()
        yield (address if ADDRESS.fullmatch(address) else "", str(params.get("PARTSTAT", "NEEDS-ACTION")).upper())


def plain_uid(uid: str) -> str:
    """The id as we gave it: unwrapped, without braces and host, in lower case."""
    bare = "".join(uid.split()).strip("{}").lower()
    wrapped = WRAPPED.fullmatch(bare)
    if wrapped:
        bare = bytes.fromhex(wrapped[1]).decode("ascii", "replace").replace("\0", "").strip("{}").lower()
    found = UUID.match(bare)
    return found[0] if found and bare[found.end() :][:1] in {"", "@"} else bare[:255]


def _number(value: Any) -> int | None:
    try:
        return max(0, int(value)) if value is not None else None
    except (TypeError, ValueError):
        return None


def _moment(value: Any) -> datetime | None:
    when = value.dt if isinstance(value, icalendar.vDDDTypes) else None
    try:
        if isinstance(when, datetime):
            return (when if when.tzinfo else when.replace(tzinfo=OSLO)).astimezone(UTC)
        if isinstance(when, date):
            return None  # a whole day is no time
    except (OverflowError, ValueError):
        return None
    return None


def _comment(event: icalendar.Component) -> str:
    """The word to the organiser, on the lines it was written; control characters go."""
    value = event.get("COMMENT") or event.get("X-RESPONSE-COMMENT") or ""
    words = str(value[0] if isinstance(value, list) else value)
    words = words.replace("\\n", "\n").replace("\\N", "\n").replace("\\,", ",").replace("\\;", ";")
    clean = "".join(char for char in words if char == "\n" or (char.isprintable() and ord(char) >= 32))
    return clean.strip()[:LONGEST_COMMENT]
