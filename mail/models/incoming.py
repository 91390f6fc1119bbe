"""Incoming mail as rows, with what each ended as."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    """By which road a mail came in."""

    LMTP = "lmtp", _("from the mail server")
    IMAP = "imap", _("from a mailbox")
    WEBHOOK = "webhook", _("from a mail service")


class Outcome(models.TextChoices):
    """What a mail that came in ended as. Every mail ends as exactly one."""

    WAITING = "waiting", _("Not read yet")
    APPLIED = "applied", _("Counted")
    STALE = "stale", _("Older than what counts")
    DUPLICATE = "duplicate", _("Said before")
    COUNTER = "counter", _("Proposes another time")
    REVIEW = "review", _("Waits for a person")
    BOUNCE = "bounce", _("Could not be delivered")
    IGNORED = "ignored", _("Says nothing to us")
    REJECTED = "rejected", _("Not from who it says")


class IncomingQuerySet(models.QuerySet["Incoming"]):
    """Questions about mail that came in."""

    def unread(self) -> Self:
        """Stored and not read yet, the oldest first."""
        return self.filter(outcome=Outcome.WAITING).order_by("received_at", "pk")

    def for_review(self) -> Self:
        """What a person must decide, the oldest first."""
        return self.filter(outcome__in=[Outcome.REVIEW, Outcome.COUNTER], handled_at__isnull=True).order_by(
            "received_at", "pk"
        )

    def about(self, ref: str) -> Self:
        """Everything about one thing, such as "meeting:12"."""
        return self.filter(about=ref)


class Incoming(models.Model):
    """One mail that came in, sealed as it came, with what it ended as. ``outcome`` is assigned in ``mail.incoming``."""

    source = models.CharField(_("road"), max_length=8, choices=Source)
    received_at = models.DateTimeField(_("received"))
    envelope_to = models.JSONField(_("to"), default=list)
    message_id = models.CharField("Message-ID", max_length=200, blank=True, default="")
    raw_sha256 = models.CharField(max_length=64, editable=False)
    sealed = models.TextField(_("sealed"), blank=True, default="", editable=False)
    copies = models.PositiveIntegerField(_("times received"), default=1)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.WAITING)
    reason = models.CharField(_("reason"), max_length=60, blank=True, default="")
    about = models.CharField(_("about"), max_length=80, blank=True, default="")
    concerns = models.CharField(_("concerns"), max_length=80, blank=True, default="")
    data = models.JSONField(_("data"), default=dict, blank=True)
    failures = models.PositiveSmallIntegerField(_("failed readings"), default=0)
    processed_at = models.DateTimeField(_("read"), null=True, blank=True)
    handled_by = models.CharField(_("decided by"), max_length=40, blank=True, default="")
    handled_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects: ClassVar[models.Manager[Incoming]] = IncomingQuerySet.as_manager()

    class Meta:
        verbose_name = _("incoming mail")
        verbose_name_plural = _("incoming mails")
        constraints = [
            models.UniqueConstraint(fields=["raw_sha256"], name="mail_incoming_once"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.WAITING, processed_at__isnull=True)
                | (~Q(outcome=Outcome.WAITING) & Q(processed_at__isnull=False)),
                name="mail_incoming_read_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["received_at", "id"], name="mail_unread", condition=Q(outcome=Outcome.WAITING)),
            models.Index(
                fields=["about", "received_at"],
                name="mail_for_review",
                condition=Q(outcome__in=[Outcome.REVIEW, Outcome.COUNTER], handled_at__isnull=True),
            ),
            models.Index(fields=["concerns"], name="mail_concerns"),
            models.Index(fields=["received_at"], name="mail_received"),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.pk}"
