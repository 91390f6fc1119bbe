"""The meeting on the screen in the room: where the agenda is now, and what has been written so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from groups.counting import RoundCounts, round_counts
from groups.figures import Figures
from groups.models import Input, Theme
from groups.wall import minutes_left, wall_texts, wall_themes
from meetings.agenda import Slot, running
from meetings.models import Meeting

TEXTS = 5
THEMES = 5


@dataclass(frozen=True)
class Turn:
    """An item of the agenda and where it stands: "past", "now" or "to_come". ``left`` are its minutes left."""

    slot: Slot
    state: str
    left: int = 0


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What the screen shows now."""

    now: datetime
    turns: Sequence[Turn]
    left: int  # minutes until the meeting ends; 0 outside it
    room_open: bool = False
    room_minutes: int = 0
    counts: RoundCounts | None = None
    texts: Sequence[Input] = ()
    themes: Sequence[tuple[Theme, Figures]] = ()


def turns_of(meeting: Meeting, now: datetime) -> list[Turn]:
    """The agenda against the clock."""
    found = []
    for slot in running(meeting.starts_at, meeting.agenda.all()):
        ends = slot.at + timedelta(minutes=slot.minutes)
        if now >= ends:
            found.append(Turn(slot, "past"))
        elif now >= slot.at:
            found.append(Turn(slot, "now", _minutes(ends - now)))
        else:
            found.append(Turn(slot, "to_come"))
    return found


def stage_of(meeting: Meeting, now: datetime) -> Stage:
    """A number of queries that does not depend on what has been written."""
    runs = meeting.starts_at <= now < meeting.ends_at
    turns, left = turns_of(meeting, now), _minutes(meeting.ends_at - now) if runs else 0
    found = meeting.round
    if found is None:
        return Stage(now=now, turns=turns, left=left)
    return Stage(
        now=now,
        turns=turns,
        left=left,
        room_open=found.room_is_open(now),
        room_minutes=minutes_left(found, now),
        counts=round_counts(found),
        texts=wall_texts(found, now, TEXTS),
        themes=wall_themes(found, THEMES),
    )


def _minutes(span: timedelta) -> int:
    return ceil(span / timedelta(minutes=1))
