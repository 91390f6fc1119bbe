"""Minutes and what is to be done, for the office to look at. They are written and approved on the portal's own pages."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from meetings.models import ActionItem, Minutes, MinutesVersion
from members.office import Shown


@admin.register(Minutes)
class MinutesAdmin(Shown):
    """Which meetings have minutes, and who approved them."""

    list_display = ("meeting", "version", "published_version", "published_at", "published_by")
    list_display_links = ("meeting",)
    list_filter = (("published_at", admin.EmptyFieldListFilter),)
    list_select_related = ("meeting", "published_by")
    linked_from = ("meeting",)
    search_fields = ("meeting__title",)
    search_help_text = _("Meeting")
    date_hierarchy = "published_at"
    fields = (
        "meeting",
        "version",
        "published_version",
        "first_published_at",
        "published_at",
        "published_by",
        "staff_reason",
    )


@admin.register(MinutesVersion)
class MinutesVersionAdmin(Shown):
    """Every version as it was saved; its words are read on the meeting's page."""

    list_display = ("meeting", "number", "author", "created_at")
    list_display_links = ("meeting",)
    list_filter = ("created_at",)
    list_select_related = ("minutes__meeting", "author")
    linked_from = ("minutes",)
    search_fields = ("minutes__meeting__title", "author__name")
    search_help_text = _("Meeting or person")
    date_hierarchy = "created_at"
    fields = ("meeting", "number", "author", "created_at")

    @admin.display(description=_("meeting"), ordering="minutes__meeting")
    def meeting(self, row: MinutesVersion) -> str:
        return row.minutes.meeting.title


@admin.register(ActionItem)
class ActionItemAdmin(Shown):
    """What meetings found must be done."""

    list_display = ("what", "meeting", "person", "due_on", "done_at", "done_by")
    list_display_links = ("what",)
    list_filter = (("done_at", admin.EmptyFieldListFilter), "due_on")
    list_select_related = ("meeting", "responsible__user", "done_by")
    linked_from = ("meeting",)
    search_fields = ("what", "meeting__title", "responsible__user__name")
    search_help_text = _("What, meeting or person")
    date_hierarchy = "due_on"
    fields = ("what", "meeting", "person", "due_on", "done_at", "done_by")

    @admin.display(description=_("who"), ordering="responsible__user__name")
    def person(self, row: ActionItem) -> str:
        return row.responsible.user.display_name if row.responsible else "–"
