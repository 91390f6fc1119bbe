"""Rounds and what came in, to read. Staff see of a writer what the group sees, and nothing of board notes."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from groups import rules
from groups.models import DeskMove, Input, Round, Support, Theme
from members.office import Shown


@admin.register(Round)
class RoundAdmin(Shown):
    """Questions to groups. They open with their meeting."""

    list_display = ("question", "group", "language", "opens_at", "closes_at", "inputs", "board_first")
    list_filter = ("group", "board_first", "language")
    list_select_related = ("group", "created_by")
    search_fields = ("question", "group__name")
    search_help_text = _("Question or group")
    date_hierarchy = "opens_at"
    fields = (
        "group",
        "question",
        "language",
        "opens_at",
        "closes_at",
        "close_hours",
        "room_opens_at",
        "room_closes_at",
        "board_first",
        "inputs",
        "created_by",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Round]:
        rows: QuerySet[Round] = super().get_queryset(request).annotate(input_count=Count("inputs"))
        return rows

    @admin.display(description=_("inputs"), ordering="input_count")
    def inputs(self, row: Round) -> int:
        return int(getattr(row, "input_count", 0))


@admin.register(Theme)
class ThemeAdmin(Shown):
    """Headings that boards gave; the desk is where they change."""

    list_display = ("name", "round", "inputs", "language", "merged_into", "removed_at")
    list_filter = ("language", ("removed_at", admin.EmptyFieldListFilter))
    list_select_related = ("round", "merged_into")
    linked_from = ("round",)
    search_fields = ("name", "round__question", "round__group__name")
    search_help_text = _("Theme, question or group")
    fields = ("round", "name", "language", "position", "inputs", "merged_into", "removed_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Theme]:
        rows: QuerySet[Theme] = super().get_queryset(request).annotate(input_count=Count("inputs"))
        return rows

    @admin.display(description=_("inputs"), ordering="input_count")
    def inputs(self, row: Theme) -> int:
        return int(getattr(row, "input_count", 0))


@admin.register(Input)
class InputAdmin(Shown):
    """What the group may read. Neither search, filters nor order tell more of a writer than the page does."""

    list_display = ("short", "round", "kind", "area", "station", "theme", "writer", "company_shown", "week", "is_late")
    list_display_links = ("short",)
    list_filter = ("station", "kind", "area", "visibility", "is_late", "language")
    list_select_related = ("round", "theme", "author", "company")
    linked_from = ("round", "theme")
    search_fields = ("text", "reply", "round__question", "theme__name")
    search_help_text = _("Words of the input, the question or the theme")
    date_hierarchy = "week"
    ordering = ("-week", "pk")
    export_columns = (
        "text",
        "round",
        "kind",
        "area",
        "station",
        "theme",
        "writer",
        "company_shown",
        "week",
        "is_late",
        "hours_low",
        "hours_high",
        "reply",
    )
    fieldsets = (
        (None, {"fields": ("text", "language", "round", "kind", "area", "week", "is_late")}),
        (_("Who wrote it"), {"fields": ("visibility", "writer", "company_shown")}),
        (_("Cost"), {"fields": ("how_often", "how_long", "how_many", "hours_low", "hours_high")}),
        (_("What became of it"), {"fields": ("station", "theme", "reply", "replied_on")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Input]:
        rows: Any = super().get_queryset(request)
        found: QuerySet[Input] = rows.seen_by_group(on_board=False)
        return found

    @admin.display(description=_("input"))
    def short(self, row: Input) -> str:
        return str(row)

    @admin.display(description=_("writer"))
    def writer(self, row: Input) -> str:
        return rules.byline(row).name

    @admin.display(description=_("company"))
    def company_shown(self, row: Input) -> str:
        return rules.byline(row).company


@admin.register(Support)
class SupportAdmin(Shown):
    """Which companies have the same; not who said so."""

    list_display = ("input", "company", "confirmed", "hours_low", "hours_high")
    list_display_links = ("input",)
    list_filter = ("confirmed",)
    list_select_related = ("input", "company")
    search_fields = ("input__text", "company__name_folded")
    search_help_text = _("Words of the input, or company")
    fields = ("input", "company", "confirmed", "how_often", "how_long", "how_many", "hours_low", "hours_high")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Support]:
        readable = Input.objects.seen_by_group(on_board=False)
        return super().get_queryset(request).filter(input__in=readable)


@admin.register(DeskMove)
class DeskMoveAdmin(Shown):
    """Steps on the desk; the inputs and words they moved are the board's."""

    list_display = ("kind", "round", "actor", "version", "created_at", "undone_at", "undone_by")
    list_filter = ("kind", ("undone_at", admin.EmptyFieldListFilter))
    list_select_related = ("round", "actor", "undone_by")
    linked_from = ("round",)
    search_fields = ("round__question", "round__group__name", "actor__name")
    search_help_text = _("Question, group or person")
    date_hierarchy = "created_at"
    fields = ("round", "kind", "actor", "version", "created_at", "undone_at", "undone_by")
