"""The admin of one model as the office knows it: everybody on staff looks, and only the app's own verbs write."""

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from simple_history.admin import SimpleHistoryAdmin

from members.errors import Refused
from members.office.exports import Exports
from members.office.names import name_columns
from members.office.rights import is_office, staff_of
from members.office.verbs import Deed, Verbs

REFUSAL = "_office_refusal"
# What may follow a filter's field in an address; keys of other tables and secrets cannot be asked for.
LOOKUPS = frozenset(
    {"", "exact", "in", "isnull", "isempty", "gte", "gt", "lt", "lte", "year", "month", "day", "id__exact"}
)


class Shown(Exports, admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that staff look at, search, filter and take out as a sheet. Nothing is added, changed or removed."""

    list_per_page = 50
    show_full_result_count = False
    names_people: ClassVar[bool] = False
    linked_from: ClassVar[tuple[str, ...]] = ()

    def __init__(self, model: type[models.Model], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        name_columns(model)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_office(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_office(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """With what a row's own words need, so that lists, look-ups and pages cost the same for many as for few."""
        rows = super().get_queryset(request)
        related = self.list_select_related
        return rows.select_related(*related) if isinstance(related, list | tuple) and related else rows

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Tables to read stand on the page of a row that is there; nothing of them is ever sent back."""
        return super().get_inlines(request, obj) if obj is not None and request.method == "GET" else []

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what the page itself offers; Django would let an address ask for any column of the row."""
        for name in self._filtered(request):
            if lookup == name or (lookup.startswith(f"{name}__") and lookup.removeprefix(f"{name}__") in LOOKUPS):
                return True
        return False

    def _filtered(self, request: HttpRequest) -> list[str]:
        names = [self.date_hierarchy] if self.date_hierarchy else []
        for entry in self.get_list_filter(request):
            first: Any = entry[0] if isinstance(entry, list | tuple) else entry
            names.append(first if isinstance(first, str) else first.parameter_name)
        return [*names, *self.linked_from]

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        return self._log(request, obj, ADDITION, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        return self._log(request, obj, CHANGE, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> list[LogEntry]:
        return [self._log(request, row, DELETION, "") for row in queryset]

    def _log(self, request: HttpRequest, row: models.Model, flag: int, message: Any) -> LogEntry:
        """One line of the admin's log. It outlives people, so rows that name one are named by their number."""
        words = f"{self.opts.verbose_name} {row.pk}" if self.names_people else str(row)
        return LogEntry.objects.create(
            user_id=staff_of(request).pk,
            content_type=ContentType.objects.get_for_model(row, for_concrete_model=False),
            object_id=row.pk,
            object_repr=words[:200],
            action_flag=flag,
            change_message=message if isinstance(message, str) else json.dumps(message),
        )


class OfficeAdmin(Verbs, Shown):
    """Rows that staff add and change, each through a verb.

    A subclass names what may be written when a row is added (``addable``) and later (``editable``), and says which
    verb does it (``add_row``, ``change_row``). Everything else on the page is read-only, whatever the browser sends.
    """

    addable: ClassVar[tuple[str, ...]] = ()
    editable: ClassVar[tuple[str, ...]] = ()
    add_form: "ClassVar[type[forms.ModelForm[Any]] | None]" = None
    add_fieldsets: ClassVar[Sequence[tuple[Any, dict[str, Any]]]] = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(self.addable) and is_office(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.editable) and is_office(request)

    def add_row(self, form: Any, deed: Deed) -> models.Model:
        """Make the row by its verb; ``deed.words`` are the form's."""
        raise PermissionDenied

    def change_row(self, row: Any, deed: Deed) -> None:
        """Change the row by its verb; ``deed.words`` are what differs."""
        raise PermissionDenied

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None and self.addable:
            return self.add_fieldsets or [(None, {"fields": self.addable})]
        return super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """All that is shown and not named as writable."""
        if obj is None:
            return []
        return [name for name in flatten_fieldsets(self.get_fieldsets(request, obj)) if name not in self.editable]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """The form; after a refusal one that says so and keeps what was typed."""
        if obj is None and self.add_form is not None:
            kwargs["form"] = self.add_form
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, REFUSAL, None)
        return form if refusal is None else _refused(form, refusal)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """A refused verb has written nothing; the form is shown again with the verb's words."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refusal:
            setattr(request, REFUSAL, str(refusal))
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Hand over to the verb; the form's own object is never saved."""
        names = form.changed_data if change else form.cleaned_data
        words = {name: form.cleaned_data[name] for name in names if name in form.cleaned_data}
        deed = Deed(actor=staff_of(request), now=timezone.now(), words=words)
        if change:
            if words:
                self.change_row(obj, deed)
            return
        row = self.add_row(form, deed)
        obj.pk, obj._state.adding = row.pk, False  # noqa: SLF001 - the form's object becomes the row that was made
        obj.refresh_from_db()


def _refused(form: Any, words: str) -> Any:
    """The same form, which says why it was refused."""

    class Refusing(form):  # type: ignore[misc]
        def clean(self) -> Any:
            super().clean()
            raise ValidationError(words)

    return Refusing


class HistoryAdmin(OfficeAdmin, SimpleHistoryAdmin):  # type: ignore[misc]
    """With the row's history, to read. Going back to an earlier version would pass the verbs by, so nobody can."""

    def has_change_history_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_history_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_office(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """An old version is read-only as a whole."""
        if _is_past(request):
            return list(flatten_fieldsets(self.get_fieldsets(request, obj)))
        return super().get_readonly_fields(request, obj)

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One earlier version, by GET alone."""
        if request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        response: HttpResponse = super().history_form_view(request, object_id, version_id, extra_context)
        return response


def _is_past(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and (match.url_name or "").endswith("_simple_history")
