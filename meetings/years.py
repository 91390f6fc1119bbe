"""The days of a year's meetings, from a rule: public holidays and July are left in peace. Asks no database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date

from meetings.enums import Every, Moved, Week
from members.workdays import is_working_day, next_working_day

JULY, DECEMBER = 7, 12
CHRISTMAS_EVE = 24
_WEEK = timedelta(weeks=1)
# What may stand between brackets in a title, in the portal's languages
MONTH, YEAR, NUMBER = {"month", "måned", "månad"}, {"year", "år"}, {"number", "nummer"}
PLACES = MONTH | YEAR | NUMBER


@dataclass(frozen=True, kw_only=True)
class Rule:
    """``first`` and ``last`` are the first days of months; ``weekday`` counts from Monday, 0."""

    first: date
    last: date
    every: Every
    week: Week
    weekday: int


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A day for a meeting; when it was moved, from which day and why."""

    day: date
    meant: date
    moved: Moved | None = None

    @property
    def is_in_christmas(self) -> bool:
        """From Christmas Eve to New Year's Eve few are at work, though the law says they are."""
        return self.day.month == DECEMBER and self.day.day >= CHRISTMAS_EVE


@dataclass(frozen=True, kw_only=True)
class Proposals:
    """The days, soonest first, and those that were left out since their neighbour is near enough."""

    kept: Sequence[Proposal]
    left_out: Sequence[date] = ()


def propose(rule: Rule, on_day: date) -> Proposals:
    """The days to come that the rule means. One on a public holiday goes to the next working day; one in July to the
    same weekday in August, unless the rule has a meeting there or the period ends before.
    """
    settled = [_settle(day, rule) for day in _meant(rule) if day > on_day]
    taken = {_month(one.day) for one in settled if one.moved != Moved.SUMMER}
    kept: list[Proposal] = []
    left_out: list[date] = []
    for one in settled:
        if one.moved == Moved.SUMMER:
            if _month(one.day) in taken or _month(one.day) > rule.last:
                left_out.append(one.meant)
                continue
            taken.add(_month(one.day))
        kept.append(one)
    return Proposals(kept=sorted(kept, key=lambda one: one.day), left_out=left_out)


def nth(month: date, week: Week, weekday: int) -> date:
    """The first, second … or last Tuesday (or other weekday) of a month."""
    if week == Week.LAST:
        end = month_after(month, 1) - timedelta(days=1)
        return end - timedelta(days=(end.weekday() - weekday) % 7)
    first = month + timedelta(days=(weekday - month.weekday()) % 7)
    return first + (week - 1) * _WEEK


def month_after(month: date, count: int) -> date:
    """The first day of the month so many months later."""
    months = month.year * 12 + month.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def month_name(day: date, language: str) -> str:
    """``januar``."""
    return str(format_date(day, "LLLL", locale=language))


def titled(pattern: str, day: date, number: int, language: str) -> str:
    """The title with what stands between brackets filled in, in the language of the text."""
    words = {
        **dict.fromkeys(MONTH, month_name(day, language)),
        **dict.fromkeys(YEAR, str(day.year)),
        **dict.fromkeys(NUMBER, str(number)),
    }
    for place, word in words.items():
        pattern = pattern.replace(f"[{place}]", word)
    return pattern


def _meant(rule: Rule) -> Iterator[date]:
    """The days of the rule, holidays and all."""
    if rule.every.months:
        month = rule.first
        while month <= rule.last:
            yield nth(month, rule.week, rule.weekday)
            month = month_after(month, rule.every.months)
        return
    day, end = nth(rule.first, rule.week, rule.weekday), month_after(rule.last, 1)
    while day < end:
        yield day
        day += rule.every.weeks * _WEEK


def _settle(meant: date, rule: Rule) -> Proposal:
    day, moved = meant, None
    if day.month == JULY:
        day, moved = _after_july(meant, rule), Moved.SUMMER
    if not is_working_day(day):
        day, moved = next_working_day(day), moved or Moved.HOLIDAY
    return Proposal(day=day, meant=meant, moved=moved)


def _after_july(meant: date, rule: Rule) -> date:
    if rule.every.months:
        return nth(month_after(_month(meant), 1), rule.week, rule.weekday)
    while meant.month == JULY:
        meant += _WEEK
    return meant


def _month(day: date) -> date:
    return day.replace(day=1)
