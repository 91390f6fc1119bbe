"""Make a meeting, see who gets what, call it, change it, call it off."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groups.models import Group
from meetings.access import group_to_call, meeting_to_copy, meeting_to_run, proposal_named, template_to_use
from meetings.actions.meetings import (
    call_meeting,
    cancel_meeting,
    create_meeting,
    edit_called,
    edit_meeting,
    hold_meeting,
    move_meeting,
    remove_draft,
)
from meetings.enums import MeetingState
from meetings.forms import (
    AgendaFormSet,
    CallForm,
    CancelForm,
    ChangeForm,
    MeetingForm,
    MoveForm,
    agenda_rows,
    agenda_start,
    written_copy,
    written_template,
)
from meetings.models import Meeting, MeetingTemplate
from meetings.preview import preview_of, samples_of
from meetings.rules import must_say_why
from meetings.views.meetings import crumbs_of
from members.clock import oslo_today
from members.errors import Refused
from members.models import ClusterSettings

SHOWN = 100
# GET shows the form, POST does the deed.
require_form = require_http_methods(["GET", "HEAD", "POST"])


@require_form
@login_required
def new_meeting(request: HttpRequest) -> HttpResponse:
    """Write a meeting: a draft that nobody hears of. ``?copy=`` begins with the words of an earlier one, ``?template=``
    with those of a template.
    """
    now = timezone.now()
    group = group_to_call(request.user, request.GET, now)
    copied = meeting_to_copy(request.user, request.GET, group, now)
    template = None if copied else template_to_use(request.GET, group)
    first = written_copy(copied) if copied else _first_values(request, group)
    if template:
        first = written_template(template, group)
    form = MeetingForm(request.POST or None, group=group, now=now, template=template, initial=first)
    rows = template.agenda if template else agenda_start(copied)
    agenda = AgendaFormSet(request.POST or None, prefix="agenda", initial=rows)
    if request.method == "POST" and all([form.is_valid(), agenda.is_valid()]):
        meeting = create_meeting(
            actor=request.user,  # type: ignore[arg-type]
            now=now,
            group=group,
            details=form.details(),
            agenda=agenda_rows(agenda),
            audience=form.audience(),
            round_wish=form.round_wish(),
        )
        return redirect("meetings:preview", meeting.pk)
    templates = MeetingTemplate.objects.for_group(group)
    return _form_page(request, form, agenda, group=group, meeting=None, templates=templates, template=template)


def _first_values(request: HttpRequest, group: Group | None) -> dict[str, Any]:
    office = ClusterSettings.load()
    values = {
        "language": request.LANGUAGE_CODE,
        "reminder_days": f"{office.first_reminder_days}, {office.last_reminder_days}",
    }
    return values | ({"audience_groups": [group.pk], "kind": "work"} if group else {"kind": "gathering"})


@require_form
@login_required
def edit_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Rewrite a draft."""
    now = timezone.now()
    meeting = meeting_to_run(request.user, pk, now)
    if meeting.state != MeetingState.DRAFT:
        return redirect(meeting)
    form = MeetingForm(request.POST or None, group=meeting.group, now=now, meeting=meeting)
    agenda = AgendaFormSet(request.POST or None, prefix="agenda", initial=agenda_start(meeting))
    if request.method == "POST" and all([form.is_valid(), agenda.is_valid()]):
        try:
            edit_meeting(
                meeting,
                actor=request.user,  # type: ignore[arg-type]
                now=now,
                details=form.details(),
                agenda=agenda_rows(agenda),
                audience=form.audience(),
                round_wish=form.round_wish(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("meetings:preview", meeting.pk)
    return _form_page(request, form, agenda, group=meeting.group, meeting=meeting)


def _form_page(
    request: HttpRequest, form: MeetingForm, agenda: Any, *, group: Group | None, meeting: Meeting | None, **more: Any
) -> HttpResponse:
    context = {"form": form, "agenda": agenda, "group": group, "meeting": meeting, **more}
    return render(request, "meetings/meeting_form.html", context, status=200 if _is_clean(form, agenda) else 422)


def _is_clean(form: Any, agenda: Any = None) -> bool:
    return not form.errors and (agenda is None or agenda.total_error_count() == 0)


@require_POST
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    meeting = meeting_to_run(request.user, pk)
    try:
        remove_draft(meeting, actor=request.user)  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(meeting)
    messages.success(request, _("The draft is gone. Nobody was told."))
    return redirect("meetings:list")


@require_form
@login_required
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """POST: invite exactly those the preview shows. The form stands on the preview, where GET leads."""
    now = timezone.now()
    meeting = meeting_to_run(request.user, pk, now)
    if request.method != "POST":
        return redirect("meetings:preview", meeting.pk)
    form = CallForm(request.POST, must_say_why=must_say_why(request.user, meeting, oslo_today(now)))
    if not form.is_valid():
        return preview_page(request, meeting, form, now)
    try:
        done = call_meeting(meeting, actor=request.user, now=now, reason=form.cleaned_data.get("reason", ""))  # type: ignore[arg-type]
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return preview_page(request, meeting, form, now)
    if done.was_called_before:
        messages.info(request, _("The meeting was already called. Nobody got a second mail."))
    else:
        words = ngettext(
            "The meeting is called. %(count)s mail is on its way.",
            "The meeting is called. %(count)s mails are on their way.",
            done.mailed,
        )
        messages.success(request, words % {"count": done.mailed})
    return redirect(meeting)


@require_safe
@login_required
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Exactly who would get what, in which language, before anybody does."""
    now = timezone.now()
    meeting = meeting_to_run(request.user, pk, now)
    if meeting.state != MeetingState.DRAFT:
        return redirect(meeting)
    form = CallForm(must_say_why=must_say_why(request.user, meeting, oslo_today(now)))
    return preview_page(request, meeting, form, now)


def preview_page(request: HttpRequest, meeting: Meeting, form: CallForm, now: datetime) -> HttpResponse:
    """The preview with its call button; long lists in parts."""
    seen = preview_of(meeting, now)
    shown = Paginator(seen.invitees, SHOWN).get_page(request.GET.get("part"))
    context = {
        "meeting": meeting,
        "form": form,
        "crumbs": [*crumbs_of(meeting), (meeting.get_absolute_url(), meeting.title)],
        "preview": seen,
        "samples": samples_of(seen, meeting, now),
        "shown": shown,
    }
    return render(request, "meetings/preview.html", context, status=422 if form.errors else 200)


@require_form
@login_required
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Another time or place."""
    now = timezone.now()
    meeting = meeting_to_run(request.user, pk, now)
    why = must_say_why(request.user, meeting, oslo_today(now))
    proposal = proposal_named(meeting, request.GET)
    form = MoveForm(request.POST or None, meeting=meeting, now=now, must_say_why=why, proposal=proposal)
    if request.method == "POST" and form.is_valid() and form.times:
        try:
            moved = move_meeting(
                meeting,
                actor=request.user,  # type: ignore[arg-type]
                now=now,
                starts_at=form.times[0],
                ends_at=form.times[1],
                venue=form.cleaned_data["venue"],
                online_url=form.cleaned_data["online_url"],
                reason=form.cleaned_data.get("reason", ""),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            word = _("The meeting is moved, and everybody is asked again.") if moved else _("Nothing was changed.")
            messages.success(request, word)
            return redirect(meeting)
    return _organiser_page(request, "move", meeting, form)


@require_form
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Other words, agenda, places or deadline, told by mail or not."""
    now = timezone.now()
    meeting = meeting_to_run(request.user, pk, now)
    why = must_say_why(request.user, meeting, oslo_today(now))
    form = ChangeForm(request.POST or None, meeting=meeting, now=now, must_say_why=why)
    agenda = AgendaFormSet(request.POST or None, prefix="agenda", initial=agenda_start(meeting))
    if request.method == "POST" and all([form.is_valid(), agenda.is_valid()]):
        try:
            edit_called(
                meeting,
                actor=request.user,  # type: ignore[arg-type]
                now=now,
                details=form.details(),
                agenda=agenda_rows(agenda),
                mail=form.cleaned_data["mail"],
                reason=form.cleaned_data.get("reason", ""),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            told = form.cleaned_data["mail"]
            messages.success(request, _("Saved, and a mail is on its way.") if told else _("Saved. Nobody was mailed."))
            return redirect(meeting)
    return _organiser_page(request, "change", meeting, form, agenda)


@require_form
@login_required
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call the meeting off."""
    now = timezone.now()
    meeting = meeting_to_run(request.user, pk, now)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cancel_meeting(meeting, actor=request.user, now=now, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The meeting is cancelled. Whoever had heard of it is told."))
            return redirect(meeting)
    return _organiser_page(request, "cancel", meeting, form)


def _organiser_page(request: HttpRequest, name: str, meeting: Meeting, form: Any, agenda: Any = None) -> HttpResponse:
    context = {
        "meeting": meeting,
        "form": form,
        "agenda": agenda,
        "crumbs": [*crumbs_of(meeting), (meeting.get_absolute_url(), meeting.title)],
    }
    status = 200 if _is_clean(form, agenda) else 422
    return render(request, f"meetings/meeting_{name}.html", context, status=status)


@require_POST
@login_required
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the meeting has taken place."""
    meeting = meeting_to_run(request.user, pk)
    try:
        hold_meeting(meeting, actor=request.user, now=timezone.now())  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Noted: the meeting was held."))
    return redirect(meeting)
