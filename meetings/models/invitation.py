"""Who is invited, what they answered, who came."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from groups.models.core import holds_on
from meetings.enums import Answer, Attendance, MeetingState, NotedBy, Road
from meetings.models.meeting import Meeting
from meetings.models.terms import MOST_GUESTS
from members.folding import fold_name
from members.models import Affiliation, User

if TYPE_CHECKING:
    from meetings.models.diet import DietNeed

NAMES_KEPT_AFTER = timedelta(days=7)  # of guests, after the meeting


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Questions about invitations."""

    def standing(self) -> "InvitationQuerySet":
        """Not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def holding(self, on_day: date) -> "InvitationQuerySet":
        """Those that still bind: guests' own, and those whose tie to the company holds on the day."""
        return self.filter(models.Q(affiliation__isnull=True) | holds_on(on_day))

    def placed(self) -> "InvitationQuerySet":
        """Those who said yes and have a place."""
        return self.standing().filter(answer=Answer.YES, queued_at__isnull=True)

    def seated(self, on_day: date) -> "InvitationQuerySet":
        """Those who are expected: whoever has left the company has a place no more."""
        return self.placed().holding(on_day)

    def run_out(self, now: datetime) -> "InvitationQuerySet":
        """Those whose seat was held until a time that has passed, and who have not confirmed."""
        coming = self.placed().filter(meeting__state=MeetingState.CALLED, meeting__starts_at__gt=now)
        return coming.filter(confirm_by__lte=now).order_by("confirm_by", "pk")

    def queued(self, on_day: date) -> "InvitationQuerySet":
        """The waiting list, first come first."""
        waiting = self.standing().holding(on_day).filter(answer=Answer.YES, queued_at__isnull=False)
        return waiting.order_by("queued_at", "pk")

    def with_old_guests(self, now: datetime) -> "InvitationQuerySet":
        """Those with names of guests at a meeting that has been over for some days."""
        return self.filter(guest_count__gt=0, meeting__ends_at__lte=now - NAMES_KEPT_AFTER).exclude(guest_names=[])

    def people(self) -> int:
        """How many people that is, with the guests they bring."""
        return int(self.aggregate(n=models.Count("pk") + Coalesce(models.Sum("guest_count"), 0))["n"])

    def company_keys(self) -> dict[int, str]:
        """By invitation, for which company it counts: the top one, by its folded name, as guests write it; "" for none."""
        return {pk: key for pk, (key, _people) in self.company_parties().items()}

    def company_parties(self) -> dict[int, tuple[str, int]]:
        """By invitation, for which company it counts, and how many people it is."""
        company = "affiliation__company__"
        own = models.F(f"{company}name_folded")
        top = models.Case(
            models.When(**{f"{company}counts_by_itself": True}, then=own),
            default=Coalesce(f"{company}parent__name_folded", own),
        )
        rows = self.annotate(top_company=top).values_list("pk", "top_company", "company_name", "guest_count")
        return {pk: (name or fold_name(written), 1 + guests) for pk, name, written, guests in rows}

    def asked(self) -> "InvitationQuerySet":
        """Those whose answer is missing, or was given to a time or place that has changed since."""
        missing = models.Q(answer=Answer.NONE)
        return self.filter(missing | models.Q(answered_sequence__lt=models.F("meeting__answer_floor")))

    def unanswered(self) -> "InvitationQuerySet":
        """Those who have yet to answer the meeting as it is now."""
        return self.standing().asked()

    def of(self, user: User, on_day: date) -> "InvitationQuerySet":
        """A person's own, as long as they belong where they were invited from."""
        return self.standing().holding(on_day).filter(user=user)

    def waiting_for(self, user: User, now: datetime, on_day: date) -> "InvitationQuerySet":
        """Invitations that wait for this person's answer."""
        return (
            self.of(user, on_day)
            .asked()
            .filter(meeting__state=MeetingState.CALLED, meeting__starts_at__gt=now)
            .filter(models.Q(meeting__answer_by__isnull=True) | models.Q(meeting__answer_by__gt=now))
        )

    def for_display(self) -> "InvitationQuerySet":
        """With person and company, by company."""
        return self.select_related("user", "affiliation__company").order_by(
            "affiliation__company__name_folded", "user__name", "pk"
        )


class Invitation(models.Model):
    """One per meeting and person. The answer is assigned in ``meetings.actions`` alone; newest wins, all are logged."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="invitations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    affiliation = models.ForeignKey(Affiliation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    company_name = models.CharField(_("company, for guests"), max_length=120, blank=True)
    invited_at = models.DateTimeField(_("invited"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=5, choices=Answer, default=Answer.NONE)
    queued_at = models.DateTimeField(_("on the waiting list since"), null=True, blank=True)
    # Moved up close to the meeting: the seat is held until then, and goes to the next unless the person confirms
    confirm_by = models.DateTimeField(_("held until"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_via = models.CharField(_("how"), max_length=8, choices=Road, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_sequence = models.PositiveIntegerField(default=0, editable=False)
    comment = models.CharField(_("word to the organiser"), max_length=500, blank=True)
    # Guests whom the person brings. Their names go some days after the meeting; how many they were stays
    guest_count = models.PositiveSmallIntegerField(_("guests"), default=0, validators=[MaxValueValidator(MOST_GUESTS)])
    guest_names = models.JSONField(_("names of guests"), default=list, blank=True)
    attendance = models.CharField(_("attendance"), max_length=10, choices=Attendance, default=Attendance.UNKNOWN)
    # When it was noted, which may be earlier than when a device without network told us; the newest note stands
    attendance_at = models.DateTimeField(_("attendance noted"), null=True, blank=True)
    attendance_by = models.CharField(_("attendance noted by"), max_length=5, choices=NotedBy, blank=True)
    # A visitor that a device wrote down without network, and may tell us of more than once
    door_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    handed_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    # The organiser's address in the mails about this invitation; kept, for calendars take another one for another meeting
    identity = models.ForeignKey(
        "CalendarIdentity", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    link_version = models.PositiveSmallIntegerField(default=1, editable=False)
    sent_sequence = models.PositiveIntegerField(default=0, editable=False)
    last_mailed_at = models.DateTimeField(_("last mail"), null=True, blank=True, editable=False)
    reminders_sent = models.PositiveSmallIntegerField(_("reminders"), default=0, editable=False)
    practical_sent_at = models.DateTimeField(_("practical mail"), null=True, blank=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["meeting", "pk"]
        constraints = [
            models.UniqueConstraint(name="invitation_one_per_person", fields=["meeting", "user"]),
            models.CheckConstraint(
                name="invitation_only_yes_queues",
                condition=models.Q(queued_at__isnull=True) | models.Q(answer=Answer.YES),
            ),
            models.CheckConstraint(
                name="invitation_only_yes_brings_guests",
                condition=models.Q(guest_count=0) | models.Q(answer=Answer.YES, guest_count__lte=MOST_GUESTS),
            ),
            models.CheckConstraint(
                name="invitation_only_a_seat_is_held",
                condition=models.Q(confirm_by__isnull=True) | models.Q(answer=Answer.YES, queued_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["confirm_by"], name="invitation_confirm_by", condition=models.Q(confirm_by__isnull=False)
            ),
            models.Index(fields=["meeting", "answer", "queued_at"], name="invitation_meeting_answer"),
            models.Index(fields=["user", "answer"], name="invitation_user_answer"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.user}"

    @property
    def people(self) -> int:
        """The person and the guests they bring: they sit together or wait together."""
        return 1 + self.guest_count

    @property
    def guest_lines(self) -> list[str]:
        """A line for each guest, to be ticked; without a name once those are deleted."""
        return self.guest_names or ["–"] * self.guest_count

    @property
    def diet_need(self) -> "DietNeed | None":
        """What the person has told the kitchen, if anything. A query, unless it was selected along."""
        return getattr(self, "diet", None)

    @property
    def ref(self) -> str:
        """How mail rows name this invitation."""
        return f"invitation:{self.pk}"

    @property
    def answered_for_by(self) -> User | None:
        """Who answered for the person; None for the person's own answer."""
        is_own = self.answered_via != Road.BEHALF or self.answered_by_id == self.user_id
        return None if is_own else self.answered_by

    def is_stale_for(self, meeting: Meeting) -> bool:
        """True when the answer was given to an earlier time or place. A seat and a queue place are kept all the same."""
        return self.answer != Answer.NONE and self.answered_sequence < meeting.answer_floor

    @property
    def has_seat(self) -> bool:
        return self.answer == Answer.YES and self.queued_at is None and self.withdrawn_at is None


class AnswerChange(models.Model):
    """One answer, as it came. Rows are only added."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="changes")
    answer = models.CharField(_("answer"), max_length=5, choices=Answer)
    via = models.CharField(_("how"), max_length=8, choices=Road)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("change of answer")
        verbose_name_plural = _("changes of answers")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.invitation}: {self.answer}"
