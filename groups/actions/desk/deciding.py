"""Park or answer, with words to whoever wrote; and the board's own notes."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from groups import desk_notices
from groups.actions.desk.step import begin
from groups.enums import MoveKind, Station
from groups.models import BoardNote, DeskMove, Input, Round
from members.clock import oslo_today
from members.models import User


class OwnInput(PermissionDenied):
    """Nobody decides on their own input."""


@transaction.atomic
def park_inputs(
    found: Round, *, inputs: Iterable[Input], words: str, actor: User, now: datetime, version: int | None = None
) -> DeskMove | None:
    """Put inputs aside for later and tell the writers why. Raises OwnInput, StaleDesk, CarriedOn."""
    return _decide(found, inputs, MoveKind.PARK, Station.PARKED, words, actor=actor, now=now, version=version)


@transaction.atomic
def answer_inputs(
    found: Round, *, inputs: Iterable[Input], words: str, actor: User, now: datetime, version: int | None = None
) -> DeskMove | None:
    """Not taken on, because …: the writers get the words. Raises OwnInput, StaleDesk, CarriedOn."""
    return _decide(found, inputs, MoveKind.ANSWER, Station.ANSWERED, words, actor=actor, now=now, version=version)


def _decide(
    found: Round,
    inputs: Iterable[Input],
    kind: MoveKind,
    station: Station,
    words: str,
    *,
    actor: User,
    now: datetime,
    version: int | None,
) -> DeskMove | None:
    step = begin(found, kind, actor=actor, now=now, version=version)
    chosen = step.take(inputs)
    if any(item.author_id == actor.pk for item in chosen):
        raise OwnInput
    for item in chosen:
        if (item.station, item.reply) != (station, words):
            item.station, item.reply, item.replied_on = station, words, oslo_today(now)
            item.theme, item.position = None, step.next_version
    move = step.finish()
    if move:
        desk_notices.tell_writers(move, chosen)
    return move


@transaction.atomic
def write_note(item: Input, *, text: str, actor: User, now: datetime) -> BoardNote:
    """A note between board members; no step, nobody else reads it."""
    return BoardNote.objects.create(input=item, author=actor, text=text, created_at=now)
