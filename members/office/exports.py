"""Every list of the admin as XLSX and CSV: the rows of the filters and the search on the page, not only its first part."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import display_for_field, label_for_field, lookup_field
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from members.clock import oslo_today
from members.exporting import as_csv, as_xlsx, download

CHUNK = 500


class Exports(admin.ModelAdmin):  # type: ignore[type-arg]
    """Adds the two downloads to a list."""

    export_columns: ClassVar[tuple[str, ...]] = ()
    change_list_template = "admin/office_list.html"

    def get_urls(self) -> list[URLPattern]:
        """The downloads stand before Django's own addresses, which take any word for a key."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        own = path("export/<slug:kind>/", self.admin_site.admin_view(self.export_view), name=name)
        return [own, *super().get_urls()]

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """The whole list as one file."""
        if kind not in {"xlsx", "csv"}:
            raise Http404
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return HttpResponseRedirect(request.path)
        columns = self.export_columns or [str(name) for name in self.get_list_display(request)]
        header = [capfirst(str(label_for_field(name, self.model, self))) for name in columns]
        lines = ([self._plain(name, row) for name in columns] for row in self._all(rows))
        title = str(capfirst(self.opts.verbose_name_plural))
        content = as_xlsx(title, header, lines) if kind == "xlsx" else as_csv(header, lines)
        return download(content, f"{self.opts.model_name}-{oslo_today():%Y-%m-%d}", kind)

    def _all(self, rows: models.QuerySet[Any]) -> Iterator[Any]:
        return rows.iterator(chunk_size=CHUNK)

    def _plain(self, name: str, row: models.Model) -> object:
        """The value as people read it, without marks of the page."""
        try:
            field, _attribute, value = lookup_field(name, row, self)
        except ObjectDoesNotExist:
            return ""
        if isinstance(value, SafeString):
            return strip_tags(value)
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(field, models.Field) and field.flatchoices:
            return display_for_field(value, field, "")
        return value

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With the addresses of the downloads, which keep the list's filters."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_export"
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        exports = [(kind.upper(), reverse(name, args=[kind]) + query) for kind in ("xlsx", "csv")]
        return super().changelist_view(request, {"exports": exports, **(extra_context or {})})
