"""Documents of meetings, for the office to look at. They are added and taken away on the meeting's own page."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from meetings.models import MeetingDocument
from members.office import Shown


@admin.register(MeetingDocument)
class MeetingDocumentAdmin(Shown):
    """Who put what with which meeting, and who took it away. The file itself is read on the meeting's page."""

    list_display = ("title", "meeting", "media_type", "size", "uploaded_by", "uploaded_at", "removed_at")
    list_display_links = ("title",)
    list_filter = (("removed_at", admin.EmptyFieldListFilter), "media_type")
    list_select_related = ("meeting", "uploaded_by")
    linked_from = ("meeting",)
    search_fields = ("title", "file_name", "meeting__title", "uploaded_by__name")
    search_help_text = _("Title, meeting or person")
    date_hierarchy = "uploaded_at"
    fields = (
        "meeting",
        "title",
        "file_name",
        "media_type",
        "size",
        "sha256",
        "uploaded_by",
        "uploaded_at",
        "removed_by",
        "removed_at",
        "staff_reason",
    )
