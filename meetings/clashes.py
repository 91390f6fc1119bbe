"""What a group has already on the days of its new meetings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from groups.models import Group
from meetings.enums import MeetingState
from meetings.models import Meeting
from members.clock import OSLO

Times = tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True)
class Clash:
    """A meeting on the same day; at the same time, too, or not."""

    meeting: Meeting
    is_same_time: bool


def clashes_of(group: Group | None, times: Sequence[Times | None]) -> list[list[Clash]]:
    """For each time what the group has that day, drafts too, cancelled ones not; one query for all."""
    known = [pair for pair in times if pair]
    if not known:
        return [[] for _pair in times]
    days = [_days(pair) for pair in known]
    found = list(
        Meeting.objects.filter(group=group)
        .exclude(state=MeetingState.CANCELLED)
        .filter(starts_at__lt=max(last for _first, last in days), ends_at__gt=min(first for first, _last in days))
        .order_by("starts_at", "pk")
    )
    return [_on_the_day(found, pair) if pair else [] for pair in times]


def _on_the_day(meetings: Sequence[Meeting], pair: Times) -> list[Clash]:
    first, last = _days(pair)
    return [
        Clash(meeting=row, is_same_time=row.starts_at < pair[1] and row.ends_at > pair[0])
        for row in meetings
        if row.starts_at < last and row.ends_at > first
    ]


def _days(pair: Times) -> Times:
    """From the first midnight to the last in Oslo."""
    first, last = (timezone.localtime(moment, OSLO) for moment in pair)
    return first.replace(hour=0, minute=0, second=0, microsecond=0), last.replace(hour=23, minute=59, second=59)
