"""The thread of one input, from the sentence to what came of it; and the page that gathers such threads."""

from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.access import input_for
from groups.enums import Station, Visibility
from groups.models import Input, Support
from groups.rules import byline, sits_on_board
from members.clock import oslo_today
from members.models import User
from members.templatetags.words import short_day
from projects.models import Project
from thamsklyngen.pages.reading import read_moment

PER_PAGE = 20


@dataclass(frozen=True)
class Stop:
    """One stop on the thread. ``state`` is origin, now, next or empty for what is done."""

    when: str
    title: str
    text: str = ""
    href: str = ""
    quote: str = ""
    state: str = ""


def _origin(item: Input, *, mine: bool, supporters: int) -> Stop:
    when = short_day(item.created_at) if item.created_at else _("week of %(day)s") % {"day": short_day(item.week)}
    also = (
        ngettext("%(n)s other company has it too.", "%(n)s other companies have it too.", supporters)
        % {"n": supporters}
        if supporters
        else ""
    )
    return Stop(
        when=_("%(when)s, input") % {"when": when},
        title=_("You wrote it") if mine else _("Somebody wrote it"),
        text=also,
        state="origin",
    )


def _theme(item: Input, siblings: int, *, is_now: bool) -> Stop:
    assert item.theme is not None
    return Stop(
        when=_("theme"),
        title=_("Part of the theme %(theme)s") % {"theme": item.theme.name},
        text=ngettext("Together with %(n)s other input.", "Together with %(n)s other inputs.", siblings)
        % {"n": siblings}
        if siblings
        else "",
        state="now" if is_now else "",
    )


def stops_of(
    item: Input, *, mine: bool, supporters: int, siblings: int, projects: list[Project], head: Input | None = None
) -> list[Stop]:
    """The stops so far, the present one marked, and the next one as a promise.

    A duplicate shares the way of the input that it stands under (``head``, where the reader may see it).
    """
    stops = [_origin(item, mine=mine, supporters=supporters)]
    if item.station == Station.WITHDRAWN:
        return [*stops, Stop(when="", title=_("Withdrawn by the writer"), state="now")]
    if item.merged_into_id is not None:
        stops.append(
            Stop(
                when=_("merged"),
                title=_("Another input says the same, and carries it on"),
                href=head.get_absolute_url() if head else "",
                text=head.text[:140] if head else "",
            )
        )
    if item.station in {Station.ANSWERED, Station.PARKED}:
        title = _("Not taken on, because") if item.station == Station.ANSWERED else _("Parked for now")
        replied = short_day(item.replied_on) if item.replied_on else ""
        return [*stops, Stop(when=replied, title=title, quote=item.reply, state="now")]
    if item.theme is None:
        title = _("The group board is sorting") if item.station == Station.UNDER_REVIEW else _("Received")
        text = _("The group board reads every input and puts it with others that say the same.")
        return [*stops, Stop(when="", title=title, text=text, state="now"), _next(_("It gets a theme"))]
    stops.append(_theme(item, siblings, is_now=not projects))
    stops += [
        Stop(
            when=_("project"),
            title=project.title,
            href=project.get_absolute_url(),
            text=project.aim[:200],
            state="now" if project is projects[-1] else "",
        )
        for project in projects
    ]
    return [
        *stops,
        _next(
            _("We ask the same companies again what it gave")
            if projects
            else _("The theme becomes something we do together")
        ),
    ]


def _next(title: str) -> Stop:
    return Stop(when=_("next"), title=title, state="next")


def _writer(item: Input, *, own: bool, on_board: bool) -> str:
    """Who stands as the writer, by the writer's own choice."""
    if item.visibility == Visibility.ANONYMOUS:
        return _("Anonymous")
    who = byline(item, own=own, on_board=on_board)
    return ", ".join(part for part in (who.name, who.company) if part) or _("Only the group board knows")


def _seen(user: User, item: Input | None) -> Input | None:
    """The input when the person may read it."""
    try:
        return input_for(user, item.pk) if item else None
    except Http404:
        return None


@login_required
def thread(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What became of one input: for its writer, the group and its board."""
    assert isinstance(request.user, User)
    item = input_for(request.user, pk)
    mine = item.author_id == request.user.pk
    themed = Input.objects.standing().filter(theme=item.theme_id) if item.theme_id else Input.objects.none()
    supporters = Support.objects.filter(input=item, confirmed=True).count()
    projects = list(Project.objects.filter(theme=item.theme_id).order_by("created_at", "pk")) if item.theme_id else []
    siblings = max(0, themed.count() - 1)
    head = _seen(request.user, item.merged_into)
    stops = stops_of(item, mine=mine, supporters=supporters, siblings=siblings, projects=projects, head=head)
    on_board = not mine and sits_on_board(request.user, item.round.group, oslo_today())
    return render(
        request,
        "pages/thread.html",
        {
            "item": item,
            "mine": mine,
            "stops": stops,
            "supporters": supporters,
            "writer": _writer(item, own=mine, on_board=on_board),
            "group": item.round.group,
        },
    )


@login_required
def my_inputs(request: HttpRequest) -> HttpResponse:
    """All my inputs, newest first; older ones by the time of the last one shown."""
    assert isinstance(request.user, User)
    rows = Input.objects.written_by(request.user).select_related("round__group", "theme").order_by("-created_at", "pk")
    before = read_moment(request.GET.get("before", ""))
    if before is not None:
        rows = rows.filter(created_at__lt=before)
    shown = list(rows[: PER_PAGE + 1])
    older = f"?before={quote(shown[PER_PAGE - 1].created_at.isoformat())}" if len(shown) > PER_PAGE else ""  # type: ignore[union-attr]
    return render(
        request,
        "pages/my_inputs.html",
        {"inputs": shown[:PER_PAGE], "older": older, "newer": "?" if before is not None else ""},
    )


def outcomes(request: HttpRequest) -> HttpResponse:
    """What became of it: projects and the inputs behind them, for everybody; figures from three companies up."""
    projects = list(
        Project.objects.select_related("group", "theme", "owner")
        .annotate(
            inputs=Count(
                "theme__inputs",
                filter=~Q(theme__inputs__station=Station.WITHDRAWN) & Q(theme__inputs__merged_into=None),
                distinct=True,
            ),
            input_companies=Count(
                "theme__inputs__company",
                filter=Q(theme__inputs__company_confirmed=True) & ~Q(theme__inputs__station=Station.WITHDRAWN),
                distinct=True,
            ),
        )
        .order_by("-created_at", "-pk")[:50]
    )
    return render(request, "pages/outcomes.html", {"projects": projects})
