"""Outgoing mail as rows. Nothing points here by foreign key; `about` and `recipient` are plain references."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from email.utils import make_msgid, parseaddr
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Max, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mail.kinds import UnknownKindError, kind_of
from mail.seal import unseal


def new_message_id() -> str:
    """A Message-ID in the sender's own domain; a row keeps it for life, however often it is tried."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return make_msgid(domain=domain or settings.SITE_HOST)


class State(models.TextChoices):
    """Where a mail is on its way."""

    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class MessageQuerySet(models.QuerySet["Message"]):
    """Questions about mail."""

    def about(self, ref: str) -> Self:
        """Everything about one thing, such as "meeting:12"."""
        return self.filter(about=ref)

    def to_recipient(self, ref: str) -> Self:
        """Everything to one recipient, such as "user:12"."""
        return self.filter(recipient=ref)

    def due(self, now: datetime) -> Self:
        """What may go out now, the urgent first, then the oldest."""
        return self.filter(state=State.QUEUED, not_before__lte=now, gathered_for="").order_by(
            "-urgent", "not_before", "pk"
        )

    def ahead(self, now: datetime, kinds: Collection[str]) -> datetime | None:
        """The time of the last mail of these kinds that waits for its first try, from now on; None when none of them does."""
        rows = self.filter(state=State.QUEUED, gathered_for="", not_before__gte=now, kind__in=kinds)
        last: datetime | None = rows.filter(attempts=0, build_failures=0).aggregate(last=Max("not_before"))["last"]
        return last

    def waiting(self) -> Self:
        """Not yet out of the house."""
        return self.filter(state__in=[State.QUEUED, State.SENDING])

    def gathered(self, now: datetime) -> Self:
        """What waits for a digest whose time has come, the oldest first."""
        rows = self.filter(state=State.QUEUED, not_before__lte=now).exclude(gathered_for="")
        return rows.order_by("created_at", "pk")

    def in_trouble(self) -> Self:
        """Given up, or taken by the server and sent back."""
        return self.filter(Q(state=State.FAILED) | (Q(state=State.SENT) & ~Q(error="")))

    def failed(self) -> Self:
        """Given up; a person must look."""
        return self.filter(state=State.FAILED)

    def sent_about(self, ref: str, kinds: Collection[str] = ()) -> Self:
        """What has gone out about one thing, the newest first; of these kinds, or of all."""
        rows = self.filter(about=ref, state=State.SENT).order_by("-sent_at", "-pk")
        return rows.filter(kind__in=kinds) if kinds else rows

    def failed_first(self) -> Self:
        """For the office: what failed on top, then the newest."""
        rank = Case(When(state=State.FAILED, then=Value(0)), default=Value(1))
        return self.order_by(rank, "-created_at", "-pk")

    def oldest_due(self, now: datetime) -> datetime | None:
        """Since when the longest waiting mail could have gone out; None when nothing waits."""
        overdue = self.waiting().filter(not_before__lte=now, gathered_for="")
        oldest: datetime | None = overdue.aggregate(oldest=models.Min("not_before"))["oldest"]
        return oldest


class Message(models.Model):
    """One mail to one recipient: kind and ids now, words when it is sent."""

    State = State

    kind = models.CharField(_("kind"), max_length=80)
    recipient = models.CharField(_("recipient"), max_length=300)
    about = models.CharField(_("about"), max_length=80, blank=True, default="")
    data = models.JSONField(_("data"), default=dict, blank=True)
    sealed = models.TextField(_("sealed"), blank=True, default="", editable=False)
    dedupe_key = models.CharField(_("key against duplicates"), max_length=200, blank=True, default="")
    urgent = models.BooleanField(_("urgent"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    not_before = models.DateTimeField(_("not before"), default=timezone.now)
    gathered_for = models.CharField(_("in the digest to"), max_length=80, blank=True, default="")
    claim = models.CharField(_("claim"), max_length=32, blank=True, default="", editable=False)
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    build_failures = models.PositiveSmallIntegerField(_("failed builds in a row"), default=0)
    unknown_outcomes = models.PositiveSmallIntegerField(_("tries with unknown outcome"), default=0)
    error = models.CharField(_("error"), max_length=300, blank=True, default="")
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    to = models.CharField(_("address"), max_length=320, blank=True, default="")
    subject = models.CharField(_("subject"), max_length=500, blank=True, default="")
    text = models.TextField(_("text"), blank=True, default="")
    html = models.TextField(_("HTML"), blank=True, default="")
    message_id = models.CharField("Message-ID", max_length=200, default=new_message_id, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects: ClassVar[models.Manager[Message]] = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [
            models.UniqueConstraint(fields=["message_id"], name="mail_message_id_unique"),
            models.UniqueConstraint(fields=["dedupe_key"], condition=~Q(dedupe_key=""), name="mail_dedupe_key_unique"),
            models.CheckConstraint(
                condition=Q(state=State.SENT, sent_at__isnull=False) | (~Q(state=State.SENT) & Q(sent_at__isnull=True)),
                name="mail_sent_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.SENT, State.WITHDRAWN]) | Q(sealed=""),
                name="mail_seal_emptied",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-urgent", "not_before", "id"],
                name="mail_due",
                condition=Q(state=State.QUEUED, gathered_for=""),
            ),
            models.Index(
                fields=["gathered_for", "not_before"],
                name="mail_gathered",
                condition=Q(state=State.QUEUED) & ~Q(gathered_for=""),
            ),
            models.Index(fields=["claimed_until"], name="mail_claimed", condition=Q(state=State.SENDING)),
            models.Index(fields=["about", "kind"], name="mail_about"),
            models.Index(fields=["recipient"], name="mail_recipient"),
            models.Index(fields=["created_at"], name="mail_created"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.pk}"

    @property
    def label(self) -> str:
        """What the mail is for, in words; its kind's name when no app knows it any more."""
        try:
            return str(kind_of(self.kind).label)
        except UnknownKindError:
            return self.kind

    @property
    def came_back(self) -> bool:
        """True when a mail server took it and said later that it could not be delivered; ``error`` says why."""
        return self.state == State.SENT and bool(self.error)

    @property
    def can_go_again(self) -> bool:
        """True when a person may send it once more: given up, or come back."""
        return self.state == State.FAILED or self.came_back

    def unsealed(self) -> dict[str, Any]:
        """The values that rest under lock, for the builder alone."""
        return unseal(self.sealed)
