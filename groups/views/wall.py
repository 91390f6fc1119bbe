"""The wall in the room: the QR code, how many have written, and the last texts. Never a name."""

import hashlib

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_POST, require_safe

from groups import access
from groups.actions.rounds import start_wall, stop_wall
from groups.counting import round_counts
from groups.models import Group, Round
from groups.room import qr_svg, room_url, short_code
from groups.wall import minutes_left, wall_texts
from mail.links import absolute
from members.models import User


def _round(request: HttpRequest, slug: str) -> tuple[Group, Round]:
    """The round that is on the wall: the one whose door is open, else the newest. For the board and staff."""
    group, _standing = access.group_as_organiser(request.user, slug)
    now = timezone.now()
    rounds = Round.objects.filter(group=group)
    found = rounds.filter(room_opens_at__lte=now, room_closes_at__gt=now).latest().first() or rounds.latest().first()
    if found is None:
        raise Http404
    found.group = group
    return group, found


def _etag(request: HttpRequest, slug: str) -> str:
    """Changes when a number or a text on the wall does."""
    found = _round(request, slug)[1]
    now = timezone.now()
    parts = [request.LANGUAGE_CODE, str(round_counts(found)), str(minutes_left(found, now))]
    parts += [f"{item.pk}.{item.version}" for item in wall_texts(found, now)]
    return f'"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]}"'


def _context(group: Group, found: Round) -> dict[str, object]:
    now = timezone.now()
    return {
        "group": group,
        "round": found,
        "counts": round_counts(found),
        "texts": wall_texts(found, now),
        "room_open": found.room_is_open(now),
        "minutes": minutes_left(found, now),
    }


@login_required
@require_safe
def wall(request: HttpRequest, slug: str) -> HttpResponse:
    """For the projector. Before the door is open it offers to open it."""
    group, found = _round(request, slug)
    context = _context(group, found)
    if context["room_open"]:
        context |= {
            "qr": qr_svg(room_url(found)),
            "code": short_code(found),
            "address": absolute("/c/").split("//", 1)[-1],
        }
    return render(request, "groups/wall.html", context)


@require_safe
@condition(etag_func=_etag)
def wall_live(request: HttpRequest, slug: str) -> HttpResponse:
    """What changes on the wall, asked for every few seconds; 304 while nothing has."""
    group, found = _round(request, slug)
    response = render(request, "groups/_wall_live.html", _context(group, found))
    response["Cache-Control"] = "private, no-cache"
    return response


@login_required
@require_POST
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """The board opens the door in the room."""
    assert isinstance(request.user, User)
    found = _round(request, slug)[1]
    start_wall(found, actor=request.user, now=timezone.now())
    return redirect("groups:wall", slug)


@login_required
@require_POST
def stop(request: HttpRequest, slug: str) -> HttpResponse:
    """The board shuts the door in the room."""
    assert isinstance(request.user, User)
    group, found = _round(request, slug)
    stop_wall(found, actor=request.user, now=timezone.now())
    messages.success(request, _("The code on the wall no longer works."))
    return redirect("groups:inputs", group.slug)
