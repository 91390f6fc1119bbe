"""Templates of meetings: what a new meeting may begin with. Never a meeting, so that no list of meetings holds one."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups.models import Group
from meetings.models.terms import Terms
from members.clock import OSLO


class MeetingTemplateQuerySet(models.QuerySet["MeetingTemplate"]):
    """Questions about templates."""

    def for_group(self, group: Group | None) -> "MeetingTemplateQuerySet":
        """What a new meeting of the group may begin with: its own templates, then those for all."""
        wanted = models.Q(group__isnull=True)
        if group:
            wanted |= models.Q(group=group)
        return self.filter(wanted).order_by(models.F("group").asc(nulls_last=True), "name", "pk")


class MeetingTemplate(Terms):
    """The words, terms and agenda of meetings to come. With a group it is that group's own; without, it is for all.

    The answer deadline is days before the meeting, or as usual when empty. The agenda is rows of title, minutes, speaker.
    """

    group = models.ForeignKey(
        Group, verbose_name=_("group"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(_("name of the template"), max_length=80)
    starts = models.TimeField(_("from"))
    minutes = models.PositiveSmallIntegerField(pgettext_lazy("of time", "minutes"), validators=[MinValueValidator(1)])
    agenda = models.JSONField(_("agenda"), default=list, blank=True)
    answer_days = models.PositiveSmallIntegerField(
        _("answer deadline, days before"), null=True, blank=True, validators=[MaxValueValidator(1100)]
    )
    answer_clock = models.TimeField(_("answer deadline, time of day"), null=True, blank=True)
    audience_own_group = models.BooleanField(_("members of the group that calls"), default=True)
    round_question = models.CharField(_("question to think about"), max_length=200, blank=True)
    round_board_first = models.BooleanField(_("the board sees each input first"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("made"))

    objects = MeetingTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting template")
        verbose_name_plural = _("meeting templates")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="template_lasts",
                condition=models.Q(minutes__gt=0),
                violation_error_message=_("The meeting must end after it starts."),
            ),
            models.CheckConstraint(
                name="template_deadline_whole",
                condition=models.Q(answer_days__isnull=True, answer_clock__isnull=True)
                | models.Q(answer_days__isnull=False, answer_clock__isnull=False),
            ),
            models.UniqueConstraint(
                name="template_name_once_in_group",
                fields=["group", "name"],
                condition=models.Q(group__isnull=False),
                violation_error_message=_("There is a template with that name already. Choose another."),
            ),
            models.UniqueConstraint(
                name="template_name_once_for_all",
                fields=["name"],
                condition=models.Q(group__isnull=True),
                violation_error_message=_("There is a template with that name already. Choose another."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ends(self) -> time | None:
        """When a meeting that begins as usual ends; none when that is another day."""
        hours, minutes = divmod(self.starts.hour * 60 + self.starts.minute + self.minutes, 60)
        return time(hours, minutes) if hours < 24 else None

    def answer_by(self, starts_at: datetime) -> datetime | None:
        """The answer deadline of a meeting that starts then, never after it; none when it is as usual."""
        if self.answer_days is None or self.answer_clock is None:
            return None
        day = timezone.localdate(starts_at, OSLO) - timedelta(days=self.answer_days)
        return min(datetime.combine(day, self.answer_clock, tzinfo=OSLO).astimezone(starts_at.tzinfo), starts_at)
