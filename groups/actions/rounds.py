"""Rounds of input: begin one, tie it to a meeting's times, open the room's door."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from groups import rules
from groups.actions.groups import move_station
from groups.enums import GroupState, GroupStation
from groups.errors import StateRefused
from groups.models import Group, Membership, Round
from members.clock import OSLO, oslo_today
from members.models import Company, User
from members.workdays import next_working_day

ROOM_MARGIN = timedelta(minutes=30)
ROOM_BY_HAND = timedelta(hours=3)
# What a round has when nobody has chosen how long it stays open
USUAL_HOURS = 48


@transaction.atomic
def create_round(
    group: Group,
    *,
    question: str,
    language: str,
    actor: User | None,
    board_first: bool = False,
    close_hours: int = USUAL_HOURS,
) -> Round:
    """A planned round; it opens with the meeting's invitation, or by ``open_round``."""
    return Round.objects.create(
        group=group,
        question=" ".join(question.split()),
        language=language,
        board_first=board_first,
        close_hours=close_hours,
        created_by=actor,
    )


@transaction.atomic
def reword_round(
    found: Round, *, question: str, language: str, actor: User | None, board_first: bool, close_hours: int
) -> Round:
    """Change the question and the terms of a round that nobody has been asked yet."""
    if found.opens_at is not None:
        return found
    found.question, found.language = " ".join(question.split()), language
    found.board_first, found.close_hours = board_first, close_hours
    found.save(update_fields=["question", "language", "board_first", "close_hours"])
    return found


@transaction.atomic
def remove_planned_round(found: Round, *, actor: User | None) -> None:
    """Let go of a round that never opened; an opened one stays."""
    if found.opens_at is None:
        found.delete()


@transaction.atomic
def open_round(found: Round, *, opens_at: datetime, closes_at: datetime, companies: Iterable[Company] = ()) -> Round:
    """Give a round its own times, without a meeting."""
    found.opens_at, found.closes_at = opens_at, closes_at
    found.save(update_fields=["opens_at", "closes_at"])
    found.invited_companies.add(*companies)
    move_station(found.group, to=GroupStation.INPUT)
    return found


@transaction.atomic
def ask_group(
    group: Group,
    *,
    question: str,
    language: str,
    closes_at: datetime,
    actor: User,
    now: datetime,
    board_first: bool = False,
) -> Round:
    """The board asks its group a question without a meeting; the round is open at once, for the members' companies."""
    today = oslo_today(now)
    if not rules.sits_on_board(actor, group, today):
        raise PermissionDenied
    if group.state == GroupState.CLOSED:
        raise StateRefused
    found = create_round(group, question=question, language=language, actor=actor, board_first=board_first)
    members = Membership.objects.active(today).filter(group=group)
    companies = Company.objects.filter(pk__in=members.values("affiliation__company"))
    return open_round(found, opens_at=now, closes_at=closes_at, companies=companies)


def closing_of(found: Round, meeting_ends: datetime) -> datetime:
    """When a meeting's round closes: after the hours that somebody chose, else at the end of the day after the thanks,
    which go on the first working day after the meeting.
    """
    if found.close_hours != USUAL_HOURS:
        return meeting_ends + timedelta(hours=found.close_hours)
    thanks_on = next_working_day(timezone.localdate(meeting_ends, OSLO))
    return datetime.combine(thanks_on + timedelta(days=2), time.min, tzinfo=OSLO)


@transaction.atomic
def set_round_times(
    found: Round, *, starts_at: datetime, ends_at: datetime, companies: Iterable[Company], now: datetime
) -> Round:
    """Called when the round's meeting is called or moved: it opens at once and closes after the meeting.

    The door in the room is open from half an hour before to half an hour after. Companies are added, never taken
    away: who was asked may answer.
    """
    found.opens_at = min(found.opens_at or now, now)
    found.closes_at = closing_of(found, ends_at)
    found.room_opens_at, found.room_closes_at = starts_at - ROOM_MARGIN, ends_at + ROOM_MARGIN
    found.save(update_fields=["opens_at", "closes_at", "room_opens_at", "room_closes_at"])
    found.invited_companies.add(*companies)
    move_station(found.group, to=GroupStation.INPUT)
    return found


@transaction.atomic
def clear_room_window(found: Round) -> Round:
    """Called when the round's meeting is cancelled: the door in the room stays shut. The round itself goes on."""
    found.room_opens_at = found.room_closes_at = None
    found.save(update_fields=["room_opens_at", "room_closes_at"])
    return found


@transaction.atomic
def start_wall(found: Round, *, actor: User, now: datetime) -> Round:
    """The board shows the wall in a room: opens the door for three hours unless the meeting has opened it."""
    if not rules.may_organise(actor, found.group, oslo_today(now)):
        raise PermissionDenied
    found = Round.objects.select_for_update().get(pk=found.pk)
    if found.room_is_open(now):
        return found
    found.room_opens_at, found.room_closes_at = now, now + ROOM_BY_HAND
    found.opens_at = min(found.opens_at or now, now)
    found.closes_at = max(found.closes_at or found.room_closes_at, found.room_closes_at)
    found.save(update_fields=["room_opens_at", "room_closes_at", "opens_at", "closes_at"])
    move_station(found.group, to=GroupStation.INPUT)
    return found


@transaction.atomic
def stop_wall(found: Round, *, actor: User, now: datetime) -> Round:
    """The board closes the door in the room before its time."""
    if not rules.may_organise(actor, found.group, oslo_today(now)):
        raise PermissionDenied
    found = Round.objects.select_for_update().get(pk=found.pk)
    if found.room_is_open(now):
        found.room_closes_at = now
        found.save(update_fields=["room_closes_at"])
    return found
