"""Minutes of a meeting, version by version, and what is to be done afterwards."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from groups.models import Membership
from groups.models.core import holds_on
from meetings.models.invitation import Invitation
from meetings.models.meeting import Meeting
from members.clock import oslo_today
from members.models import Affiliation, User


@dataclass(frozen=True)
class Section:
    """What is written under one item of the agenda; without a title, about the meeting as a whole."""

    title: str
    text: str

    def as_json(self) -> dict[str, str]:
        return {"title": self.title, "text": self.text}


class MinutesQuerySet(models.QuerySet["Minutes"]):
    """Questions about minutes."""

    def published(self) -> "MinutesQuerySet":
        """Approved, and told to those who were invited."""
        return self.filter(published_version__isnull=False)


class Minutes(models.Model):
    """One for a meeting. What is written stands in its versions; nothing is overwritten.

    ``attendance`` is the door list as it was when the minutes were published: people by key, never by name.
    """

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="minutes")
    version = models.PositiveIntegerField(_("version"), default=0)
    published_version = models.PositiveIntegerField(_("published version"), null=True, blank=True)
    first_published_at = models.DateTimeField(_("first published"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    staff_reason = models.CharField(_("why staff did it"), max_length=200, blank=True)
    attendance = models.JSONField(_("attendance"), default=list, blank=True, editable=False)

    objects = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")
        constraints = [
            models.CheckConstraint(
                name="minutes_published_has_time",
                condition=models.Q(published_version__isnull=True, published_at__isnull=True)
                | models.Q(published_version__isnull=False, published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="minutes_published_exists",
                condition=models.Q(published_version__isnull=True)
                | models.Q(published_version__lte=models.F("version")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.meeting)

    @property
    def is_published(self) -> bool:
        return self.published_version is not None

    @property
    def has_newer(self) -> bool:
        """True when something was written after the approval."""
        return self.published_version is not None and self.published_version < self.version

    @property
    def is_corrected(self) -> bool:
        """True when another version has been published since the first."""
        return self.first_published_at is not None and self.first_published_at != self.published_at


class MinutesVersion(models.Model):
    """The minutes as somebody saved them. Rows are only added."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    sections = models.JSONField(_("text"), default=list)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("version of minutes")
        verbose_name_plural = _("versions of minutes")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(name="minutes_version_number", fields=["minutes", "number"])]

    def __str__(self) -> str:
        return f"{self.minutes} {self.number}"

    @property
    def texts(self) -> list[Section]:
        """What is written, item by item."""
        return [Section(str(row.get("title", "")), str(row.get("text", ""))) for row in self._rows()]

    def _rows(self) -> list[dict[str, Any]]:
        return [row for row in self.sections if isinstance(row, dict)]


class ActionItemQuerySet(models.QuerySet["ActionItem"]):
    """Questions about what is to be done."""

    def open(self) -> "ActionItemQuerySet":
        """Not done yet, the most urgent first."""
        return self.filter(done_at__isnull=True).order_by(models.F("due_on").asc(nulls_last=True), "pk")

    def known(self) -> "ActionItemQuerySet":
        """Those of published minutes: before that nobody has heard of them."""
        return self.filter(meeting__minutes__published_version__isnull=False)

    def of(self, user: User, on_day: date) -> "ActionItemQuerySet":
        """A person's own, as long as they belong where they took it on."""
        return self.filter(holds_on(on_day, "responsible__"), responsible__user=user)

    def for_display(self) -> "ActionItemQuerySet":
        """With whoever took them on, and the company by which they belong."""
        return self.select_related("responsible__user", "responsible__company")

    def read_by(self, user: User, on_day: date) -> "ActionItemQuerySet":
        """Those in minutes that a person reads: invited to the meeting, or of the group unless it was the board's."""
        invited = Invitation.objects.of(user, on_day).values("meeting")
        groups = Membership.objects.active(on_day).filter(affiliation__user=user).values("group")
        inside = models.Q(meeting__group__in=groups, meeting__is_board_only=False)
        return self.filter(models.Q(meeting__in=invited) | inside)

    def open_before(self, group: Any, starts_at: Any) -> "ActionItemQuerySet":
        """Open ones of a group's meetings before a time."""
        return self.filter(meeting__group=group, meeting__starts_at__lt=starts_at).known().open()

    def carried_to(self, meeting: Meeting) -> "ActionItemQuerySet":
        """Open ones of the group's earlier meetings."""
        return self.none() if meeting.group_id is None else self.open_before(meeting.group_id, meeting.starts_at)


class ActionItem(models.Model):
    """Something that a meeting found must be done, by whom and by when."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="actions")
    what = models.CharField(_("what"), max_length=300)
    responsible = models.ForeignKey(
        Affiliation, verbose_name=_("who"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(_("by"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("action item")
        verbose_name_plural = _("action items")
        ordering = ["meeting", "pk"]
        indexes = [
            models.Index(fields=["responsible", "due_on"], name="action_open", condition=models.Q(done_at__isnull=True))
        ]

    def __str__(self) -> str:
        return self.what

    def is_overdue(self, on_day: date) -> bool:
        return self.done_at is None and self.due_on is not None and self.due_on < on_day

    @property
    def who(self) -> str:
        """The responsible person's name; nobody's when they have left the company they took it on for."""
        tie = self.responsible
        return tie.user.display_name if tie is not None and tie.holds(oslo_today()) else ""
