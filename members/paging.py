"""Lists page by key, not by offset: page 40 costs what page 1 does, and nothing shifts while somebody reads."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, QueryDict

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of rows, and the query strings of its neighbours (empty when there is none)."""

    rows: list[Row]
    newer: str
    older: str


def _key(row: Any, field: str) -> Any:
    for part in field.split("__"):
        row = getattr(row, part)
    return row


def page_by_key(rows: QuerySet[Row], request: HttpRequest, *, by: str, size: int = 50) -> Page[Row]:
    """The page that ``?after=`` or ``?before=`` (the id of its neighbour row) asks for, ordered by ``by`` and id."""
    backward = "before" in request.GET
    mark = _row(rows, request.GET.get("before" if backward else "after", ""))
    side, sign = ("lt", "-") if backward else ("gt", "")
    ordered = rows.order_by(f"{sign}{by}", f"{sign}pk")
    if mark is not None:
        value = _key(mark, by)
        ordered = ordered.filter(Q(**{f"{by}__{side}": value}) | Q(**{by: value, f"pk__{side}": mark.pk}))
    found = list(ordered[: size + 1])
    more, found = len(found) > size, found[:size]
    if backward:
        found.reverse()
    has_newer, has_older = (more, mark is not None) if backward else (mark is not None, more)
    return Page(
        found,
        newer=_query(request, "before", found[0].pk) if found and has_newer else "",
        older=_query(request, "after", found[-1].pk) if found and has_older else "",
    )


def _row(rows: QuerySet[Row], mark: str) -> Row | None:
    return rows.filter(pk=int(mark)).first() if mark.isascii() and mark.isdigit() and len(mark) < 18 else None


def _query(request: HttpRequest, name: str, pk: Any) -> str:
    query: QueryDict = request.GET.copy()
    for other in ("after", "before"):
        query.pop(other, None)
    query[name] = str(pk)
    return f"?{query.urlencode()}"
