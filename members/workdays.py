"""Norwegian working days: Monday to Friday, public holidays left out."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.utils import timezone
from holidays.countries.norway import Norway

from members.clock import OSLO

FRIDAY = 4
_ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=32)
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(Norway(years=year))


def is_working_day(day: date) -> bool:
    """Tell whether people are at work on the day."""
    return day.weekday() <= FRIDAY and day not in _public_holidays(day.year)


def is_holiday(day: date) -> bool:
    """Tell whether the day is a public holiday in Norway; an ordinary Sunday is none."""
    return day in _public_holidays(day.year)


def previous_working_day(day: date) -> date:
    """The last working day before the day."""
    before = day - _ONE_DAY
    while not is_working_day(before):
        before -= _ONE_DAY
    return before


def next_working_day(day: date) -> date:
    """The first working day after the day."""
    after = day + _ONE_DAY
    while not is_working_day(after):
        after += _ONE_DAY
    return after


def add_working_days(moment: datetime, days: int) -> datetime:
    """The same time of day, that many working days later, in Oslo.

    A moment on a day off counts from the beginning of the next working day.
    """
    local = timezone.localtime(moment, OSLO)
    day, clock = local.date(), local.time()
    if not is_working_day(day):
        day, clock = next_working_day(day), time(0)
    for _ in range(days):
        day = next_working_day(day)
    return datetime.combine(day, clock, tzinfo=OSLO)
