"""Make, renew, change and switch off one's own calendar feed."""

from datetime import datetime

from django.db import transaction

from meetings.enums import FeedHolds
from meetings.models import CalendarFeed
from meetings.models.feed import feed_digest, new_feed_token
from members.models import User


@transaction.atomic
def renew_feed(user: User, *, now: datetime) -> str:
    """A new secret, told this once; an earlier address dies and the choices stay."""
    User.objects.select_for_update().get(pk=user.pk)
    earlier = CalendarFeed.objects.filter(user=user, revoked_at__isnull=True).first()
    switch_off_feed(user, now=now)
    token = new_feed_token()
    CalendarFeed.objects.create(
        user=user,
        digest=feed_digest(token),
        created_at=now,
        holds=earlier.holds if earlier else FeedHolds.ALL,
        shows_closed=earlier.shows_closed if earlier else False,
    )
    return token


def switch_off_feed(user: User, *, now: datetime) -> bool:
    """The address dies. False if there was none."""
    return bool(CalendarFeed.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=now))


def choose_for_feed(user: User, *, holds: str, shows_closed: bool) -> bool:
    """What the feed holds. False if there is none."""
    rows = CalendarFeed.objects.filter(user=user, revoked_at__isnull=True)
    return bool(rows.update(holds=holds, shows_closed=shows_closed))
