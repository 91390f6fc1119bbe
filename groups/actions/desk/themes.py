"""Themes: made, named, put together and taken apart."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from groups.actions.desk.step import NameTaken, Step, begin
from groups.enums import MoveKind, Station
from groups.models import DeskMove, Input, Round, Theme
from members.models import User


def clean_name(name: str) -> str:
    """A name on one line without blanks around it."""
    return " ".join(name.split())


@transaction.atomic
def create_theme(
    found: Round, *, name: str, actor: User, now: datetime, version: int | None = None, language: str = ""
) -> Theme:
    """A new, empty theme. Raises NameTaken."""
    step = begin(found, MoveKind.CREATE, actor=actor, now=now, version=version)
    theme = step.new_theme(clean_name(name), language or found.language)
    step.finish()
    return theme


@transaction.atomic
def rename_theme(theme: Theme, *, name: str, actor: User, now: datetime, version: int | None = None) -> DeskMove | None:
    """Give a theme another name; None when it has that name. Raises NameTaken, StaleDesk."""
    step = begin(theme.round, MoveKind.RENAME, actor=actor, now=now, version=version)
    [row] = step.take_themes([theme])
    name = clean_name(name)
    step.refuse_taken(name, but=row)
    row.name = name
    return step.finish()


@transaction.atomic
def merge_themes(
    theme: Theme, *, into: Theme, actor: User, now: datetime, version: int | None = None
) -> DeskMove | None:
    """Let all inputs of a theme stand in another; the empty one goes, with a trace. Raises StaleDesk, CarriedOn."""
    step = begin(theme.round, MoveKind.MERGE_THEMES, actor=actor, now=now, version=version)
    if theme.pk == into.pk:
        return None
    row, target = step.take_themes([theme, into])
    # What was withdrawn or merged stays out of a removed theme too, so that nothing points to it
    moved = _take_all_of(row, step)
    for item in moved:
        item.theme, item.position = target, step.next_version
    row.merged_into, row.removed_at = target, now
    return step.finish()


def _take_all_of(theme: Theme, step: Step) -> list[Input]:
    inputs = Input.objects.filter(theme=theme)
    standing = step.take(inputs.standing())
    taken = {item.pk for item in standing}
    return [*standing, *(step.watch(item) for item in inputs.exclude(pk__in=taken))]


@transaction.atomic
def split_theme(
    found: Round,
    *,
    inputs: Iterable[Input],
    name: str,
    actor: User,
    now: datetime,
    version: int | None = None,
    language: str = "",
) -> Theme:
    """Put the chosen inputs into a theme of their own. Raises NameTaken, StaleDesk, CarriedOn."""
    step = begin(found, MoveKind.SPLIT, actor=actor, now=now, version=version)
    chosen = step.take(inputs)
    theme = step.new_theme(clean_name(name), language or found.language)
    settle(chosen, theme, step)
    step.finish()
    return theme


def settle(inputs: Iterable[Input], theme: Theme | None, step: Step) -> None:
    """Let inputs stand in a theme, or loose on the desk; what the board had answered no longer holds."""
    for item in inputs:
        station = Station.IN_THEME if theme else Station.UNDER_REVIEW
        if item.theme_id == (theme.pk if theme else None) and item.station == station:
            continue
        item.theme, item.station, item.position = theme, station, step.next_version
        item.reply, item.replied_on = "", None


__all__ = ["NameTaken", "clean_name", "create_theme", "merge_themes", "rename_theme", "settle", "split_theme"]
