"""The list of projects, one project, and what the board and companies do with it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groups.figures import Figures, figures_of
from groups.models import Group, Input
from members.clock import oslo_today
from members.errors import Refused
from members.models import Affiliation, User
from members.names import clean_line
from projects import access, actions, rules
from projects.enums import ProjectState
from projects.errors import WrongState
from projects.forms import ProjectFilter, ProjectForm, SpeakForm, StartForm
from projects.models import Project

A_PAGE = 20


def _reader(request: HttpRequest) -> User:
    """The signed-in person; behind login_required there is always one."""
    assert isinstance(request.user, User)
    return request.user


@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    asked = clean_line(request.GET.get("group", ""))
    groups = list(Group.objects.filter(Q(pk__in=Project.objects.values("group")) | Q(slug=asked)))
    form = ProjectFilter(request.GET, groups=groups)
    chosen = form.chosen()
    found = Project.objects.matching(chosen)
    rows = list(found.after(request.GET.get("after", "")).with_figures().select_related("group", "theme")[: A_PAGE + 1])
    older = ""
    if len(rows) > A_PAGE:
        query = request.GET.copy()
        query["after"] = rows[A_PAGE - 1].key
        older = f"?{query.urlencode()}"
    context = {
        "projects": rows[:A_PAGE],
        "form": form,
        "count": found.count(),
        "has_filter": bool(chosen),
        "older": older,
    }
    return render(request, "projects/project_list.html", context)


@require_safe
def project_detail(request: HttpRequest, slug: str) -> HttpResponse:
    project = access.project_for(request.user, slug)
    return render(request, "projects/project_detail.html", _project_page(request, project))


def _project_page(request: HttpRequest, project: Project) -> Mapping[str, Any]:
    today = oslo_today()
    rows = list(project.participations.current().select_related("company").order_by("kind", "company__name_folded"))
    ties = rules.ties_of(request.user, today)
    inside = {row.company_id for row in rows}
    shown = [row for row in rows if rules.shows_name(row.company, request.user)]
    return {
        "project": project,
        "participations": shown,
        "unnamed": len(rows) - len(shown),
        "companies": len(rows),
        "figures": origin_of(project),
        "may_join": [tie for tie in ties if tie.company_id not in inside] if rules.takes_companies(project) else [],
        "may_leave": [tie for tie in ties if tie.company_id in inside and tie.company_id != project.owner_id],
        "owns": any(tie.company_id == project.owner_id for tie in ties),
        "takes_companies": rules.takes_companies(project),
        "may_steer": rules.may_steer(request.user, project, today),
        "next_states": ProjectState(project.state).next_states,
    }


def origin_of(project: Project) -> Figures:
    """The figures of the theme that the project starts from."""
    inputs = Input.objects.filter(theme=project.theme).for_figures()
    return figures_of(inputs).get(project.theme_id, Figures(project.theme_id))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """The board starts a project from a theme."""
    asked = request.POST if request.method == "POST" else request.GET
    theme = access.theme_to_start_from(request.user, asked.get("theme", ""))
    group = theme.round.group
    form = StartForm(request.POST if request.method == "POST" else None, group=group, on_day=oslo_today())
    if request.method == "POST" and form.is_valid():
        try:
            project = actions.start_project(theme, **form.cleaned_data, actor=_reader(request), now=timezone.now())
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The project is made. Whoever wrote with a name hears of it."))
            return redirect(project)
    inputs = Input.objects.filter(theme=theme).for_figures()
    figures = figures_of(inputs).get(theme.pk, Figures(theme.pk))
    return render(
        request, "projects/project_start.html", {"form": form, "theme": theme, "group": group, "figures": figures}
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    project = access.project_to_steer(request.user, slug)
    data = request.POST if request.method == "POST" else None
    form = ProjectForm(data, group=project.group, on_day=oslo_today(), project=project)
    if form.is_valid():
        actions.change_project(project, **form.cleaned_data, actor=_reader(request), now=timezone.now())
        messages.success(request, _("The project is saved."))
        return redirect(project)
    return render(request, "projects/project_edit.html", {"form": form, "project": project})


@login_required
@require_POST
def advance(request: HttpRequest, slug: str) -> HttpResponse:
    """The board lets it run or ends it. A state that it cannot take is 409 with the project as it stands."""
    project = access.project_to_steer(request.user, slug)
    to = request.POST.get("to", "")
    try:
        if to not in ProjectState.values:
            raise WrongState
        actions.advance_project(project, to=ProjectState(to), actor=_reader(request), now=timezone.now())
    except Refused as error:
        return _refused(request, project, error)
    messages.success(request, _("The project is now: %(state)s.") % {"state": ProjectState(to).label})
    return redirect(project)


@login_required
@require_POST
def join(request: HttpRequest, slug: str) -> HttpResponse:
    return _speak(request, slug, actions.join_project, _("%(company)s is part of the project."))


@login_required
@require_POST
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    return _speak(request, slug, actions.leave_project, _("%(company)s has left the project."))


def _speak(request: HttpRequest, slug: str, verb: Callable[..., object], words: str) -> HttpResponse:
    """Join or leave for the own company: the only one, or the one that was chosen."""
    project = access.project_for(request.user, slug)
    ties = rules.ties_of(request.user, oslo_today())
    if not ties:
        raise PermissionDenied
    tie = _chosen_tie(request, ties)
    try:
        verb(project, affiliation=tie, actor=_reader(request), now=timezone.now())
    except Refused as error:
        return _refused(request, project, error)
    messages.success(request, words % {"company": tie.company.name})
    return redirect(project)


def _chosen_tie(request: HttpRequest, ties: list[Affiliation]) -> Affiliation:
    if "affiliation" not in request.POST:
        return ties[0]
    form = SpeakForm(request.POST, ties=ties)
    if not form.is_valid():
        raise PermissionDenied
    tie: Affiliation = form.cleaned_data["affiliation"]
    return tie


def _refused(request: HttpRequest, project: Project, error: Refused) -> HttpResponse:
    """409: the project as it stands, and why not."""
    project.refresh_from_db()
    messages.error(request, str(error))
    return render(request, "projects/project_detail.html", _project_page(request, project), status=409)
