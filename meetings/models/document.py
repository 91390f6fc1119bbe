"""A file that organisers put with a meeting."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.enums import MediaType
from meetings.models.meeting import Meeting


class MeetingDocumentQuerySet(models.QuerySet["MeetingDocument"]):
    """Questions about documents."""

    def standing(self) -> "MeetingDocumentQuerySet":
        """Not taken away."""
        return self.filter(removed_at__isnull=True)

    def removed(self) -> "MeetingDocumentQuerySet":
        """Taken away, the last first."""
        return self.filter(removed_at__isnull=False).order_by("-removed_at", "-pk")


class MeetingDocument(models.Model):
    """What the file is, what it is called and who put it there. The octets lie under ``key`` (``meetings.files.disk``).

    The row stays when the file is taken away: it says that there was one, and who took it.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="documents")
    title = models.CharField(_("title"), max_length=120)
    file_name = models.CharField(_("file name"), max_length=120)
    media_type = models.CharField(_("kind of file"), max_length=100, choices=MediaType)
    opens_inline = models.BooleanField(_("opens in the browser"), default=False)
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(_("fingerprint"), max_length=64)
    key = models.UUIDField(unique=True, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    uploaded_at = models.DateTimeField(_("added"))
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken away by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    removed_at = models.DateTimeField(_("taken away"), null=True, blank=True)
    staff_reason = models.CharField(_("why staff did it"), max_length=200, blank=True)

    objects = MeetingDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["meeting", "pk"]
        constraints = [
            models.CheckConstraint(name="document_not_empty", condition=models.Q(size__gt=0)),
            models.UniqueConstraint(
                name="document_once", fields=["meeting", "sha256"], condition=models.Q(removed_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.title
