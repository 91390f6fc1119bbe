"""Projects as the office sees them: the board of the project's group steers them, on the portal's own pages."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members.office import Shown
from members.office.inlines import ShownInline
from projects.models import Participation, Project


class ParticipationInline(ShownInline):
    """Which companies take part."""

    model = Participation
    fields = ("company", "kind", "joined_on", "left_on")
    related = ("company", "project")


@admin.register(Project)
class ProjectAdmin(Shown):
    """Joint projects and where they came from."""

    list_display = ("title", "group", "theme", "owner", "state", "companies", "created_at", "started_on", "ended_on")
    list_filter = ("state", "language")
    list_select_related = ("group", "theme", "owner", "created_by")
    linked_from = ("group", "theme")
    search_fields = ("title", "aim", "group__name", "owner__name_folded")
    search_help_text = _("Title, aim, group or owner")
    date_hierarchy = "created_at"
    inlines = (ParticipationInline,)
    fieldsets = (
        (None, {"fields": ("title", "slug", "aim", "language", "state")}),
        (_("Where it comes from"), {"fields": ("group", "theme", "owner")}),
        (_("Trace"), {"fields": ("created_by", "created_at", "started_on", "ended_on")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Project]:
        rows: QuerySet[Project] = super().get_queryset(request).with_figures()  # type: ignore[attr-defined]
        return rows

    @admin.display(description=_("companies"), ordering="companies")
    def companies(self, row: Project) -> int:
        return int(getattr(row, "companies", 0))


@admin.register(Participation)
class ParticipationAdmin(Shown):
    """Companies in projects, now and before."""

    list_display = ("company", "project", "kind", "joined_on", "left_on")
    list_filter = ("kind", ("left_on", admin.EmptyFieldListFilter))
    list_select_related = ("company", "project")
    linked_from = ("project", "company")
    search_fields = ("company__name_folded", "project__title")
    search_help_text = _("Company or project")
    date_hierarchy = "joined_on"
    fields = ("project", "company", "kind", "joined_on", "left_on")
