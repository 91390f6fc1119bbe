"""Minutes: read, written, approved, printed; and what is to be done afterwards."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from meetings.access import (
    MOST_CARRIED,
    action_to_settle,
    documents_of,
    meeting_to_approve,
    meeting_to_run,
    minutes_to_read,
)
from meetings.actions.action_items import add_action, remove_action, set_done
from meetings.actions.minutes import Conflict, can_write, publish_minutes, save_minutes
from meetings.attending import attendance_list, attendance_rows
from meetings.forms.minutes import ActionForm, MinutesForm, PublishForm, sections_to_write
from meetings.minutes_notices import readers_of
from meetings.minutes_pdf import minutes_pdf
from meetings.models import ActionItem, Meeting, Minutes, MinutesVersion
from meetings.rules import may_approve, may_run, must_say_why
from meetings.views.meetings import crumbs_of
from members.clock import oslo_today
from members.errors import Refused
from members.models import Affiliation, User

require_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@login_required
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """The minutes as a document: the published version; those who run the meeting see any version."""
    now = timezone.now()
    meeting, row = minutes_to_read(request.user, pk, now)
    if row is None:
        return redirect("meetings:minutes_edit", pk)
    runs = may_run(request.user, meeting, oslo_today(now))
    version = _version(row, request.GET.get("version", "") if runs else "", runs=runs)
    context = _document(meeting, row, version, runs=runs) | {
        "crumbs": _crumbs(meeting),
        "runs": runs,
        "may_approve": may_approve(request.user, meeting, oslo_today(now)),
        "versions": row.versions.select_related("author") if runs else [],
        "today": oslo_today(now),
        "documents": documents_of(meeting),
    }
    return render(request, "meetings/minutes.html", context)


@require_safe
@login_required
def minutes_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The published minutes as a tagged PDF."""
    now = timezone.now()
    meeting, row = minutes_to_read(request.user, pk, now)
    if row is None or not row.is_published:
        raise Http404
    version = _version(row, "", runs=False)
    content = minutes_pdf(_document(meeting, row, version, runs=False), request.LANGUAGE_CODE)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="minutes-{meeting.pk}.pdf"'
    return response


@require_form
@login_required
def minutes_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the minutes, item by item."""
    now = timezone.now()
    meeting = meeting_to_run(request.user, pk, now)
    if not can_write(meeting, now):
        messages.info(request, _("Minutes are written when the meeting has begun."))
        return redirect(meeting)
    newest = MinutesVersion.objects.filter(minutes__meeting=meeting).first()
    if request.method != "POST":
        return _edit_page(request, meeting, sections_to_write(meeting, newest), newest)
    form = MinutesForm(request.POST)
    if not form.is_valid():
        return _edit_page(request, meeting, form.sections, newest, errors=form.errors, base=form.base, status=422)
    try:
        save_minutes(meeting, sections=form.sections, base=form.base, actor=_user(request), now=now)
    except Conflict as conflict:
        return _edit_page(request, meeting, form.sections, conflict.newest, conflict=conflict, status=409)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(meeting)
    messages.success(request, _("Saved. Nobody is told before the minutes are approved."))
    return redirect("meetings:minutes", pk)


@require_form
@login_required
def minutes_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a version: from then on everybody who was invited reads it."""
    now = timezone.now()
    meeting = meeting_to_approve(request.user, pk, now)
    row = get_object_or_404(Minutes, meeting=meeting, version__gt=0)
    why = must_say_why(request.user, meeting, oslo_today(now))
    form = PublishForm(request.POST or None, must_say_why=why, initial={"version": row.version, "mail": True})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            mailed = publish_minutes(
                row,
                version=given["version"],
                mail=given["mail"],
                actor=_user(request),
                now=now,
                reason=given.get("reason", ""),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            _say_published(request, mailed)
            return redirect("meetings:minutes", pk)
    readers = readers_of(meeting, oslo_today(now))
    context = {
        "meeting": meeting,
        "minutes": row,
        "form": form,
        "readers": readers.people,
        "unwilling": readers.unwilling,
        "crumbs": _crumbs(meeting),
    }
    return render(request, "meetings/minutes_publish.html", context, status=422 if form.errors else 200)


def _say_published(request: HttpRequest, mailed: int | None) -> None:
    if mailed is None:
        messages.info(request, _("This version was published already. Nobody got a second mail."))
    elif mailed:
        words = ngettext(
            "Published. %(count)s mail is on its way.", "Published. %(count)s mails are on their way.", mailed
        )
        messages.success(request, words % {"count": mailed})
    else:
        messages.success(request, _("Published. Nobody was mailed."))


@require_POST
@login_required
def action_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down something to do."""
    now = timezone.now()
    meeting = meeting_to_run(request.user, pk, now)
    form = ActionForm(request.POST, people=_people(meeting, now))
    newest = MinutesVersion.objects.filter(minutes__meeting=meeting).first()
    if form.is_valid():
        try:
            add_action(meeting, **form.cleaned_data, actor=_user(request), now=now)
        except Refused as refusal:
            form.add_error("responsible", str(refusal))
        else:
            return redirect("meetings:minutes_edit", pk)
    status = 200 if request.headers.get("HX-Request") else 422  # htmx shows no page that carries an error
    return _edit_page(request, meeting, sections_to_write(meeting, newest), newest, action_form=form, status=status)


@require_POST
@login_required
def action_remove(request: HttpRequest, pk: int, action_pk: int) -> HttpResponse:
    """Take away what was written down by mistake."""
    meeting = meeting_to_run(request.user, pk)
    remove_action(get_object_or_404(ActionItem, pk=action_pk, meeting=meeting), actor=_user(request))
    return redirect("meetings:minutes_edit", pk)


@require_POST
@login_required
def action_done(request: HttpRequest, pk: int, action_pk: int) -> HttpResponse:
    """Done, or not after all: by whoever took it on, or those who run the meeting."""
    now = timezone.now()
    action = action_to_settle(request.user, pk, action_pk, now)
    set_done(action, is_done=request.POST.get("done") != "no", actor=_user(request), now=now)
    return redirect("me" if request.POST.get("next") == "me" else "meetings:minutes", *_after(request, pk))


def _after(request: HttpRequest, pk: int) -> tuple[int, ...]:
    return () if request.POST.get("next") == "me" else (pk,)


def _version(row: Minutes, wanted: str, *, runs: bool) -> MinutesVersion:
    """The version to show: the one asked for, else for those who run the meeting the newest, else the published."""
    number = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 9 else 0
    number = number or (row.version if runs else row.published_version or 0)
    return get_object_or_404(MinutesVersion.objects.select_related("author"), minutes=row, number=number)


def _document(meeting: Meeting, row: Minutes, version: MinutesVersion, *, runs: bool) -> dict[str, Any]:
    """What the page and the PDF say. Those who run the meeting see everybody, others whoever lets others see them."""
    rows = row.attendance if row.is_published and version.number == row.published_version else attendance_rows(meeting)
    actions = ActionItem.objects.filter(meeting=meeting).for_display()
    return {
        "meeting": meeting,
        "minutes": row,
        "version": version,
        "sections": [section for section in version.texts if section.text],
        "attendance": attendance_list(rows, shows_all=runs),
        "actions": list(actions),
    }


def _edit_page(
    request: HttpRequest,
    meeting: Meeting,
    sections: list[Any],
    newest: MinutesVersion | None,
    *,
    errors: dict[int, Any] | None = None,
    base: int | None = None,
    conflict: Conflict | None = None,
    action_form: ActionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    carried = ActionItem.objects.carried_to(meeting).for_display().select_related("meeting")
    context = {
        "meeting": meeting,
        "fields": [
            {"title": section.title, "text": section.text, "error": (errors or {}).get(number, "")}
            for number, section in enumerate(sections)
        ],
        "base": base if base is not None else (newest.number if newest else 0),
        "conflict": conflict,
        "theirs": [section for section in newest.texts if section.text] if conflict and newest else [],
        "actions": ActionItem.objects.filter(meeting=meeting).for_display(),
        "carried": carried[:MOST_CARRIED],
        "action_form": action_form or ActionForm(people=_people(meeting, now)),
        "crumbs": _crumbs(meeting),
        "today": oslo_today(now),
    }
    return render(request, "meetings/minutes_edit.html", context, status=status)


def _people(meeting: Meeting, now: datetime) -> QuerySet[Affiliation]:
    """Who can take something on: those on the meeting's list who still belong."""
    listed = meeting.invitations.standing().filter(affiliation__isnull=False).values("affiliation")
    return Affiliation.objects.active(oslo_today(now)).filter(pk__in=listed).for_display().order_by("user__name", "pk")


def _crumbs(meeting: Meeting) -> list[tuple[str, str]]:
    return [*crumbs_of(meeting), (meeting.get_absolute_url(), meeting.title)]


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
