"""The page for the projector in the room."""

import hashlib
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.room import qr_svg, room_url, short_code
from mail.links import absolute
from meetings.access import meeting_to_run
from meetings.presenting import stage_of


def _stage(request: HttpRequest, pk: int) -> dict[str, Any]:
    now = timezone.now()
    meeting = meeting_to_run(request.user, pk, now)
    stage = stage_of(meeting, now)
    context: dict[str, Any] = {"meeting": meeting, "stage": stage}
    if meeting.round is not None and stage.room_open:
        context |= {
            "qr": qr_svg(room_url(meeting.round)),
            "code": short_code(meeting.round),
            "address": absolute("/c/").split("//", 1)[-1],
        }
    return context


@require_safe
@login_required
def present(request: HttpRequest, pk: int) -> HttpResponse:
    """Agenda with clock, the code for input, what has been written, and themes."""
    return render(request, "meetings/present.html", _stage(request, pk))


@require_safe
def present_now(request: HttpRequest, pk: int) -> HttpResponse:
    """What changes on the screen, asked for every two seconds; 304 while it looks the same."""
    response = render(request, "meetings/_present_now.html", _stage(request, pk))
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:24]}"'
    response["Cache-Control"] = "private, no-cache"
    if request.headers.get("If-None-Match") == response["ETag"]:
        return HttpResponseNotModified(headers={"ETag": response["ETag"], "Cache-Control": response["Cache-Control"]})
    return response
