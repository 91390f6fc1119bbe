"""Questions that busy pages ask, built and compiled once a process.

Django writes the SQL of a QuerySet anew each time. For one with subqueries that takes longer than the database takes to
answer, and pages ask several. ``prepared`` keeps the SQL and puts in the values of each call; it keeps no answers.
"""

from collections.abc import Callable, Hashable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet

P = ParamSpec("P")
M = TypeVar("M", bound=Model)
Row = TypeVar("Row")


class DerivedValueError(TypeError):
    """The SQL holds something that is neither constant nor one of the arguments as it was given."""


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where an argument goes."""

    place: int


@dataclass(frozen=True, slots=True)
class _Question(Generic[M, Row]):
    """A QuerySet with its SQL; ``params`` are constants and slots."""

    queryset: QuerySet[M, Row]
    compiler: Any
    sql: str
    params: tuple[object, ...]

    def ask(self, args: Sequence[object]) -> list[Row]:
        values = _as_params(args)
        params = tuple(values[param.place] if isinstance(param, _Slot) else param for param in self.params)
        compiler = copy(self.compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        compiler.as_sql = lambda *_args, **_named: (self.sql, params)
        rows = self.queryset.all()
        rows.query.get_compiler = lambda *_args, **_named: compiler  # type: ignore[method-assign]
        return list(rows)


def prepared(build: Callable[P, QuerySet[M, Row]]) -> Callable[P, list[Row]]:
    """Turn a function that builds a QuerySet into one that gives its rows, compiled at the first call.

    Arguments are model rows (only their key may be used), numbers, words, days and moments. Flags, choices
    and None make questions of their own. A value worked out from an argument is refused: give it as an argument.
    """
    questions: dict[tuple[Hashable, ...], _Question[M, Row]] = {}

    @wraps(build)
    def rows(*args: P.args, **named: P.kwargs) -> list[Row]:
        names, values = tuple(named), (*args, *named.values())
        shape = (names, *(value if _is_choice(value) else value.__class__ for value in values))
        if shape not in questions:

            def by_place(*values: Any) -> QuerySet[M, Row]:
                plain = len(values) - len(names)
                return build(*values[:plain], **dict(zip(names, values[plain:], strict=True)))

            questions[shape] = _compiled(by_place, values, build.__qualname__)
        return questions[shape].ask(values)

    return rows


def _compiled(build: Callable[..., QuerySet[M, Row]], args: Sequence[object], name: str) -> _Question[M, Row]:
    """Build the question twice, for two sets of stand-ins: what differs in the SQL's values is where arguments go."""
    first, second = ([_stand_in(arg, turn, place) for place, arg in enumerate(args)] for turn in (1, 2))
    queryset: Any = build(*first)
    other = build(*second)
    if vars(queryset)["_prefetch_related_lookups"] or vars(queryset)["_known_related_objects"]:
        raise DerivedValueError(f"{name} carries rows of its first call along")
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, params = compiler.as_sql()
    other_sql, other_params = other.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    slots = {pair: _Slot(place) for place, pair in enumerate(zip(_as_params(first), _as_params(second), strict=True))}
    derived = object()
    places = tuple(
        one if one == two else slots.get((one, two), derived) for one, two in zip(params, other_params, strict=True)
    )
    if sql != other_sql or derived in places:
        raise DerivedValueError(f"{name} works out values from its arguments: give them as arguments")
    return _Question(queryset, compiler, sql, places)


def _is_choice(value: object) -> bool:
    return value is None or isinstance(value, bool | Enum)


def _stand_in(value: Any, turn: int, place: int) -> Any:
    """Something of the same kind that occurs nowhere else. Of a row nothing but the key can be read."""
    number = 2_000_000_000 + 1_000 * turn + place
    if _is_choice(value):
        return value
    if isinstance(value, Model):
        # __class__, because the person of a request is a proxy
        return value.__class__.from_db(DEFAULT_DB_ALIAS, ["id"], [number])
    if isinstance(value, datetime):
        return datetime(1900 + turn, 1, 1 + place, tzinfo=UTC)
    if isinstance(value, date):
        return date(1800 + turn, 1, 1 + place)
    if isinstance(value, str):
        return f"stand-in {number}"
    if isinstance(value, int):
        return number
    raise TypeError(f"no stand-in for {type(value).__name__}")


def _as_params(args: Sequence[object]) -> list[object]:
    """The arguments as the database takes them."""
    ops = connections[DEFAULT_DB_ALIAS].ops
    found: list[object] = []
    for arg in args:
        if isinstance(arg, Model):
            found.append(arg.pk)
        elif isinstance(arg, datetime):
            found.append(ops.adapt_datetimefield_value(arg))
        elif isinstance(arg, date):
            found.append(ops.adapt_datefield_value(arg))
        else:
            found.append(arg)
    return found
