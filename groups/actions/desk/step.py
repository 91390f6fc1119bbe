"""One step on the desk: what it touches, what stood before, and whether somebody else was there meanwhile."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Self, TypeVar
from uuid import UUID

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from groups.enums import MoveKind, Station
from groups.models import DeskMove, Input, Round, Theme
from members.errors import Refused
from members.models import User

INPUT_FIELDS = ("station", "theme_id", "position", "merged_into_id", "reply", "replied_on", "released")
THEME_FIELDS = ("name", "position", "merged_into_id", "removed_at")
LINKS = {"theme_id": "theme", "merged_into_id": "merged_into"}
CARRIED = frozenset({Station.IN_FOCUS, Station.IN_PROJECT})

Row = dict[str, Any]
T = TypeVar("T", Input, Theme)


class StaleDesk(Refused):
    """Somebody else changed what this step is about. ``moves`` are their steps, ``gone`` what left the desk."""

    words = _("Somebody else has changed this meanwhile. Nothing of yours is lost.")

    def __init__(self, moves: Iterable[DeskMove] = (), gone: Iterable[Input] = ()) -> None:
        super().__init__()
        self.moves = list(moves)
        self.gone = list(gone)


class CarriedOn(Refused):
    """Inputs that are part of a focus area or a project stay where they are."""

    words = _("Some of these are part of a project already and stay in their theme.")


class NameTaken(Refused):
    """Two standing themes of a round never share a name."""

    words = _("There is a theme with this name already.")


def desk_state(row: Input | Theme) -> Row:
    """What the desk decides about a row, as JSON."""
    fields = INPUT_FIELDS if isinstance(row, Input) else THEME_FIELDS
    return {field: _plain(getattr(row, field)) for field in fields}


def put_back(row: Input | Theme, state: Row) -> None:
    """Let the row stand as ``state`` says."""
    for field, value in state.items():
        setattr(row, field, _rich(field, value))


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _rich(field: str, value: Any) -> Any:
    if value is None:
        return None
    if field == "replied_on":
        return parse_date(value)
    return parse_datetime(value) if field == "removed_at" else value


class Footprint:
    """Which rows a step changes, and which it leans on."""

    def __init__(self) -> None:
        self.changed: set[str] = set()
        self.used: set[str] = set()

    @classmethod
    def of(cls, move: DeskMove) -> Self:
        """The rows of a recorded step: changed are those whose state differs, used those they point to."""
        print_ = cls()
        for kind in ("inputs", "themes"):
            for key in {*move.before.get(kind, {}), *move.after.get(kind, {})}:
                print_.changed.add(f"{kind}:{key}")
            for state in (*move.before.get(kind, {}).values(), *move.after.get(kind, {}).values()):
                print_.lean_on(kind, state)
        return print_

    def lean_on(self, kind: str, state: Row) -> None:
        """Note the rows that a row of this state points to."""
        if state.get("theme_id"):
            self.used.add(f"themes:{state['theme_id']}")
        if state.get("merged_into_id"):
            self.used.add(f"{kind}:{state['merged_into_id']}")

    def is_touched_by(self, other: "Footprint") -> bool:
        """True when the other step changed a row that this one is about."""
        return bool((self.changed | self.used) & other.changed)


class Step:
    """Takes rows under the round's lock, lets an action change them, and writes step and rows together."""

    def __init__(self, found: Round, *, kind: str, actor: User, now: datetime, version: int | None) -> None:
        self.round = Round.objects.select_for_update().get(pk=found.pk)
        self.kind, self.actor, self.now = kind, actor, now
        self.seen = self.round.desk_version if version is None else version
        self.rows: dict[str, tuple[Input | Theme, Row]] = {}

    @property
    def next_version(self) -> int:
        """The version at which the desk stands after this step; also the place of what it moves."""
        return self.round.desk_version + 1

    def take(self, inputs: Iterable[Input], *, carried_too: bool = False) -> list[Input]:
        """The inputs as they stand now, with the duplicates merged into them.

        Raises StaleDesk when one was withdrawn or merged away, CarriedOn when one is in a project.
        """
        asked = {item.pk for item in inputs}
        found = list(Input.objects.select_for_update().filter(round=self.round, pk__in=asked).order_by("pk"))
        gone = [item for item in found if item.station == Station.WITHDRAWN or item.merged_into_id]
        if gone or len(found) < len(asked):
            raise StaleDesk(self.moves_meanwhile(), gone)
        if not carried_too and any(item.station in CARRIED for item in found):
            raise CarriedOn
        copies = Input.objects.select_for_update().filter(merged_into__in=found).order_by("pk")
        return [self.watch(item) for item in (*found, *copies.exclude(station=Station.WITHDRAWN))]

    def take_themes(self, themes: Iterable[Theme]) -> list[Theme]:
        """The themes as they stand now. Raises StaleDesk when one is gone."""
        asked = [theme.pk for theme in themes]
        found = {theme.pk: theme for theme in Theme.objects.filter(round=self.round, pk__in=asked)}
        if len(found) < len(set(asked)) or any(theme.removed_at for theme in found.values()):
            raise StaleDesk(self.moves_meanwhile())
        return [self.watch(found[pk]) for pk in asked]

    def watch(self, row: T) -> T:
        """Remember how a row stands before the action changes it."""
        self.rows[_key(row)] = (row, desk_state(row))
        return row

    def new_theme(self, name: str, language: str) -> Theme:
        """A theme that did not stand before this step."""
        self.refuse_taken(name)
        theme = Theme.objects.create(
            round=self.round, name=name, language=language, position=self.next_version, removed_at=self.now
        )
        self.watch(theme)
        theme.removed_at = None
        return theme

    def refuse_taken(self, name: str, but: Theme | None = None) -> None:
        """Raise NameTaken when another standing theme is called so, however it is spelled."""
        others = Theme.objects.filter(round=self.round).standing().values_list("pk", "name")
        if name.casefold() in {other.casefold() for pk, other in others if but is None or pk != but.pk}:
            raise NameTaken

    def moves_meanwhile(self) -> list[DeskMove]:
        """Steps that the actor had not seen."""
        return list(DeskMove.objects.filter(round=self.round).since(self.seen))

    def finish(self) -> DeskMove | None:
        """Write rows and step, or nothing when nothing changes. Raises StaleDesk when others were there first."""
        before, after, changed = self._differences()
        if not changed:
            return None
        move = DeskMove(
            round=self.round,
            kind=self.kind,
            actor=self.actor,
            before=before,
            after=after,
            created_at=self.now,
            version=self.next_version,
        )
        mine = self._footprint(move)
        meanwhile = self.moves_meanwhile()
        if any(mine.is_touched_by(Footprint.of(other)) for other in meanwhile):
            raise StaleDesk(meanwhile)
        write_rows(changed)
        move.save()
        self.round.desk_version = move.version
        self.round.save(update_fields=["desk_version"])
        return move

    def _footprint(self, move: DeskMove) -> Footprint:
        mine = Footprint.of(move)
        mine.used |= set(self.rows)
        return mine

    def _differences(self) -> tuple[dict[str, Row], dict[str, Row], list[Input | Theme]]:
        before: dict[str, Row] = {"inputs": {}, "themes": {}}
        after: dict[str, Row] = {"inputs": {}, "themes": {}}
        changed: list[Input | Theme] = []
        for key, (row, was) in self.rows.items():
            kind, pk = key.split(":")
            now = desk_state(row)
            if now != was:
                before[kind][pk], after[kind][pk] = was, now
                changed.append(row)
        return before, after, changed


def _key(row: Input | Theme) -> str:
    return f"{'inputs' if isinstance(row, Input) else 'themes'}:{row.pk}"


def write_rows(rows: Iterable[Input | Theme]) -> None:
    """Write what the desk decides about rows; names are let go of before they are taken."""
    themes = [row for row in rows if isinstance(row, Theme)]
    for theme in sorted(themes, key=lambda theme: theme.removed_at is None):
        theme.save(update_fields=[LINKS.get(field, field) for field in THEME_FIELDS])
    inputs = [row for row in rows if isinstance(row, Input)]
    if inputs:
        Input.objects.bulk_update(inputs, [LINKS.get(field, field) for field in INPUT_FIELDS], batch_size=200)


def begin(found: Round, kind: MoveKind, *, actor: User, now: datetime, version: int | None) -> Step:
    """Lock the round for one step."""
    return Step(found, kind=kind.value, actor=actor, now=now, version=version)
