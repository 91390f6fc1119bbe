"""How long a seat is held for somebody who rises from the waiting list close to the meeting."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from meetings.models import Meeting
from members.clock import OSLO

CLOSE = timedelta(hours=48)
HELD = timedelta(hours=4)
SHORTEST = timedelta(hours=1)  # with less time than this nobody is asked: the seat is simply theirs
LAST_CALL = timedelta(hours=1)  # before the start
MORNING, EVENING = time(9), time(21)


def held_until(meeting: Meeting, now: datetime) -> datetime | None:
    """Until when the person is to confirm; None when the meeting is so far, or so near, that nobody is asked.

    Four hours, by Oslo's day: a time that would run out at night runs until the morning.
    """
    if not meeting.is_limited or meeting.starts_at - now > CLOSE:
        return None
    until = timezone.localtime(now + HELD, OSLO)
    if until.time() > EVENING:
        until = datetime.combine(until.date() + timedelta(days=1), MORNING, tzinfo=OSLO)
    elif until.time() < MORNING:
        until = datetime.combine(until.date(), MORNING, tzinfo=OSLO)
    until = min(until, meeting.starts_at - LAST_CALL)
    return until if until - now >= SHORTEST else None
