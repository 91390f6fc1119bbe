"""Meetings and their agenda."""

import uuid
from datetime import date, datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from groups.enums import GroupKind
from groups.models import Group, Membership, Role, Round
from groups.models.core import holds_on
from meetings.enums import MeetingState
from meetings.models.terms import MOST_GUESTS, Terms
from members.models import Affiliation, User


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Questions about meetings."""

    def upcoming(self, now: datetime) -> "MeetingQuerySet":
        """Called meetings that have not ended, soonest first."""
        return self.filter(state=MeetingState.CALLED, ends_at__gt=now).order_by("starts_at", "pk")

    def past(self, now: datetime) -> "MeetingQuerySet":
        """Meetings that were called and have ended, newest first."""
        return self.filter(
            models.Q(state=MeetingState.HELD) | models.Q(state=MeetingState.CALLED, ends_at__lte=now)
        ).order_by("-starts_at", "-pk")

    def open_to_all(self) -> "MeetingQuerySet":
        """Meetings that stand on the front page for everybody."""
        return self.filter(is_open=True)

    def visible_to(self, user: User | AnonymousUser, on_day: date) -> "MeetingQuerySet":
        """Meetings a person may know of: open ones, own invitations, own groups'; staff all.

        Drafts are seen only by staff and by those who run them: the board of the group, the cluster board without one.
        """
        if not isinstance(user, User):
            return self.filter(is_open=True).exclude(state=MeetingState.DRAFT)
        return self if user.is_staff else self.known_to(user, on_day)

    def known_to(self, user: User, on_day: date) -> "MeetingQuerySet":
        """Meetings that a person who is not staff may know of."""
        seats = Role.objects.held_on(on_day).filter(affiliation__user=user).values("group_id")
        memberships = Membership.objects.active(on_day).filter(affiliation__user=user).values("group_id")
        belongs = models.Q(invitations__affiliation__isnull=True) | holds_on(on_day, "invitations__affiliation__")
        invited = self.model.objects.filter(
            belongs, invitations__user=user, invitations__withdrawn_at__isnull=True
        ).values("pk")
        called = (
            models.Q(is_open=True) | models.Q(pk__in=invited) | models.Q(group__in=memberships, is_board_only=False)
        )
        cluster_seats = Role.objects.held_on(on_day).filter(affiliation__user=user, group__kind=GroupKind.CLUSTER_BOARD)
        return self.filter(
            models.Q(group__in=seats)
            | models.Q(models.Exists(cluster_seats), group__isnull=True)
            | (called & ~models.Q(state=MeetingState.DRAFT))
        )

    def run_by(self, user: User, on_day: date) -> "MeetingQuerySet":
        """Meetings the person may call, move and cancel as a member of the group's board."""
        return self.filter(group__in=Group.objects.led_by(user, on_day))


class Meeting(Terms):
    """A meeting, with or without a group. ``state`` is assigned in ``meetings.actions`` alone.

    ``uid`` is for life (RFC 5545 3.8.4.7); ``sequence`` rises with every mail that changes the meeting;
    ``answer_floor`` is the sequence at which time or place last changed: older answers are stale.
    """

    group = models.ForeignKey(
        Group, verbose_name=_("group"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(_("state"), max_length=9, choices=MeetingState, default=MeetingState.DRAFT)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    answer_by = models.DateTimeField(_("answer by"), null=True, blank=True)
    send_plan = models.JSONField(_("changes to the plan of mails"), default=dict, blank=True, editable=False)
    round = models.OneToOneField(
        Round, verbose_name=_("round of input"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    # Whom it is for. Read at the call; after that the invitations are the truth.
    audience_groups = models.ManyToManyField(Group, related_name="+", blank=True, verbose_name=_("groups"))
    audience_people = models.ManyToManyField(Affiliation, related_name="+", blank=True, verbose_name=_("people"))
    audience_addresses = models.JSONField(_("addresses without an account"), default=list, blank=True)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    answer_floor = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    called_at = models.DateTimeField(_("called"), null=True, blank=True, editable=False)
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    staff_reason = models.CharField(_("why staff did it"), max_length=200, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True, editable=False)
    cancel_reason = models.CharField(_("reason"), max_length=300, blank=True)

    history = HistoricalRecords(excluded_fields=["changed_at"])
    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="meeting_ends_after_it_starts",
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                violation_error_message=_("The meeting must end after it starts."),
            ),
            models.CheckConstraint(
                name="meeting_answer_by_before_start",
                condition=models.Q(answer_by__isnull=True) | models.Q(answer_by__lte=models.F("starts_at")),
                violation_error_message=_("The answer deadline must come before the meeting starts."),
            ),
            models.CheckConstraint(
                name="meeting_guests_each_within_most",
                condition=models.Q(guests_each__lte=MOST_GUESTS),
            ),
            models.CheckConstraint(
                name="meeting_called_has_time_of_call",
                condition=models.Q(state=MeetingState.DRAFT) | models.Q(called_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "starts_at"], name="meeting_state_start")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meetings:detail", args=[self.pk])

    @property
    def about(self) -> str:
        """The reference under which this meeting's mails lie."""
        return f"meeting:{self.pk}"

    @property
    def is_limited(self) -> bool:
        """True when a yes may have to wait for a place."""
        return self.capacity is not None or self.capacity_per_company is not None

    def has_started(self, now: datetime) -> bool:
        return self.starts_at <= now

    def is_over(self, now: datetime) -> bool:
        return self.ends_at <= now

    def answers_are_open(self, now: datetime) -> bool:
        """Every answer is open until the deadline (or the start)."""
        return self.state == MeetingState.CALLED and now < (self.answer_by or self.starts_at)

    def no_is_open(self, now: datetime) -> bool:
        """Whether a no is taken: until the start."""
        return self.state == MeetingState.CALLED and now < self.starts_at


class AgendaItem(models.Model):
    """One item of the agenda, with its length."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    title = models.CharField(_("item"), max_length=160)
    minutes = models.PositiveSmallIntegerField(
        pgettext_lazy("of time", "minutes"), validators=[MinValueValidator(1), MaxValueValidator(600)], default=15
    )
    speaker = models.CharField(_("who"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title
