"""What a device at the door noted while it had no network: read with care, applied in the order it was noted.

A note has a key of the device's own making; the same key again is the same note, since an answer may get lost on the way
back. When something was noted is told as how long ago it was: clocks on tablets go wrong, intervals hardly.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from meetings.actions.attendance import add_visitor, note_attendance, remove_visitor
from meetings.enums import Attendance
from meetings.forms.answers import VisitorForm
from meetings.models import Invitation, Meeting
from members.errors import Refused
from members.models import User

MOST = 200
LONGEST_AGO = timedelta(days=2)
GONE = "gone"


class UnreadableError(ValueError):
    """No list of notes."""


@dataclass(frozen=True, kw_only=True)
class Note:
    """One press or one visitor. ``row`` is the invitation's key; a visitor has none and brings its words."""

    key: UUID
    noted_at: datetime
    row: int | None = None
    attendance: str = ""
    words: Mapping[str, str] | None = None


def read_notes(body: bytes, now: datetime) -> list[Note]:
    """The notes of a request, oldest first. Raises UnreadableError."""
    try:
        given = json.loads(body)["notes"]
        found = [_note(one, now) for one in given[: MOST + 1]]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise UnreadableError from error
    if len(found) > MOST:
        raise UnreadableError
    return sorted(found, key=lambda note: note.noted_at)


def _note(given: Mapping[str, Any], now: datetime) -> Note:
    ago = min(max(timedelta(milliseconds=int(given["ago"])), timedelta(0)), LONGEST_AGO)
    row = given.get("row")
    if row is None:
        words = {name: str(given.get(name, ""))[:300] for name in ("name", "company", "email")}
        return Note(key=UUID(given["key"]), noted_at=now - ago, words=words)
    if not 0 < int(row) < 2**63:
        raise ValueError
    return Note(key=UUID(given["key"]), noted_at=now - ago, row=int(row), attendance=str(given["attendance"]))


def apply_notes(meeting: Meeting, notes: list[Note], *, actor: User, now: datetime) -> Iterator[tuple[Note, str]]:
    """Each note with "" when it counts or was overtaken by a newer one, else with the reason why it was not taken."""
    wanted = [note.row for note in notes if note.row is not None]
    rows = {row.pk: row for row in meeting.invitations.filter(pk__in=wanted).select_related("user")}
    for note in notes:
        try:
            yield note, _apply(meeting, note, rows.get(note.row or 0), actor, now)
        except Refused as refused:
            yield note, str(refused)


def _apply(meeting: Meeting, note: Note, row: Invitation | None, actor: User, now: datetime) -> str:
    if note.words is not None:
        form = VisitorForm(note.words)
        if not form.is_valid():
            return " ".join(str(error) for errors in form.errors.values() for error in errors)
        add_visitor(meeting, visitor=form.visitor(), actor=actor, now=now, noted_at=note.noted_at, key=note.key)
    elif row is None:
        return ""  # of another meeting, or no more: nothing to note
    elif note.attendance == GONE:
        remove_visitor(row, actor=actor, now=now)
    elif row.attendance != Attendance.VISITOR:
        row.meeting = meeting
        note_attendance(row, attendance=note.attendance, actor=actor, now=now, noted_at=note.noted_at)
    return ""
