"""Take a step back: the rows stand as they stood before it."""

from datetime import datetime

from django.db import transaction

from groups import desk_notices
from groups.actions.desk.step import (
    CARRIED,
    CarriedOn,
    Footprint,
    NameTaken,
    StaleDesk,
    put_back,
    write_rows,
)
from groups.enums import Station
from groups.models import DeskMove, Input, Round, Theme
from members.models import User


@transaction.atomic
def undo_last(found: Round, *, actor: User, now: datetime) -> DeskMove | None:
    """Undo the latest standing step; None when there is none."""
    move = DeskMove.objects.filter(round=found).standing().first()
    return undo_move(move, actor=actor, now=now) if move else None


@transaction.atomic
def undo_move(move: DeskMove, *, actor: User, now: datetime) -> DeskMove:
    """Undo a step. An earlier one too, as long as no later step leans on it. Twice is once.

    What the writer has withdrawn meanwhile stays withdrawn. Raises StaleDesk with the later steps, CarriedOn when
    a project has begun from it.
    """
    found = Round.objects.select_for_update().get(pk=move.round_id)
    move = DeskMove.objects.select_related("actor").get(pk=move.pk)
    if move.undone_at:
        return move
    later = DeskMove.objects.filter(round=found, version__gt=move.version).standing().select_related("actor")
    in_the_way = [other for other in later if _leans_on(other, move)]
    if in_the_way:
        raise StaleDesk(reversed(in_the_way))
    write_rows(_rows_as_before(move))
    found.desk_version += 1
    found.save(update_fields=["desk_version"])
    move.undone_at, move.undone_by, move.undone_version = now, actor, found.desk_version
    move.save(update_fields=["undone_at", "undone_by", "undone_version"])
    desk_notices.take_back(move)
    return move


def _leans_on(later: DeskMove, earlier: DeskMove) -> bool:
    a, b = Footprint.of(later), Footprint.of(earlier)
    return a.is_touched_by(b) or b.is_touched_by(a)


def _rows_as_before(move: DeskMove) -> list[Input | Theme]:
    inputs = list(Input.objects.filter(round=move.round_id, pk__in=move.before["inputs"]))
    if any(item.station in CARRIED and move.after["inputs"][str(item.pk)]["station"] not in CARRIED for item in inputs):
        raise CarriedOn
    rows: list[Input | Theme] = [item for item in inputs if item.station != Station.WITHDRAWN]
    themes = list(Theme.objects.filter(round=move.round_id, pk__in=move.before["themes"]))
    for row in (*rows, *themes):
        put_back(row, move.before["inputs" if isinstance(row, Input) else "themes"][str(row.pk)])
    _refuse_same_names(move, themes)
    return [*rows, *themes]


def _refuse_same_names(move: DeskMove, themes: list[Theme]) -> None:
    names = {theme.name.casefold() for theme in themes if theme.removed_at is None}
    others = Theme.objects.filter(round=move.round_id).standing().exclude(pk__in=[theme.pk for theme in themes])
    if names & {name.casefold() for name in others.values_list("name", flat=True)}:
        raise NameTaken
