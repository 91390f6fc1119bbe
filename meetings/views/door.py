"""The door list: who has come, one press each; visitors written down; the figures as they stand; all of it on paper."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Case, Q, When
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from meetings.access import invitation_to_run, meeting_to_run
from meetings.actions.attendance import PRESENT, add_visitor, door_is_open, note_attendance, remove_visitor
from meetings.coming import company_sign, count_people
from meetings.door_notes import UnreadableError, apply_notes, read_notes
from meetings.enums import Answer, Attendance
from meetings.forms.answers import VisitorForm
from meetings.models import Invitation, Meeting
from members.clock import oslo_today
from members.errors import Refused
from members.folding import fold_name
from members.models import Company, User
from members.names import clean_line

SHOWN = 200
BLANK_LINES = 12


@dataclass(frozen=True, kw_only=True)
class DoorList:
    """What the door shows now. ``present``: how many of each company are here, from where the device counts on."""

    rows: Sequence[Invitation]
    is_cut: bool
    people: int
    companies: int
    present: str
    expected: int


def door_list(meeting: Meeting, search: str) -> DoorList:
    """Those expected first, by name; a search looks at names and companies. Two queries."""
    order = Case(When(attendance=Attendance.VISITOR, then=0), When(answer=Answer.YES, then=1), default=2)
    rows = meeting.invitations.standing().select_related("user", "affiliation__company__parent")
    found = rows.order_by(order, "user__name", "pk")
    if search:
        by_company = Q(affiliation__company__name_folded__contains=fold_name(search)) | Q(
            company_name__icontains=search
        )
        found = found.filter(Q(user__name__icontains=search) | by_company)
    shown = list(found[: SHOWN + 1])
    for row in shown:
        row.company_sign = company_sign(row)  # type: ignore[attr-defined]
    present = list(rows.filter(attendance__in=PRESENT))
    here = Counter(sign for row in present if (sign := company_sign(row)))
    return DoorList(
        rows=shown[:SHOWN],
        is_cut=len(shown) > SHOWN,
        people=count_people(present),
        companies=len(here),
        present=json.dumps(here),
        expected=meeting.invitations.seated(oslo_today()).people(),
    )


@require_safe
@login_required
def door(request: HttpRequest, pk: int) -> HttpResponse:
    """The list at the door, for phone and tablet."""
    now = timezone.now()
    return _door_page(request, meeting_to_run(request.user, pk, now), now)


@require_POST
@login_required
def note(request: HttpRequest, pk: int, invitation_pk: int) -> HttpResponse:
    """One press: came, or taken back; apologies and no-shows the same way."""
    now = timezone.now()
    invitation = invitation_to_run(request.user, pk, invitation_pk, now)
    try:
        note_attendance(invitation, attendance=request.POST.get("attendance", ""), actor=_actor(request), now=now)
    except Refused as refused:
        messages.error(request, str(refused))
    return _to_door(request, invitation.meeting)


@require_POST
@login_required
def sync(request: HttpRequest, pk: int) -> HttpResponse:
    """What a device noted, also while it had no network. Tells which notes it need not keep any more."""
    now = timezone.now()
    meeting = meeting_to_run(request.user, pk, now)
    try:
        notes = read_notes(request.body, now)
    except UnreadableError:
        return JsonResponse({"error": "unreadable"}, status=400)
    results = list(apply_notes(meeting, notes, actor=_actor(request), now=now))
    return JsonResponse(
        {
            "ended": [str(note.key) for note, _why in results],
            "refused": [{"name": (note.words or {}).get("name", ""), "why": why} for note, why in results if why],
            "list": render_to_string("meetings/_door_list.html", _list_context(request, meeting, now), request),
        }
    )


@require_safe
@login_required
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody on the list, to be printed and ticked by hand where there is no device."""
    meeting = meeting_to_run(request.user, pk, timezone.now())
    rows = meeting.invitations.standing().select_related("user", "affiliation__company").order_by("user__name", "pk")
    crumbs = [(meeting.get_absolute_url(), meeting.title), (reverse("meetings:door", args=[pk]), _("Door list"))]
    context = {"meeting": meeting, "rows": rows, "blank_lines": range(BLANK_LINES), "crumbs": crumbs}
    return render(request, "meetings/paper.html", context)


@require_POST
@login_required
def visitor(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down somebody who came without an invitation."""
    now = timezone.now()
    meeting = meeting_to_run(request.user, pk, now)
    form = VisitorForm(request.POST)
    if not form.is_valid():
        return _door_page(request, meeting, now, form=form, status=422)
    try:
        row = add_visitor(meeting, visitor=form.visitor(), actor=_actor(request), now=now)
    except Refused as refused:
        form.add_error("name", str(refused))
        return _door_page(request, meeting, now, form=form, status=422)
    messages.success(request, _("%(name)s is on the list.") % {"name": row.user.display_name})
    return _to_door(request, meeting)


@require_POST
@login_required
def visitor_gone(request: HttpRequest, pk: int, invitation_pk: int) -> HttpResponse:
    """Take back a visitor written down by mistake."""
    now = timezone.now()
    invitation = invitation_to_run(request.user, pk, invitation_pk, now)
    remove_visitor(invitation, actor=_actor(request), now=now)
    return _to_door(request, invitation.meeting)


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _search(request: HttpRequest) -> str:
    given = request.POST if request.method == "POST" else request.GET
    return clean_line(given.get("q", ""))[:80]


def _to_door(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    search = _search(request)
    path = reverse("meetings:door", args=[meeting.pk])
    return redirect(f"{path}?{urlencode({'q': search})}" if search else path)


def _list_context(request: HttpRequest, meeting: Meeting, now: datetime) -> dict[str, object]:
    search = _search(request)
    return {
        "meeting": meeting,
        "search": search,
        "door": door_list(meeting, search),
        "is_open": door_is_open(meeting, now),
    }


def _door_page(
    request: HttpRequest, meeting: Meeting, now: datetime, *, form: VisitorForm | None = None, status: int = 200
) -> HttpResponse:
    context = _list_context(request, meeting, now)
    if request.headers.get("HX-Request") and form is None:
        return render(request, "meetings/_door_list.html", context)
    names = Company.objects.active().values_list("name", flat=True)
    context |= {"form": form or VisitorForm(), "company_names": names}
    return render(request, "meetings/door.html", context, status=status)
