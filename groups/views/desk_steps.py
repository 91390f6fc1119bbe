"""The verbs of the desk: one address each. A late step that others have touched is answered 409 with both sides."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from groups import desk_access
from groups.actions import desk as actions
from groups.desk_forms import KeepForm, ThemeForm, WordsForm
from groups.desk_words import deed_of, theme_names, told
from groups.models import DeskMove, Group, Input, Round, Theme
from groups.views.desk import reader, seen_version
from members.errors import Refused

NOT_SHOWN = {"csrfmiddlewaretoken", "version"}
Deed = Callable[[], DeskMove | Theme | None]


@dataclass(frozen=True, slots=True)
class Ask:
    """The page that asks for what a step needs: a name, words, or which one to keep."""

    title: str
    lead: str
    button: str
    path: str


def desk_path(found: Round, filters: str = "") -> str:
    """The desk of a round as the person had filtered it."""
    query = QueryDict(filters, mutable=True)
    query["round"] = str(found.pk)
    return f"{reverse('groups:desk', args=[found.group.slug])}?{query.urlencode()}"


def _back(request: HttpRequest, found: Round) -> HttpResponse:
    return redirect(desk_path(found, request.POST.get("filters", "")[:500]))


def _start(request: HttpRequest, slug: str) -> tuple[Group, Round]:
    group = desk_access.group_at_desk(request.user, slug)
    return group, desk_access.round_at_desk(group, request.POST.get("round", ""))


def seen_by(request: HttpRequest) -> dict[str, Any]:
    """What every step is told about who, when, and which desk they saw."""
    return {
        "actor": reader(request),
        "now": timezone.now(),
        "version": seen_version(request.POST.get("version", "")),
    }


def take(request: HttpRequest, found: Round, deed: Deed) -> HttpResponse:
    """Take a step and go back to the desk, with what it did and what others did meanwhile."""
    try:
        deed()
    except actions.StaleDesk as error:
        return conflict(request, found, error)
    except actions.CarriedOn as error:
        messages.error(request, str(error))
        return _back(request, found)
    _tell(request, found)
    return _back(request, found)


def _tell(request: HttpRequest, found: Round) -> None:
    """The person's own step with its Undo, and what others did since the page was made."""
    moves = list(DeskMove.objects.filter(round=found).since(seen_version(request.POST.get("version", ""))))
    names = theme_names(moves)
    mine = [move for move in moves if move.actor_id == reader(request).pk and not move.undone_at]
    others = [move for move in moves if reader(request).pk not in (move.actor_id, move.undone_by_id)]
    if mine:
        words = _("You %(deed)s.") % {"deed": deed_of(mine[-1], names)}
        path = reverse("groups:desk_undo", args=[found.group.slug, mine[-1].pk])
        messages.success(request, words, extra_tags=f"undo:{path}")
    if others:
        told_others = ". ".join(told(move, names, reader(request)) for move in others[-3:])
        messages.info(request, _("Meanwhile: %(steps)s.") % {"steps": told_others})


def conflict(request: HttpRequest, found: Round, error: actions.StaleDesk) -> HttpResponse:
    """409: what others did, and the person's own step with every word of it, to be sent again."""
    names = theme_names(error.moves)
    found.refresh_from_db(fields=["desk_version"])
    fields = [(name, value) for name, values in request.POST.lists() if name not in NOT_SHOWN for value in values]
    gone = {str(item.pk) for item in error.gone}
    fields = [(name, value) for name, value in fields if name != "input" or value not in gone]
    ids = [value for name, value in fields if name == "input"]
    return render(
        request,
        "groups/desk_conflict.html",
        {
            "group": found.group,
            "round": found,
            "steps": [(told(move, names, reader(request)), _words_of(move)) for move in error.moves],
            "gone": error.gone,
            "inputs": Input.objects.filter(round=found, pk__in=ids),
            "hidden": [(name, value) for name, value in fields if name not in {"words", "name"}],
            "words": request.POST.get("words"),
            "name": request.POST.get("name"),
            "path": request.path,
            "back": desk_path(found, request.POST.get("filters", "")[:500]),
        },
        status=409,
    )


def _words_of(move: DeskMove) -> str:
    """What the other one wrote to the writers."""
    return next((state["reply"] for state in move.after["inputs"].values() if state["reply"]), "")


def _chosen(request: HttpRequest, found: Round) -> list[Input]:
    chosen = desk_access.inputs_at_desk(found, request.POST.getlist("input"))
    if not chosen:
        messages.warning(request, _("Choose one or more slips first."))
    return chosen


def _ask(request: HttpRequest, found: Round, inputs: Sequence[Input], form: forms.Form, ask: Ask) -> HttpResponse:
    context: Mapping[str, Any] = {
        "group": found.group,
        "round": found,
        "inputs": inputs,
        "form": form,
        "ask": ask,
        "version": seen_version(request.POST.get("version", "")),
        "filters": request.POST.get("filters", ""),
        "anonymous": sum(1 for item in inputs if item.visibility == "anonymous"),
        "back": desk_path(found, request.POST.get("filters", "")[:500]),
    }
    return render(request, "groups/desk_step.html", context)


@login_required
@require_POST
def place(request: HttpRequest, slug: str) -> HttpResponse:
    _group, found = _start(request, slug)
    inputs, to = _chosen(request, found), request.POST.get("theme", "")
    if inputs and not to:
        messages.warning(request, _("Choose where the slips go."))
    if not inputs or not to:
        return _back(request, found)
    theme = None if to == "none" else _theme_of(found, to)
    return take(request, found, lambda: actions.place_inputs(found, inputs=inputs, theme=theme, **seen_by(request)))


def _theme_of(found: Round, pk: str) -> Theme:
    theme = Theme.objects.filter(round=found, pk=pk).first() if pk.isdecimal() and len(pk) < 18 else None
    if theme is None:
        raise Http404
    return theme


@login_required
@require_POST
def release(request: HttpRequest, slug: str) -> HttpResponse:
    _group, found = _start(request, slug)
    inputs = _chosen(request, found)
    if not inputs:
        return _back(request, found)
    return take(request, found, lambda: actions.release_inputs(found, inputs=inputs, **seen_by(request)))


@login_required
@require_POST
def new_theme(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a theme: of the chosen slips, or an empty one."""
    _group, found = _start(request, slug)
    inputs = desk_access.inputs_at_desk(found, request.POST.getlist("input"))
    form = ThemeForm(request.POST if "name" in request.POST else None)
    ask = Ask(
        _("A theme of its own"),
        _("The chosen slips move to the new theme. Their words stay as they are.") if inputs else "",
        _("Make the theme"),
        request.path,
    )
    if not form.is_valid():
        return _ask(request, found, inputs, form, ask)
    name = form.cleaned_data["name"]

    def deed() -> Theme:
        if inputs:
            return actions.split_theme(found, inputs=inputs, name=name, **seen_by(request))
        return actions.create_theme(found, name=name, **seen_by(request))

    try:
        return take(request, found, deed)
    except actions.NameTaken as error:
        form.add_error("name", str(error))
        return _ask(request, found, inputs, form, ask)


@login_required
@require_POST
def park(request: HttpRequest, slug: str) -> HttpResponse:
    lead = _("The slips leave their theme for now. They can be taken up again later.")
    return _decide(request, slug, actions.park_inputs, Ask(_("Park, because …"), lead, _("Park"), request.path))


@login_required
@require_POST
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    lead = _("Say why this is not taken further, so that whoever wrote can understand it.")
    ask = Ask(_("Not taken on, because …"), lead, _("Send the answer"), request.path)
    return _decide(request, slug, actions.answer_inputs, ask)


def _decide(request: HttpRequest, slug: str, verb: Callable[..., DeskMove | None], ask: Ask) -> HttpResponse:
    _group, found = _start(request, slug)
    inputs = _chosen(request, found)
    if not inputs:
        return _back(request, found)
    if any(item.author_id == reader(request).pk for item in inputs):
        raise actions.OwnInput
    form = WordsForm(request.POST if "words" in request.POST else None)
    if not form.is_valid():
        return _ask(request, found, inputs, form, ask)
    words = form.cleaned_data["words"]
    return take(request, found, lambda: verb(found, inputs=inputs, words=words, **seen_by(request)))


@login_required
@require_POST
def merge(request: HttpRequest, slug: str) -> HttpResponse:
    """Put duplicates together: first the question which one is kept on top."""
    _group, found = _start(request, slug)
    inputs = _chosen(request, found)
    if len(inputs) == 1:
        messages.warning(request, _("Choose at least two slips that say the same."))
    if len(inputs) < 2:
        return _back(request, found)
    form = KeepForm(request.POST if "keep" in request.POST else None, inputs=inputs)
    if not form.is_valid():
        lead = _("Both texts are kept. The others stand beneath the one you choose, and can be taken apart again.")
        return _ask(request, found, inputs, form, Ask(_("Do these say the same?"), lead, _("Merge"), request.path))
    keep = next(item for item in inputs if str(item.pk) == form.cleaned_data["keep"])
    return take(request, found, lambda: actions.merge_inputs(keep, copies=inputs, **seen_by(request)))


@login_required
@require_POST
def undo(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take one step back; refused where later steps lean on it."""
    group = desk_access.group_at_desk(request.user, slug)
    move = desk_access.move_at_desk(group, pk)
    found = desk_access.round_at_desk(group, str(move.round_id))
    try:
        done = actions.undo_move(move, actor=reader(request), now=timezone.now())
    except actions.StaleDesk as error:
        return conflict(request, found, error)
    except Refused as error:
        messages.error(request, str(error))
    else:
        deed = deed_of(done, theme_names([done]))
        messages.success(request, _("Undone: %(deed)s.") % {"deed": deed})
    return _back(request, found)
