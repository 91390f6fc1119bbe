"""Rows of the same app shown on another row's page. Inlines never point to an app on the right."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from members.office.rights import is_office


class ShownInline(admin.TabularInline):  # type: ignore[type-arg]
    """A table to read, each line with a link to its own page."""

    template = "admin/office_inline.html"
    extra = 0
    can_delete = False
    related: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.select_related(*self.related) if self.related else rows

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_office(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
