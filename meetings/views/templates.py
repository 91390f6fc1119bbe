"""Templates of meetings: kept from a meeting, listed, renamed, taken away."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groups.models import Group
from meetings.access import group_to_call, meeting_to_keep, template_to_edit
from meetings.actions.templates import remove_template, rename_template, save_template, template_of
from meetings.forms.templates import TemplateForm, TemplateNameForm
from meetings.models import Meeting, MeetingTemplate
from meetings.views.meetings import crumbs_of, crumbs_to
from members.errors import Refused
from members.rules import is_staff
from members.views.guards import SignedInRequest, signed_in

require_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@signed_in
def template_list(request: SignedInRequest) -> HttpResponse:
    """What a new meeting of the group (``?group=``) or of the cluster may begin with."""
    group = group_to_call(request.user, request.GET)
    context = {
        "group": group,
        "templates": MeetingTemplate.objects.for_group(group),
        "is_office": is_staff(request.user),
        "crumbs": crumbs_to(group),
    }
    return render(request, "meetings/template_list.html", context)


@require_form
@signed_in
def template_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep what a meeting is like under a name."""
    now = timezone.now()
    meeting = meeting_to_keep(request.user, pk, now)
    office = is_staff(request.user)
    first = {"name": meeting.title[:80], "for_all": meeting.group is None}
    form = TemplateForm(request.POST or None, is_office=office, has_group=meeting.group is not None, initial=first)
    if request.method == "POST" and form.is_valid() and _is_kept(meeting, form, request, now):
        messages.success(request, _("The template is kept. The next meeting can begin with it."))
        return redirect(list_path(meeting.group))
    context = {
        "form": form,
        "meeting": meeting,
        "kept": template_of(meeting),
        "crumbs": [*crumbs_of(meeting), (meeting.get_absolute_url(), meeting.title)],
    }
    return render(request, "meetings/template_new.html", context, status=422 if form.errors else 200)


def _is_kept(meeting: Meeting, form: TemplateForm, request: SignedInRequest, now: datetime) -> bool:
    given = form.cleaned_data
    for_all = given.get("for_all", False) or meeting.group is None
    try:
        save_template(meeting, name=given["name"], for_all=for_all, actor=request.user, now=now)
    except Refused as refusal:
        form.add_error("name", str(refusal))
        return False
    return True


@require_form
@signed_in
def template_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another name, or the way to take it away."""
    template = template_to_edit(request.user, pk)
    form = TemplateNameForm(request.POST or None, initial={"name": template.name})
    if request.method == "POST" and form.is_valid() and _is_renamed(template, form, request):
        messages.success(request, _("The template has another name."))
        return redirect(list_path(template.group))
    context = {
        "form": form,
        "template": template,
        "crumbs": [*crumbs_to(template.group), (list_path(template.group), _("Templates"))],
    }
    return render(request, "meetings/template_edit.html", context, status=422 if form.errors else 200)


def _is_renamed(template: MeetingTemplate, form: TemplateNameForm, request: SignedInRequest) -> bool:
    before = template.name
    try:
        rename_template(template, name=form.cleaned_data["name"], actor=request.user)
    except Refused as refusal:
        template.name = before
        form.add_error("name", str(refusal))
        return False
    return True


@require_POST
@signed_in
def template_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a template away."""
    template = template_to_edit(request.user, pk)
    remove_template(template, actor=request.user)
    messages.success(request, _("Removed: %(title)s") % {"title": template.name})
    return redirect(list_path(template.group))


def list_path(group: Group | None) -> str:
    """Where the templates of the group stand."""
    return with_group("meetings:templates", group)


def with_group(name: str, group: Group | None, **more: Any) -> str:
    """An address that names the group, when there is one."""
    given = {"group": group.slug, **more} if group else more
    return reverse(name) + (f"?{urlencode(given)}" if given else "")
