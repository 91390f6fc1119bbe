"""Buttons of the admin: each runs one verb of ``actions``, on a row's page or on the chosen rows of a list."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import quote, unquote
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from members.errors import Refused
from members.models import User
from members.office.rights import is_office, staff_of

Words = str | Promise
NAMED_ROWS = 20
CONFIRMED = "confirmed"


class Ask(forms.Form):
    """What a verb asks before it runs. ``row`` is the one it is about, or None for several of a list."""

    required_css_class = "required"

    def __init__(self, *args: Any, row: models.Model | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row


@dataclass(frozen=True, kw_only=True)
class Deed:
    """Who acts, when, and what they wrote in the verb's form."""

    actor: User
    now: datetime
    words: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Verb:
    """A button. ``run`` calls the action and answers False when it changed nothing; ``allowed`` says when it is shown.

    With a ``warning`` or a ``form`` the button leads to a page that asks first.
    """

    name: str
    label: Words
    run: Callable[[Any, Deed], object]
    allowed: Callable[[Any, User], bool]
    form: type[Ask] | None = None
    warning: Words = ""
    in_lists: bool = True

    @property
    def asks(self) -> bool:
        return bool(self.form or self.warning)


class Verbs(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows the verbs of a model and runs them. What is refused becomes a message, and nothing is written."""

    verbs: ClassVar[Sequence[Verb]] = ()
    change_form_template = "admin/office_form.html"

    def get_urls(self) -> list[URLPattern]:
        """One address for each verb of a row, before Django's own, which take any word for a key."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_verb"
        view = self.admin_site.admin_view(self.verb_view)
        return [path("<path:object_id>/do/<slug:name>/", view, name=name), *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The verbs that make sense for several rows stand in the list's menu."""
        found: dict[str, Any] = dict(super().get_actions(request))
        if is_office(request):
            for verb in self.verbs:
                if verb.in_lists:
                    found[verb.name] = (_for_lists(verb), verb.name, verb.label)
        return found

    def verb_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Ask by GET where the verb asks, act by POST, and go back to the row."""
        staff_of(request)
        verb = next((verb for verb in self.verbs if verb.name == name), None)
        row = self.get_object(request, unquote(object_id))
        if verb is None or row is None:
            raise Http404
        form = _form_of(verb, request, row)
        if request.method == "POST" and (form is None or form.is_valid()):
            back = self.row_address(row)
            self.perform(request, verb, [row], form)
            return redirect(back if row.pk is not None else self.list_address())
        return self.ask(request, verb, [row], form, back=self.row_address(row))

    def row_address(self, row: models.Model) -> str:
        """The row's page in the admin."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[quote(row.pk)])

    def list_address(self) -> str:
        """The list's page in the admin."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def words_of(self, row: models.Model) -> str:
        """How a message names the row."""
        return str(row)

    def ask(
        self,
        request: HttpRequest,
        verb: Verb,
        rows: Sequence[models.Model],
        form: Ask | None,
        *,
        back: str,
        hidden: Sequence[tuple[str, object]] = (),
    ) -> HttpResponse:
        """The page before the deed: what it is, about which rows, and what it wants to know."""
        context = {
            **self.admin_site.each_context(request),
            "title": verb.label,
            "opts": self.opts,
            "verb": verb,
            "rows": rows[:NAMED_ROWS],
            "more": max(0, len(rows) - NAMED_ROWS),
            "form": form,
            "media": self.media + (form.media if form else forms.Media()),
            "back": back,
            "hidden": hidden,
        }
        return TemplateResponse(request, "admin/office_ask.html", context)

    def perform(self, request: HttpRequest, verb: Verb, rows: Sequence[models.Model], form: Ask | None) -> None:
        """Run the verb on each row by itself; tell what was done, and for each other row why not."""
        deed = Deed(actor=staff_of(request), now=timezone.now(), words=form.cleaned_data if form else {})
        done = []
        for row in rows:
            name, key = self.words_of(row), row.pk
            refusal = _why_not(verb, row, deed)
            if refusal is None:
                done.append(name)
                self._note(request, verb, row, key)
            else:
                self.message_user(request, f"{name}: {refusal}", messages.ERROR)
        if done:
            self.message_user(request, _done(verb, done), messages.SUCCESS)

    def _note(self, request: HttpRequest, verb: Verb, row: models.Model, key: object) -> None:
        """A line in the admin's log, in English for whoever reads it; not for a row that is gone."""
        if row.pk == key:
            with override("en"):
                words = str(verb.label)
            self.log_change(request, row, words)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        change: bool = False,  # noqa: FBT001, FBT002
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """The row's page with the buttons that its state allows."""
        if obj is not None and not add:
            context["verbs"] = self._buttons(request, obj)
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def _buttons(self, request: HttpRequest, row: models.Model) -> list[tuple[Verb, str]]:
        if not is_office(request) or row.pk is None:
            return []
        actor = staff_of(request)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_verb"
        return [
            (verb, reverse(name, args=[quote(row.pk), verb.name])) for verb in self.verbs if verb.allowed(row, actor)
        ]


def _done(verb: Verb, names: Sequence[str]) -> str:
    if len(names) == 1:
        return _("%(verb)s: done for %(row)s.") % {"verb": verb.label, "row": names[0]}
    words = ngettext("%(verb)s: done for %(count)d row.", "%(verb)s: done for %(count)d rows.", len(names))
    return words % {"verb": verb.label, "count": len(names)}


def _form_of(verb: Verb, request: HttpRequest, row: models.Model | None) -> Ask | None:
    if verb.form is None:
        return None
    return verb.form(request.POST, row=row) if request.method == "POST" else verb.form(row=row)


def _why_not(verb: Verb, row: models.Model, deed: Deed) -> str | None:
    """Run the verb; None when it did something, else the words for the person who tried."""
    if not verb.allowed(row, deed.actor):
        return _("This cannot be done in the state it is in.")
    try:
        with transaction.atomic():
            outcome = verb.run(row, deed)
    except Refused as refusal:
        return str(refusal)
    return _("Nothing was changed: it had been done before.") if outcome is False else None


def _for_lists(verb: Verb) -> Callable[[Verbs, HttpRequest, "models.QuerySet[Any]"], HttpResponse | None]:
    """The verb as an action of Django's list; where it asks, on a page of its own first."""

    def act(office: Verbs, request: HttpRequest, queryset: "models.QuerySet[Any]") -> HttpResponse | None:
        rows = list(queryset)
        form = None
        if verb.asks:
            is_confirmed = CONFIRMED in request.POST
            if verb.form is not None:
                form = verb.form(request.POST) if is_confirmed else verb.form()
            if not is_confirmed or (form is not None and not form.is_valid()):
                hidden = [("action", verb.name), (CONFIRMED, 1)]
                hidden += [("select_across", request.POST.get("select_across", "0"))]
                hidden += [(ACTION_CHECKBOX_NAME, row.pk) for row in rows]
                return office.ask(request, verb, rows, form, back=request.get_full_path(), hidden=hidden)
        office.perform(request, verb, rows, form)
        return None

    return act
