"""Who belongs to a group: join, ask, decide, leave; interest in planned groups."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from groups import notices, rules
from groups.enums import GroupState, Joining, MembershipState
from groups.errors import JoiningClosed, MembershipDecided, NoCompany, NotPlanned
from groups.models import Group, Interest, Membership
from members.clock import oslo_today
from members.models import Affiliation, User
from members.rules import is_staff


def join_group(group: Group, affiliation: Affiliation, *, now: datetime, message: str = "") -> Membership:
    """Join an open group at once, or ask to join one that decides. Asking twice is asking once.

    Raises JoiningClosed where nobody joins by request, NoCompany when the tie does not hold.
    """
    _tie_holds(affiliation, oslo_today(now))
    if not rules.takes_members(group) or group.joining == Joining.CLOSED:
        raise JoiningClosed
    try:
        with transaction.atomic():
            membership = _open_membership(group, affiliation) or _new_membership(group, affiliation, now, message)
    except IntegrityError:
        found = _open_membership(group, affiliation)
        if found is None:
            raise
        membership = found
    return membership


def _open_membership(group: Group, affiliation: Affiliation) -> Membership | None:
    rows = Membership.objects.filter(group=group, affiliation=affiliation, state__in=MembershipState.open_states())
    return rows.first()


def _new_membership(group: Group, affiliation: Affiliation, now: datetime, message: str) -> Membership:
    at_once = group.joining == Joining.OPEN
    membership = Membership.objects.create(
        group=group,
        affiliation=affiliation,
        state=MembershipState.ACTIVE if at_once else MembershipState.REQUESTED,
        message="" if at_once else message.strip()[:300],
        requested_at=now,
        started_on=oslo_today(now) if at_once else None,
    )
    if not at_once:
        notices.tell_requested(membership, now)
    return membership


@transaction.atomic
def enrol(group: Group, affiliation: Affiliation, *, actor: User | None, on_day: date) -> Membership:
    """Put a person in a group by appointment; the office does, for any way of joining. Once is enough."""
    if actor is not None and not rules.may_organise(actor, group, on_day):
        raise PermissionDenied
    _tie_holds(affiliation, on_day)
    membership = _open_membership(group, affiliation)
    if membership is None:
        return Membership.objects.create(
            group=group,
            affiliation=affiliation,
            state=MembershipState.ACTIVE,
            decided_by=actor,
            started_on=on_day,
        )
    if membership.state == MembershipState.REQUESTED:
        membership.state, membership.decided_by, membership.started_on = MembershipState.ACTIVE, actor, on_day
        membership.save(update_fields=["state", "decided_by", "started_on"])
    return membership


def approve_membership(membership: Membership, *, actor: User, now: datetime) -> Membership:
    """The board says yes; the person gets a mail. Raises MembershipDecided when somebody was first."""
    return _decide(membership, MembershipState.ACTIVE, actor=actor, now=now)


def decline_membership(membership: Membership, *, actor: User, now: datetime) -> Membership:
    """The board says no; the person gets a mail. Raises MembershipDecided when somebody was first."""
    return _decide(membership, MembershipState.DECLINED, actor=actor, now=now)


@transaction.atomic
def _decide(membership: Membership, to: MembershipState, *, actor: User, now: datetime) -> Membership:
    today = oslo_today(now)
    if not rules.may_organise(actor, membership.group, today):
        raise PermissionDenied
    days = {"started_on": today} if to == MembershipState.ACTIVE else {"ended_on": today}
    decided = Membership.objects.filter(pk=membership.pk, state=MembershipState.REQUESTED).update(
        state=to, decided_by=actor, **days
    )
    membership.refresh_from_db()
    if not decided:
        raise MembershipDecided(membership)
    notices.tell_decided(membership)
    return membership


@transaction.atomic
def leave_group(membership: Membership, *, actor: User, on_day: date) -> Membership:
    """End a membership, or take back a request: the person, the group's leader or staff. Twice is once."""
    own = membership.affiliation.user_id == actor.pk
    if not (own or is_staff(actor) or rules.leads(actor, membership.group, on_day)):
        raise PermissionDenied
    Membership.objects.filter(pk=membership.pk, state__in=MembershipState.open_states()).update(
        state=MembershipState.ENDED, ended_on=on_day
    )
    membership.refresh_from_db()
    return membership


@transaction.atomic
def register_interest(group: Group, affiliation: Affiliation, *, now: datetime) -> Interest:
    """Remember that a person wants to hear when a planned group starts. Twice is once."""
    _tie_holds(affiliation, oslo_today(now))
    if group.state != GroupState.PLANNED:
        raise NotPlanned
    Interest.objects.bulk_create(
        [Interest(group=group, affiliation=affiliation, created_at=now)], ignore_conflicts=True
    )
    return Interest.objects.get(group=group, affiliation=affiliation)


@transaction.atomic
def withdraw_interest(group: Group, *, user: User) -> None:
    """Forget the person's interest, for whichever company it was registered."""
    Interest.objects.filter(group=group, affiliation__user=user).delete()


def _tie_holds(affiliation: Affiliation, on_day: date) -> None:
    if not Affiliation.objects.active(on_day).filter(pk=affiliation.pk).exists():
        raise NoCompany
