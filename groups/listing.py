"""One page of the reader's list: filtered, paged by key, each row as this reader may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.http import QueryDict

from groups.models import Input, Round, Support
from groups.models.inputs import InputQuerySet
from groups.rules import Byline, Standing, byline
from members.models import Affiliation, User

PER_PAGE = 20
FILTERS = ("q", "station", "theme", "area", "kind")


@dataclass(frozen=True, slots=True)
class Row:
    """An input with what this reader sees of its writer, and whether their company has it too."""

    item: Input
    by: Byline
    mine: bool
    supported: bool
    companies: int


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, how many match in all, and the ways to the neighbours."""

    rows: list[Row]
    total: int
    older: str
    newer: str


def search(rows: InputQuerySet, words: str) -> InputQuerySet:
    """Inputs that hold every word, whatever its case; SQLite does not fold Norwegian letters by itself."""
    for word in words.split()[:8]:
        forms = {word, word.lower(), word.upper(), word.capitalize()}
        rows = rows.filter(Q(*[Q(text__icontains=form) for form in forms], _connector=Q.OR))
    return rows


def _filtered(found: Round, standing: Standing, chosen: Mapping[str, Any]) -> InputQuerySet:
    rows = Input.objects.seen_by_group(on_board=standing.board).filter(round=found)
    rows = rows.filter(**{name: chosen[name] for name in ("station", "theme", "area", "kind") if name in chosen})
    return search(rows, chosen["q"]) if "q" in chosen else rows


def _key(text: str) -> tuple[date, UUID] | None:
    """Where a page begins: the week and id of the last row before it. Anything else begins at the top."""
    day, _sep, pk = text.partition("_")
    try:
        return date.fromisoformat(day), UUID(pk)
    except ValueError:
        return None


def page_of(
    found: Round,
    user: User,
    standing: Standing,
    ties: Sequence[Affiliation],
    chosen: Mapping[str, Any],
    query: QueryDict,
) -> Page:
    """Newest week first; within a week the order is random, so that it tells nothing of the hour."""
    rows = _filtered(found, standing, chosen)
    total = rows.count()
    after = _key(query.get("after", ""))
    if after is not None:
        week, pk = after
        rows = rows.filter(Q(week__lt=week) | Q(week=week, pk__gt=pk))
    own = Support.objects.filter(input=OuterRef("pk"), company__in=[tie.company_id for tie in ties])
    rows = (
        rows.select_related("author", "company", "theme", "round")
        .annotate(
            supporters=Count("supports", filter=Q(supports__confirmed=True), distinct=True),
            supported=Exists(own),
        )
        .order_by("-week", "pk")
    )
    items = list(rows[: PER_PAGE + 1])
    more, items = len(items) > PER_PAGE, items[:PER_PAGE]
    kept = {name: query[name] for name in (*FILTERS, "round") if query.get(name)}
    older = "?" + urlencode({**kept, "after": f"{items[-1].week}_{items[-1].pk}"}) if more else ""
    newer = "?" + urlencode(kept) if after is not None else ""
    return Page([_row(item, user, standing) for item in items], total, older, newer)


def _row(item: Input, user: User, standing: Standing) -> Row:
    mine = item.author_id == user.pk
    return Row(
        item,
        byline(item, on_board=standing.board, own=mine),
        mine,
        bool(item.supported),  # type: ignore[attr-defined]
        int(item.supporters),  # type: ignore[attr-defined]
    )
