"""A mail that an organiser wrote to some of a meeting's people."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.enums import Selection
from meetings.models.meeting import Meeting
from members.models import Company


class Word(models.Model):
    """What was written, by whom, to which selection. The mails themselves hold no more than its key."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="words")
    selection = models.CharField(_("to whom"), max_length=8, choices=Selection)
    company = models.ForeignKey(
        Company, verbose_name=_("company"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    subject = models.CharField(_("subject"), max_length=120)
    text = models.TextField(_("text"), max_length=4000)
    count = models.PositiveIntegerField(_("number of mails"))
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    sent_at = models.DateTimeField(_("sent"))
    staff_reason = models.CharField(_("why staff did it"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("mail from the organiser")
        verbose_name_plural = _("mails from the organiser")
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return self.subject
