"""Give people the organiser's address that their calendars answer to."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import transaction

from groups.models import Group
from meetings.models import CalendarIdentity
from members.models import User


@transaction.atomic
def identities_for(group: Group | None, people: Collection[int]) -> dict[int, CalendarIdentity]:
    """The address of each of these people (by key) for meetings of the group, made where there is none; three queries.

    Nobody gets one while the portal reads no mail: a calendar would answer into the void.
    """
    if not settings.RSVP_DOMAIN:
        return {}
    rows = CalendarIdentity.objects.filter(group=group, user__in=people, revoked_at__isnull=True)
    there = set(rows.values_list("user_id", flat=True))
    new = [CalendarIdentity(group=group, user_id=pk) for pk in sorted(set(people) - there)]
    CalendarIdentity.objects.bulk_create(new, ignore_conflicts=True)
    return {row.user_id: row for row in rows.all()}


def revoke_identity(identity: CalendarIdentity, *, now: datetime) -> bool:
    """No answer to this address counts any more; the next invitation brings a new one. False if it was revoked."""
    rows = CalendarIdentity.objects.filter(pk=identity.pk, revoked_at__isnull=True)
    return bool(rows.update(revoked_at=now))


def revoke_identities(user: User, *, now: datetime) -> int:
    """The same for every address of a person; says how many there were."""
    return CalendarIdentity.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=now)
