"""The cluster's own settings: one page, no list."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from members.actions.office import save_settings
from members.forms.office import SettingsForm
from members.models import ClusterSettings
from members.office import Deed, OfficeAdmin

ONLY = "1"


@admin.register(ClusterSettings)
class ClusterSettingsAdmin(OfficeAdmin):
    """Name, looks, office and usual reminders."""

    form = SettingsForm
    editable = (
        "name",
        "board_name",
        "office_name",
        "office_address",
        "office_phone",
        "office_email",
        "ring_colour",
        "station_colour",
        "logo_file",
        "remove_logo",
        "first_reminder_days",
        "last_reminder_days",
    )
    fieldsets = (
        (None, {"fields": ("name", "board_name")}),
        (_("Looks"), {"fields": ("shown_logo", "logo_file", "remove_logo", "ring_colour", "station_colour")}),
        (_("Office"), {"fields": ("office_name", "office_address", "office_phone", "office_email")}),
        (_("Reminders of new meetings"), {"fields": ("first_reminder_days", "last_reminder_days")}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row, or the defaults until staff have saved it."""
        return ClusterSettings.load() if object_id == ONLY else None

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one row, so its page stands for the list."""
        return HttpResponseRedirect(reverse("admin:members_clustersettings_change", args=[ONLY]))

    @admin.display(description=_("logo"))
    def shown_logo(self, row: ClusterSettings) -> SafeString | str:
        if not row.logo:
            return "–"
        return format_html('<img class="tk-logo" src="{}" alt="{}" height="30">', reverse("cluster_logo"), row.name)

    def change_row(self, row: ClusterSettings, deed: Deed) -> None:
        words = dict(deed.words)
        upload, is_taken_away = words.pop("logo_file", None), words.pop("remove_logo", False)
        if upload is not None or is_taken_away:
            words["logo"] = upload
        save_settings(actor=deed.actor, **words)
