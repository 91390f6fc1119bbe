"""The days of the story, counted from today."""

from datetime import date, datetime, time, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from members.clock import OSLO

THURSDAY = 3


def demo_uid(name: str) -> UUID:
    """The lasting id of a demo meeting: by this the command finds it again to move it on."""
    return uuid5(NAMESPACE_URL, f"https://demo.example/{name}")


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment in Oslo."""
    return datetime.combine(day, time(hour, minute), OSLO)


def kickoff_day(today: date) -> date:
    """A Thursday, three to four weeks ago."""
    return today - timedelta(days=21 + (today.weekday() - THURSDAY) % 7)


def coming_day(today: date) -> date:
    """A Thursday, ten to sixteen days ahead."""
    return today + timedelta(days=10 + (THURSDAY - (today.weekday() + 10)) % 7)
