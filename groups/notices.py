"""Mails about membership of groups, queued together with the deed they tell of."""

from collections.abc import Iterable
from datetime import datetime

from groups.models import Group, Interest, Membership, Role
from mail.queue import Draft, enqueue, enqueue_many
from members.clock import oslo_today

REQUESTED = "groups.membership_requested"
DECIDED = "groups.membership_decided"
STARTED = "groups.started"


def about(membership: Membership) -> str:
    """How mail rows name a membership."""
    return f"membership:{membership.pk}"


def tell_requested(membership: Membership, now: datetime) -> None:
    """Everybody on the board hears that somebody wants to join."""
    seats = Role.objects.held_on(oslo_today(now)).filter(group=membership.group)
    users = sorted(set(seats.values_list("affiliation__user_id", flat=True)))
    enqueue_many(
        REQUESTED,
        [
            Draft(
                recipient=f"user:{user}",
                about=about(membership),
                data={"membership": membership.pk},
                dedupe_key=f"{REQUESTED}:{membership.pk}:{user}",
            )
            for user in users
        ],
    )


def tell_decided(membership: Membership) -> None:
    """The person hears what the board decided."""
    enqueue(
        DECIDED,
        recipient=f"user:{membership.affiliation.user_id}",
        about=about(membership),
        data={"membership": membership.pk},
        dedupe_key=f"{DECIDED}:{membership.pk}",
    )


def tell_started(group: Group, interests: Iterable[Interest]) -> None:
    """Those who asked to hear of it hear that the group has started; once each."""
    users = sorted({interest.affiliation.user_id for interest in interests})
    enqueue_many(
        STARTED,
        [
            Draft(
                recipient=f"user:{user}",
                about=f"group:{group.pk}",
                data={"group": group.pk},
                dedupe_key=f"{STARTED}:{group.pk}:{user}",
            )
            for user in users
        ],
    )
