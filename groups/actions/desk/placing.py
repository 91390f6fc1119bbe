"""Inputs: moved between themes, let through to the group, put together as duplicates and taken apart."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from groups.actions.desk.step import StaleDesk, begin
from groups.actions.desk.themes import settle
from groups.enums import MoveKind, Station
from groups.models import DeskMove, Input, Round, Theme
from members.models import User


@transaction.atomic
def place_inputs(
    found: Round,
    *,
    inputs: Iterable[Input],
    theme: Theme | None,
    actor: User,
    now: datetime,
    version: int | None = None,
) -> DeskMove | None:
    """Move inputs into a theme, or out of any; None when they stand there. Raises StaleDesk, CarriedOn."""
    step = begin(found, MoveKind.PLACE, actor=actor, now=now, version=version)
    chosen = step.take(inputs)
    target = step.take_themes([theme])[0] if theme else None
    settle(chosen, target, step)
    return step.finish()


@transaction.atomic
def release_inputs(
    found: Round, *, inputs: Iterable[Input], actor: User, now: datetime, version: int | None = None
) -> DeskMove | None:
    """Let the group read inputs of a round that the board reads first. The words that were read stand from now on."""
    step = begin(found, MoveKind.RELEASE, actor=actor, now=now, version=version)
    for item in step.take(inputs, carried_too=True):
        item.released = True
        if item.station == Station.RECEIVED:
            item.station = Station.UNDER_REVIEW
    return step.finish()


@transaction.atomic
def merge_inputs(
    keep: Input, *, copies: Iterable[Input], actor: User, now: datetime, version: int | None = None
) -> DeskMove | None:
    """Let duplicates stand under the one that is kept; their words stay. Raises StaleDesk, CarriedOn."""
    step = begin(keep.round, MoveKind.MERGE_INPUTS, actor=actor, now=now, version=version)
    others = [item for item in copies if item.pk != keep.pk]
    rows = step.take([keep, *others])
    head = next(item for item in rows if item.pk == keep.pk)
    if head.station == Station.RECEIVED:
        head.station = Station.UNDER_REVIEW
    for item in rows:
        if item is head:
            continue
        item.merged_into = head
        item.theme, item.station, item.position = head.theme, head.station, head.position
        item.reply, item.replied_on = head.reply, head.replied_on
    return step.finish()


@transaction.atomic
def unmerge_input(copy: Input, *, actor: User, now: datetime, version: int | None = None) -> DeskMove | None:
    """Let a duplicate stand by itself again, where the kept one stands. Raises StaleDesk."""
    step = begin(copy.round, MoveKind.UNMERGE, actor=actor, now=now, version=version)
    row = Input.objects.filter(round=step.round, pk=copy.pk).exclude(station=Station.WITHDRAWN).first()
    if row is None:
        raise StaleDesk(step.moves_meanwhile())
    step.watch(row).merged_into = None
    return step.finish()
