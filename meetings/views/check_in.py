"""People tick themselves in: the code by the door, and the page that it opens on a phone."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition, require_http_methods, require_safe

from groups.room import qr_svg, room_token
from mail.links import make_nonce, nonce_is_good
from meetings.access import meeting_to_run
from meetings.actions.check_in import check_in as check_in_person
from meetings.actions.check_in import check_in_by_name
from meetings.check_in import CHECK_IN, FORM_AGE, check_in_is_open, check_in_link, check_in_token, meeting_behind
from meetings.forms.answers import CheckInForm
from meetings.models import Meeting
from meetings.views.answers import private, same_origin, too_many
from members.limits import address_of, is_within
from members.models import User

ME = "me"


def _wall(request: HttpRequest, pk: int) -> dict[str, Any]:
    now = timezone.now()
    meeting = meeting_to_run(request.user, pk, now)
    is_open = check_in_is_open(meeting, now)
    qr = qr_svg(check_in_link(meeting, now)) if is_open else ""
    return {"meeting": meeting, "is_open": is_open, "qr": qr}


@require_safe
@login_required
def door_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The code by the door, for a screen or a tablet on a stand."""
    return render(request, "meetings/door_code.html", _wall(request, pk))


def _half_minute(request: HttpRequest, pk: int) -> str:
    now = timezone.now()
    meeting = meeting_to_run(request.user, pk, now)
    return f'"{check_in_token(meeting, now)}.{check_in_is_open(meeting, now)}.{request.LANGUAGE_CODE}"'


@require_safe
@condition(etag_func=_half_minute)
def door_code_now(request: HttpRequest, pk: int) -> HttpResponse:
    """The code of this half minute, asked for every few seconds; 304 while it is the same."""
    response = render(request, "meetings/_door_code.html", _wall(request, pk))
    response["Cache-Control"] = "private, no-cache"
    return response


@csrf_exempt
@require_http_methods(["GET", "HEAD", "OPTIONS", "POST"])
@private
def check_in(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the code: one press for those who are signed in, a name for others. Nobody else's name is shown."""
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": "GET, HEAD, OPTIONS, POST"})
    now = timezone.now()
    meeting, is_fresh = meeting_behind(token, now)
    if meeting is None:
        raise Http404
    if not check_in_is_open(meeting, now):
        return _closed(request, meeting, "closed")
    if request.method == "POST":
        return _tick(request, meeting, token, now)
    return _page(request, meeting, token, CheckInForm()) if is_fresh else _closed(request, meeting, "stale")


def _tick(request: HttpRequest, meeting: Meeting, token: str, now: datetime) -> HttpResponse:
    if not is_within("check_in_address", address_of(request)):
        return too_many(request)
    if not same_origin(request) or not nonce_is_good(CHECK_IN, token, request.POST.get("nonce", ""), FORM_AGE):
        return _closed(request, meeting, "stale", status=403)
    user = request.user
    if request.POST.get("who") == ME and isinstance(user, User):
        row = check_in_person(meeting, user, now=now)
    else:
        form = CheckInForm(request.POST)
        if not form.is_valid():
            return _page(request, meeting, token, form, status=422)
        row = check_in_by_name(meeting, form.visitor(), now=now)
    if row is None:
        return _closed(request, meeting, "closed")
    found = meeting.round
    path = reverse("door", args=[room_token(found)]) if found and found.room_is_open(now) else ""
    return render(
        request, "meetings/check_in_done.html", {"meeting": meeting, "name": row.user.name, "input_path": path}
    )


def _page(request: HttpRequest, meeting: Meeting, token: str, form: CheckInForm, *, status: int = 200) -> HttpResponse:
    context = {"meeting": meeting, "form": form, "nonce": make_nonce(CHECK_IN, token), "token": token, "me": ME}
    return render(request, "meetings/check_in.html", context, status=status)


def _closed(request: HttpRequest, meeting: Meeting, why: str, *, status: int = 200) -> HttpResponse:
    return render(request, "meetings/check_in_closed.html", {"meeting": meeting, "why": why}, status=status)
