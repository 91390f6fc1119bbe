"""Templates of meetings, for the office to look at."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from meetings.models import MeetingTemplate
from members.office import Shown


@admin.register(MeetingTemplate)
class MeetingTemplateAdmin(Shown):
    """Every group's templates, and those for all. They are made on a meeting's page, and renamed and taken away among the
    group's templates.
    """

    list_display = ("name", "group", "kind", "title", "minutes", "created_by", "created_at")
    list_display_links = ("name",)
    list_filter = (("group", admin.EmptyFieldListFilter), "kind", "language")
    list_select_related = ("group", "created_by")
    linked_from = ("group",)
    search_fields = ("name", "title", "group__name")
    search_help_text = _("Name, title or group")
    date_hierarchy = "created_at"
    fields = (
        "name",
        "group",
        "kind",
        "title",
        "language",
        "starts",
        "minutes",
        "venue",
        "online_url",
        "description",
        "practical",
        "capacity",
        "capacity_per_company",
        "guests_each",
        "serves_food",
        "answer_days",
        "answer_clock",
        "reminder_days",
        "is_open",
        "is_board_only",
        "audience_own_group",
        "audience_board",
        "audience_all_companies",
        "round_question",
        "created_by",
        "created_at",
    )
