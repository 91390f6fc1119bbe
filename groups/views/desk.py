"""The board's desk: the page, its news, one input, one theme, the figures and the sheet."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from groups import desk_access, exports, rules
from groups.actions.desk.step import CARRIED
from groups.charts import pareto_of
from groups.desk_columns import desk_of
from groups.desk_forms import IntoForm, NoteForm, ThemeForm
from groups.desk_words import theme_names, told
from groups.figures import Figures, figures_of, theme_figures
from groups.models import BoardNote, DeskMove, Input, Round, Theme
from members.clock import oslo_today
from members.models import User

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def reader(request: HttpRequest) -> User:
    """The signed-in person; behind login_required there is always one."""
    assert isinstance(request.user, User)
    return request.user


@login_required
@require_safe
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    group = desk_access.group_at_desk(request.user, slug)
    rounds = desk_access.rounds_of(group)
    found = desk_access.chosen_round(rounds, request.GET.get("round", ""))
    if found is None:
        return render(request, "groups/desk_empty.html", {"group": group})
    board = desk_of(found, request.GET)
    last = DeskMove.objects.filter(round=found).standing().select_related("actor").first()
    return render(
        request,
        "groups/desk.html",
        {
            "group": group,
            "rounds": rounds,
            "round": found,
            "desk": board,
            "last": last,
            "last_told": told(last, board.names, reader(request)) if last else "",
            "filters": request.GET.urlencode(),
            "has_filter": bool(board.chosen),
        },
    )


def _version_tag(request: HttpRequest, slug: str) -> str:
    """The desk's version, read once; the look-up is the access check."""
    group = desk_access.group_at_desk(request.user, slug)
    found = desk_access.round_at_desk(group, request.GET.get("round", ""))
    request.desk_round = found  # type: ignore[attr-defined]
    return f'"{found.pk}-{found.desk_version}"'


@login_required
@require_safe
@cache_control(private=True, no_cache=True)
@condition(etag_func=_version_tag)
def desk_changes(request: HttpRequest, slug: str) -> HttpResponse:
    """What others did since the version that the page shows; nothing to say is 204."""
    found: Round = request.desk_round  # type: ignore[attr-defined]
    since = seen_version(request.GET.get("since", ""))
    moves = list(DeskMove.objects.filter(round=found).since(since))
    news = [move for move in moves if _who_did(move) != reader(request).pk]
    if found.desk_version <= since or (moves and not news):
        return HttpResponse(status=204)
    names = theme_names(news)
    lines = [told(move, names, reader(request)) for move in news]
    return render(
        request, "groups/_desk_news.html", {"round": found, "lines": lines[-5:], "more": max(0, len(lines) - 5)}
    )


def _who_did(move: DeskMove) -> int | None:
    return move.undone_by_id if move.undone_at else move.actor_id


def seen_version(text: str) -> int:
    """The desk's version as a page or form names it; what is no number is the very first."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


@login_required
@require_safe
def desk_input(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    group = desk_access.group_at_desk(request.user, slug)
    item = desk_access.input_at_desk(group, pk)
    return render(request, "groups/desk_input.html", input_page(item, NoteForm()))


def input_page(item: Input, form: NoteForm) -> dict[str, object]:
    """What the page of one input shows the board."""
    copies = list(Input.objects.filter(merged_into=item).for_figures().select_related("author"))
    return {
        "group": item.round.group,
        "round": item.round,
        "item": item,
        "byline": rules.byline(item, on_board=True),
        "is_carried": item.merged_into_id is not None or item.station in CARRIED,
        "copies": [(copy, rules.byline(copy, on_board=True)) for copy in copies],
        "supports": [support for row in (item, *copies) for support in row.supports.all()],
        "figures": figures_of([item, *copies]).get(item.theme_id, Figures(None)),
        "unconfirmed": item.company if item.company and not item.company_confirmed else None,
        "notes": BoardNote.objects.filter(input=item).select_related("author"),
        "form": form,
    }


@login_required
@require_safe
def desk_theme(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    group = desk_access.group_at_desk(request.user, slug)
    theme = desk_access.theme_at_desk(group, pk)
    name, into = ThemeForm(initial={"name": theme.name}), IntoForm(theme=theme)
    return render(request, "groups/desk_theme.html", theme_page(theme, name, into))


def theme_page(theme: Theme, name: ThemeForm, into: IntoForm) -> dict[str, object]:
    """What the page of one theme shows the board."""
    figures = figures_of(Input.objects.filter(theme=theme).for_figures()).get(theme.pk, Figures(theme.pk))
    return {
        "group": theme.round.group,
        "round": theme.round,
        "theme": theme,
        "figures": figures,
        "form": name,
        "into_form": into,
        "project_url": f"{reverse('projects:start')}?theme={theme.pk}",
    }


@login_required
@require_safe
def desk_figures(request: HttpRequest, slug: str) -> HttpResponse:
    group = desk_access.group_at_desk(request.user, slug)
    found = desk_access.chosen_round(desk_access.rounds_of(group), request.GET.get("round", ""))
    if found is None:
        return render(request, "groups/desk_empty.html", {"group": group})
    themes = Theme.objects.filter(round=found).standing()
    figures = theme_figures(found)
    rows = [(theme, figures.get(theme.pk, Figures(theme.pk))) for theme in themes]
    return render(
        request,
        "groups/desk_figures.html",
        {
            "group": group,
            "round": found,
            "chart": pareto_of(rows),
            "may_export": rules.leads(request.user, group, oslo_today()),
        },
    )


@login_required
@require_safe
def desk_export(request: HttpRequest, slug: str) -> HttpResponse:
    group, on_board = desk_access.group_to_export(request.user, slug)
    found = desk_access.chosen_round(desk_access.rounds_of(group), request.GET.get("round", ""))
    response = HttpResponse(exports.inputs_sheet(group, found, on_board=on_board), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{group.slug}-inputs.xlsx"'
    return response
