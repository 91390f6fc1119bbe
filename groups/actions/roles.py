"""Seats on boards: recorded by the office with the decision's reference, for a period."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from groups import rules
from groups.enums import RoleKind
from groups.errors import LeadMoved, LeadTaken, SeatRefused
from groups.models import Group, Role
from members.models import Affiliation, User


@transaction.atomic
def seat(
    group: Group, affiliation: Affiliation, *, kind: str, from_day: date, actor: User | None, reference: str = ""
) -> Role:
    """Record a seat from a day. The same open seat twice is one; another kind ends the old seat and opens the new.

    Raises LeadTaken when someone leads already (``hand_over_lead`` is for that), SeatRefused without a decision
    or a tie that holds. A leader's seat whose tie has ended makes room.
    """
    _check(group, affiliation, from_day=from_day, actor=actor, reference=reference)
    _lock(group)
    own = Role.objects.filter(group=group, affiliation=affiliation, ended_on__isnull=True).first()
    if own is not None and own.kind == kind:
        return own
    if kind == RoleKind.LEADER:
        _make_room(group, from_day)
    if own is not None:
        _end(own, from_day)
    return _new(group, affiliation, kind, from_day, actor, reference)


@transaction.atomic
def unseat(role: Role, *, on_day: date, actor: User | None) -> Role:
    """End a seat on a day, the first on which it no longer holds."""
    if actor is not None and not rules.may_record_seats(actor):
        raise PermissionDenied
    _lock(role.group)
    role.refresh_from_db()
    if role.ended_on is None or role.ended_on > on_day:
        _end(role, on_day)
    return role


_ANY = object()


@transaction.atomic
def hand_over_lead(
    group: Group,
    *,
    to: Affiliation,
    on_day: date,
    actor: User | None,
    reference: str = "",
    seen: Role | object | None = _ANY,
) -> Role:
    """End the leader's seat and open the next one's from the same day, as dated rows.

    ``seen`` is the leader's seat as the actor saw it: when it has been handed over meanwhile, LeadMoved carries
    the seat that stands, and nothing is written.
    """
    _check(group, to, from_day=on_day, actor=actor, reference=reference)
    _lock(group)
    now_leading = Role.objects.filter(group=group, ended_on__isnull=True).leaders().first()
    if seen is not _ANY and seen != now_leading:
        raise LeadMoved(now_leading)
    if now_leading is not None and now_leading.affiliation_id == to.pk:
        return now_leading
    if now_leading is not None:
        _end(now_leading, on_day)
    own = Role.objects.filter(group=group, affiliation=to, ended_on__isnull=True).first()
    if own is not None:
        _end(own, on_day)
    return _new(group, to, RoleKind.LEADER, on_day, actor, reference)


def _check(group: Group, affiliation: Affiliation, *, from_day: date, actor: User | None, reference: str) -> None:
    """The office records seats, with the decision behind them; the portal itself (no actor) needs none."""
    if actor is not None:
        if not rules.may_record_seats(actor):
            raise PermissionDenied
        if not reference.strip():
            raise SeatRefused(_("Write which decision this rests on, for example a case number."))
    if not Affiliation.objects.active(from_day).filter(pk=affiliation.pk).exists():
        raise SeatRefused(_("The person must belong to a participating company on that day."))


def _lock(group: Group) -> None:
    """One change of a board at a time."""
    Group.objects.select_for_update().get(pk=group.pk)


def _make_room(group: Group, from_day: date) -> None:
    """A leader whose tie has ended leads no more; the seat is closed so that another can open."""
    stale = Role.objects.filter(group=group, ended_on__isnull=True).leaders().first()
    if stale is None:
        return
    if Role.objects.held_on(from_day).filter(pk=stale.pk).exists() or stale.started_on > from_day:
        raise LeadTaken
    left = stale.affiliation.ended_on
    _end(stale, min(left, from_day) if left else from_day)


def _end(role: Role, on_day: date) -> None:
    if on_day < role.started_on:
        raise SeatRefused(_("The last day must come after the first."))
    role.ended_on = on_day
    role.save(update_fields=["ended_on"])


def _new(group: Group, affiliation: Affiliation, kind: str, day: date, actor: User | None, reference: str) -> Role:
    return Role.objects.create(
        group=group,
        affiliation=affiliation,
        kind=kind,
        started_on=day,
        decision_reference=reference.strip()[:120],
        recorded_by=actor,
    )
