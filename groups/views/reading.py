"""The reader's list of inputs, and the board's word on companies that were claimed in the room."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from groups import access
from groups.actions.inputs import confirm_company
from groups.counting import by_company, round_counts, unconfirmed_companies
from groups.forms import FilterForm
from groups.listing import page_of
from groups.models import Group, Round, Theme
from groups.rules import Standing
from groups.tabs import group_tabs
from members.models import Company, User
from members.rules import affiliations_of


def _chosen_round(request: HttpRequest, group: Group) -> Round | None:
    """The round asked for, else the newest one that has opened, else the newest."""
    rounds = Round.objects.filter(group=group)
    wanted = request.GET.get("round", "")
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 10:
        return get_object_or_404(rounds, pk=int(wanted))
    return rounds.filter(opens_at__lte=timezone.now()).latest().first() or rounds.latest().first()


@login_required
@require_safe
def inputs(request: HttpRequest, slug: str) -> HttpResponse:
    """What the group may read, with search and filters; the board reads what it has not let through as well."""
    assert isinstance(request.user, User)
    group, standing = access.group_as_reader(request.user, slug)
    found = _chosen_round(request, group)
    context: dict[str, Any] = {
        "group": group,
        "standing": standing,
        "round": found,
        "tabs": group_tabs(group, standing, here="inputs"),
    }
    if found is not None:
        found.group = group
        context |= _list(request, found, standing)
    return render(request, "groups/inputs.html", context)


def _list(request: HttpRequest, found: Round, standing: Standing) -> dict[str, Any]:
    assert isinstance(request.user, User)
    now = timezone.now()
    counts = round_counts(found, on_board=standing.board)
    form = FilterForm(request.GET, themes=Theme.objects.standing().filter(round=found))
    ties = affiliations_of(request.user)
    page = page_of(found, request.user, standing, ties, form.chosen(), request.GET)
    return {
        "form": form,
        "page": page,
        "counts": counts,
        "companies": by_company(found, counts),
        "rounds": Round.objects.filter(group=found.group, opens_at__lte=now).exclude(pk=found.pk).latest()[:5],
        "is_open": found.is_open(now),
        "has_opened": found.has_opened(now),
        "may_write": bool(ties),
        "unconfirmed": unconfirmed_companies(found, on_board=standing.board) if standing.organises else [],
    }


@login_required
@require_POST
def confirm(request: HttpRequest, slug: str) -> HttpResponse:
    """The board says that a company was in the room; its input then counts."""
    assert isinstance(request.user, User)
    group, _standing = access.group_as_organiser(request.user, slug)
    values = {name: request.POST.get(name, "") for name in ("round", "company")}
    if not all(value.isascii() and value.isdigit() for value in values.values()):
        raise Http404
    found = get_object_or_404(Round.objects.filter(group=group), pk=int(values["round"]))
    company = get_object_or_404(Company, pk=int(values["company"]))
    rows = confirm_company(found, company, actor=request.user, now=timezone.now())
    words = ngettext(
        "%(company)s is confirmed. %(rows)s answer counts now.",
        "%(company)s is confirmed. %(rows)s answers count now.",
        rows,
    )
    messages.success(request, words % {"company": company.name, "rows": rows})
    return redirect("groups:inputs", slug)
