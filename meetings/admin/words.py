"""Mails that organisers wrote, for the office to look at."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from meetings.models import Word
from members.office import Shown


@admin.register(Word)
class WordAdmin(Shown):
    """Who wrote what to whom."""

    list_display = ("subject", "meeting", "selection", "company", "count", "sent_by", "sent_at")
    list_display_links = ("subject",)
    list_filter = ("selection",)
    list_select_related = ("meeting", "company", "sent_by")
    linked_from = ("meeting",)
    search_fields = ("subject", "meeting__title", "sent_by__name")
    search_help_text = _("Subject, meeting or person")
    date_hierarchy = "sent_at"
    fields = ("meeting", "selection", "company", "subject", "text", "count", "sent_by", "sent_at", "staff_reason")
