"""The verbs of one input and of one theme on the desk: one address each."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from groups import desk_access
from groups.actions import desk as actions
from groups.actions.inputs import confirm_company
from groups.desk_forms import IntoForm, NoteForm, ThemeForm
from groups.views.desk import input_page, reader, theme_page
from groups.views.desk_steps import seen_by, take


@login_required
@require_POST
def unmerge(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    item = desk_access.input_at_desk(desk_access.group_at_desk(request.user, slug), pk)
    return take(request, item.round, lambda: actions.unmerge_input(item, **seen_by(request)))


@login_required
@require_POST
def note(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    item = desk_access.input_at_desk(desk_access.group_at_desk(request.user, slug), pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return render(request, "groups/desk_input.html", input_page(item, form))
    actions.write_note(item, text=form.cleaned_data["text"], actor=reader(request), now=timezone.now())
    messages.success(request, _("The note is kept for the board."))
    return redirect("groups:desk_input", slug, item.pk)


@login_required
@require_POST
def confirm(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """The board says that the company was in the room."""
    item = desk_access.input_at_desk(desk_access.group_at_desk(request.user, slug), pk)
    if item.company is None:
        raise Http404
    confirm_company(item.round, item.company, actor=reader(request), now=timezone.now())
    messages.success(request, _("%(company)s now counts.") % {"company": item.company.name})
    return redirect("groups:desk_input", slug, item.pk)


@login_required
@require_POST
def rename(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    theme = desk_access.theme_at_desk(desk_access.group_at_desk(request.user, slug), pk)
    form = ThemeForm(request.POST)
    if form.is_valid():
        name = form.cleaned_data["name"]
        try:
            return take(request, theme.round, lambda: actions.rename_theme(theme, name=name, **seen_by(request)))
        except actions.NameTaken as error:
            form.add_error("name", str(error))
    return render(request, "groups/desk_theme.html", theme_page(theme, form, IntoForm(theme=theme)))


@login_required
@require_POST
def merge_theme(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    theme = desk_access.theme_at_desk(desk_access.group_at_desk(request.user, slug), pk)
    form = IntoForm(request.POST, theme=theme)
    if not form.is_valid():
        name = ThemeForm(initial={"name": theme.name})
        return render(request, "groups/desk_theme.html", theme_page(theme, name, form))
    into = form.cleaned_data["into"]
    return take(request, theme.round, lambda: actions.merge_themes(theme, into=into, **seen_by(request)))
