"""Oslo's local time as people write it, with the two nights of the year when a time is missing or comes twice."""

from datetime import UTC, date, datetime, time

from members.clock import OSLO

FIRST, SECOND = "first", "second"


class NoSuchTime(ValueError):
    """The clocks jump over this time: the night to summer time."""


class TwiceThatNight(ValueError):
    """The clocks run through this time twice: the night to winter time. Ask which."""


def oslo_moment(day: date, clock: time, which: str = "") -> datetime:
    """The moment that a day and a time in Oslo mean. ``which`` is FIRST or SECOND where there are two.

    In UTC: two moments of the same zone would be compared and subtracted by their wall clocks.
    """
    naive = datetime.combine(day, clock)
    first, second = naive.replace(tzinfo=OSLO, fold=0), naive.replace(tzinfo=OSLO, fold=1)
    if first.astimezone(UTC).astimezone(OSLO).replace(tzinfo=None, fold=0) != naive:
        raise NoSuchTime
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if which not in (FIRST, SECOND):
        raise TwiceThatNight
    return (first if which == FIRST else second).astimezone(UTC)


def is_twice(moment: datetime) -> bool:
    """Tell whether the wall clock shows this time twice that night."""
    local = moment.astimezone(OSLO)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def which_of_two(moment: datetime) -> str:
    """FIRST or SECOND for a time that comes twice, else empty."""
    if not is_twice(moment):
        return ""
    return SECOND if moment.astimezone(OSLO).fold else FIRST
