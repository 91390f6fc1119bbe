"""What somebody cannot eat. A table of its own: nothing that reads invitations reads it along, and rows are deleted."""

from datetime import date, datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.enums import Answer, MeetingState
from meetings.models.invitation import Invitation
from meetings.models.meeting import Meeting

KEPT_AFTER = timedelta(days=7)


class DietNeedQuerySet(models.QuerySet["DietNeed"]):
    """Questions about what people cannot eat."""

    def for_kitchen(self, meeting: Meeting, on_day: date) -> "DietNeedQuerySet":
        """Of those who are expected at the meeting."""
        return self.filter(invitation__in=meeting.invitations.seated(on_day))

    def without_purpose(self, now: datetime, on_day: date) -> "DietNeedQuerySet":
        """Those the kitchen needs no more: seven days after the meeting, without food or meeting, or of who stays away."""
        over = models.Q(invitation__meeting__ends_at__lte=now - KEPT_AFTER)
        no_food = models.Q(invitation__meeting__serves_food=False)
        cancelled = models.Q(invitation__meeting__state=MeetingState.CANCELLED)
        bound = Invitation.objects.standing().holding(on_day).filter(answer=Answer.YES)
        stays_away = ~models.Q(invitation__in=bound)
        return self.filter(over | no_food | cancelled | stays_away)


class DietNeed(models.Model):
    """Health data: written by the person alone, with consent, for the organisers of that one meeting."""

    invitation = models.OneToOneField(
        Invitation, verbose_name=_("invitation"), on_delete=models.CASCADE, related_name="diet", primary_key=True
    )
    text = models.CharField(_("allergies or dietary needs"), max_length=200)
    consented_at = models.DateTimeField(_("consented"))

    objects = DietNeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("dietary need")
        verbose_name_plural = _("dietary needs")
        constraints = [models.CheckConstraint(name="diet_need_says_something", condition=~models.Q(text=""))]

    def __str__(self) -> str:
        return f"{self.invitation_id}"  # never the words: this is what logs and error pages quote
