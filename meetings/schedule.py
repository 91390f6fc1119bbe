"""When reminders and the practical mail are due, by Oslo's clock."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from meetings.models import Meeting
from meetings.wishes import PRACTICAL, THANKS, reminder_step, wish_for
from members.clock import OSLO
from members.workdays import is_holiday, next_working_day, previous_working_day

MORNING = time(9)
# Mail that the clock sends leaves people in peace at night and on public holidays.
QUIET_FROM, QUIET_UNTIL = 21, 7
# No reminder so soon after another mail about the same meeting.
DISTANCE = timedelta(hours=48)


def is_quiet(moment: datetime) -> bool:
    """Tell whether mail that nobody pressed a button for must wait."""
    local = timezone.localtime(moment, OSLO)
    return not QUIET_UNTIL <= local.hour < QUIET_FROM or is_holiday(local.date())


def quiet_ends(moment: datetime) -> datetime:
    """The first moment, from this one on, that is not quiet."""
    if not is_quiet(moment):
        return moment
    day = timezone.localdate(moment, OSLO)
    while True:
        morning = datetime.combine(day, time(QUIET_UNTIL), tzinfo=OSLO)
        if morning > moment and not is_quiet(morning):
            return morning
        day += timedelta(days=1)


def _morning_of(day: date) -> datetime:
    return datetime.combine(day, MORNING, tzinfo=OSLO)


def deadline_of(meeting: Meeting) -> datetime:
    """Until when an answer of any kind is taken."""
    return meeting.answer_by or meeting.starts_at


def steps_of(meeting: Meeting) -> list[int]:
    """The meeting's reminders in days before the deadline, the first to go out first; those switched off left out."""
    days = {int(days) for days in meeting.reminder_days}
    kept = [one for one in days if not wish_for(meeting, reminder_step(one)).is_off]
    return sorted(kept, key=lambda one: (reminder_at(meeting, one), -one))


def rule_of_reminder(meeting: Meeting, days: int) -> datetime:
    """Nine in the morning in Oslo, so many days before the deadline, whatever the clock does in between.

    From a public holiday it goes to the day before, and so on back.
    """
    day = timezone.localdate(deadline_of(meeting), OSLO) - timedelta(days=days)
    while is_holiday(day):
        day -= timedelta(days=1)
    return _morning_of(day)


def reminder_at(meeting: Meeting, days: int) -> datetime:
    """When a reminder goes out: by the rule, or as far from it as the organiser has moved it."""
    return _moved(rule_of_reminder(meeting, days), meeting, reminder_step(days))


def anchor_of(meeting: Meeting, step: str) -> datetime:
    """What a planned mail keeps its distance to, in Oslo's time: the end, the start, or the answer deadline."""
    if step == THANKS:
        return timezone.localtime(meeting.ends_at, OSLO)
    return timezone.localtime(meeting.starts_at if step == PRACTICAL else deadline_of(meeting), OSLO)


def _moved(rule: datetime, meeting: Meeting, step: str) -> datetime:
    """The rule's time, or where the organiser has moved the mail; along the wall clock, whatever the clock does."""
    distance = wish_for(meeting, step).distance
    return rule if distance is None else anchor_of(meeting, step) + distance


def due_step(meeting: Meeting, now: datetime) -> int | None:
    """The newest reminder whose time has come; earlier ones that nobody sent are skipped. None after the deadline."""
    if now >= min(deadline_of(meeting), meeting.starts_at):
        return None
    due = [days for days in steps_of(meeting) if reminder_at(meeting, days) <= now]
    return due[-1] if due else None


def rule_of_practical(meeting: Meeting) -> datetime:
    """Nine in the morning in Oslo on the last working day before the meeting."""
    return _morning_of(previous_working_day(timezone.localdate(meeting.starts_at, OSLO)))


def practical_at(meeting: Meeting) -> datetime:
    """When the practical mail goes out."""
    return _moved(rule_of_practical(meeting), meeting, PRACTICAL)


def rule_of_thanks(meeting: Meeting) -> datetime:
    """Nine in the morning in Oslo on the first working day after the meeting."""
    return _morning_of(next_working_day(timezone.localdate(meeting.ends_at, OSLO)))


def thanks_at(meeting: Meeting) -> datetime:
    """When those who came are thanked."""
    return _moved(rule_of_thanks(meeting), meeting, THANKS)


def next_asking(meeting: Meeting, now: datetime) -> datetime | None:
    """When somebody who said maybe is asked again: by the last reminder, and never after that."""
    steps = steps_of(meeting)
    at = reminder_at(meeting, steps[-1]) if steps else None
    return at if at and now < at < deadline_of(meeting) else None
