"""Pages of meetings by key: a place in the order, never an offset."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from meetings.models import Meeting

PAGE = 20
Way = Literal["after", "before"]


@dataclass(frozen=True)
class Page:
    """Some meetings in their order, and the keys of the pages beside them (empty: there is none)."""

    meetings: list[Meeting]
    previous: str = ""
    following: str = ""


def read_key(written: str) -> tuple[datetime, int] | None:
    """The place that a key in an address means; None for anything else."""
    moment, _, pk = written.rpartition("_")
    try:
        at = parse_datetime(moment)
    except ValueError:
        return None
    if at is None or at.tzinfo is None or not (pk.isascii() and pk.isdecimal() and len(pk) < 18):
        return None
    return at, int(pk)


def _key(meeting: Meeting) -> str:
    return f"{meeting.starts_at.isoformat().replace('+00:00', 'Z')}_{meeting.pk}"


def page_of(rows: QuerySet[Meeting], *, soonest_first: bool, after: str = "", before: str = "") -> Page:
    """One page in one query; a bad key shows the first page."""
    back = read_key(before)
    place = back or read_key(after)
    upwards = soonest_first != bool(back)
    order = ("starts_at", "pk") if upwards else ("-starts_at", "-pk")
    if place:
        rows = rows.filter(_beyond(place, upwards=upwards))
    found = list(rows.order_by(*order)[: PAGE + 1])
    has_more, found = len(found) > PAGE, found[:PAGE]
    if back:
        found.reverse()
    if not found:
        return Page([])
    has_previous, has_following = (has_more, True) if back else (place is not None, has_more)
    return Page(found, _key(found[0]) if has_previous else "", _key(found[-1]) if has_following else "")


def _beyond(place: tuple[datetime, int], *, upwards: bool) -> Q:
    at, pk = place
    if upwards:
        return Q(starts_at__gt=at) | Q(starts_at=at, pk__gt=pk)
    return Q(starts_at__lt=at) | Q(starts_at=at, pk__lt=pk)
