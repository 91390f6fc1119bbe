"""A person's calendar feed: a secret address that calendars read by themselves."""

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.enums import FeedHolds

TOKEN_OCTETS = 32


def new_feed_token() -> str:
    """A new secret for an address; only its hash is kept."""
    return secrets.token_urlsafe(TOKEN_OCTETS)


def feed_digest(token: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()


class CalendarFeed(models.Model):
    """One feed. A renewed or revoked one stays, so that its address can say that it is no more."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    holds = models.CharField(_("which meetings"), max_length=8, choices=FeedHolds, default=FeedHolds.ALL)
    shows_closed = models.BooleanField(_("what board meetings are about, too"), default=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(_("no longer read"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        constraints = [
            models.UniqueConstraint(
                name="feed_one_per_person", fields=["user"], condition=models.Q(revoked_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)
