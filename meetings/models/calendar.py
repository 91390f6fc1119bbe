"""What people's own calendars say back: the addresses they answer to, and other times they propose."""

import secrets
from base64 import b32encode
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from meetings.enums import ProposalState
from meetings.models.invitation import Invitation
from meetings.models.meeting import Meeting

TOKEN_OCTETS = 15  # 24 letters of base32, 120 bits


def new_token() -> str:
    """A secret that survives being a mail address: lower case, no plus sign, no look-alikes that matter."""
    return b32encode(secrets.token_bytes(TOKEN_OCTETS)).decode().lower()


class CalendarIdentity(models.Model):
    """The organiser's address that one person's calendar answers to, for all meetings of one group.

    It is the same in every mail, so that mail programs learn to know it, and secret, so that an answer to it comes
    from somebody who has the person's invitation. Without a group it stands for the cluster itself.
    """

    group = models.ForeignKey(Group, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    token = models.CharField(max_length=24, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(_("no longer read"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            models.UniqueConstraint(
                name="identity_one_per_group_and_person",
                fields=["group", "user"],
                condition=models.Q(revoked_at__isnull=True, group__isnull=False),
            ),
            models.UniqueConstraint(
                name="identity_one_per_person_for_cluster",
                fields=["user"],
                condition=models.Q(revoked_at__isnull=True, group__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.group or _('the cluster')}"

    @property
    def ref(self) -> str:
        """How incoming mail names it."""
        return f"identity:{self.pk}"

    @property
    def group_ref(self) -> str:
        """How incoming mail names its group, "group:0" the cluster itself."""
        return f"group:{self.group_id or 0}"

    @property
    def address(self) -> str:
        """The address for ORGANIZER and Reply-To; empty when the portal reads no mail."""
        return f"mote-{self.token}@{settings.RSVP_DOMAIN}" if settings.RSVP_DOMAIN else ""


class TimeProposalQuerySet(models.QuerySet["TimeProposal"]):
    """Questions about proposals."""

    def open_for(self, meeting: Meeting) -> "TimeProposalQuerySet":
        """Those that nobody has answered."""
        return self.filter(invitation__meeting=meeting, state=ProposalState.OPEN)


class TimeProposal(models.Model):
    """Another time that an invited person's calendar proposes (RFC 5546 3.2.7). ``state`` is assigned in ``actions``."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="proposals")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    comment = models.CharField(_("word to the organiser"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=ProposalState, default=ProposalState.OPEN)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("when"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = TimeProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposed time")
        verbose_name_plural = _("proposed times")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="proposal_ends_after_it_starts", condition=models.Q(ends_at__gt=models.F("starts_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invitation}: {self.starts_at:%Y-%m-%d %H:%M}"

    def is_for(self, starts_at: datetime, ends_at: datetime) -> bool:
        """True when it proposes exactly this time."""
        return (self.starts_at, self.ends_at) == (starts_at, ends_at)
