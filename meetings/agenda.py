"""The agenda against the clock."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


class Item(Protocol):
    """Something on an agenda: a stored row, or one being written."""

    @property
    def title(self) -> str: ...
    @property
    def minutes(self) -> int: ...
    @property
    def speaker(self) -> str: ...


@dataclass(frozen=True)
class Slot:
    """An item and when its turn comes."""

    at: datetime
    title: str
    minutes: int
    speaker: str


def running(starts_at: datetime, items: Iterable[Item]) -> Iterator[Slot]:
    """Each item with its time: the first at the start of the meeting, the next when the one before has ended."""
    at = starts_at
    for item in items:
        yield Slot(at, item.title, item.minutes, item.speaker)
        at += timedelta(minutes=item.minutes)
