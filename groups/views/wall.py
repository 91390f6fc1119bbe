"""The wall in the room: the QR code, how many have written, and the last texts. Never a name."""

import hashlib
from datetime import datetime

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
from groups.enums import Visibility
from groups.models import Group, Input, Round
from groups.room import qr_svg, room_url, short_code
from mail.links import absolute
from members.models import User

SHOWN = 6
TURN_MINUTES = 5


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


def wall_texts(found: Round, now: datetime) -> list[Input]:
    """The newest readable texts, and among them anonymous ones in turn, so that their place tells no hour."""
    rows = Input.objects.readable().filter(round=found)
    known = list(rows.exclude(visibility=Visibility.ANONYMOUS).order_by("-created_at", "pk")[:SHOWN])
    hidden = list(rows.filter(visibility=Visibility.ANONYMOUS).order_by("-week", "pk")[:100])
    turn = int(now.timestamp() // (60 * TURN_MINUTES))
    hidden.sort(key=lambda item: hashlib.sha256(f"{turn}:{item.pk}".encode()).digest())
    own = max(SHOWN - len(hidden), SHOWN * 2 // 3)
    shown = known[:own] + hidden[: SHOWN - min(len(known), own)]
    return shown[:SHOWN]


def _etag(request: HttpRequest, slug: str) -> str:
    """Changes when a number or a text on the wall does."""
    found = _round(request, slug)[1]
    now = timezone.now()
    parts = [request.LANGUAGE_CODE, str(round_counts(found)), str(_minutes_left(found, now))]
    parts += [f"{item.pk}.{item.version}" for item in wall_texts(found, now)]
    return f'"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]}"'


def _minutes_left(found: Round, now: datetime) -> int:
    if not found.room_is_open(now) or found.room_closes_at is None:
        return 0
    return max(1, round((found.room_closes_at - now).total_seconds() / 60))


def _context(group: Group, found: Round) -> dict[str, object]:
    now = timezone.now()
    return {
        "group": group,
        "round": found,
        "counts": round_counts(found),
        "texts": wall_texts(found, now),
        "room_open": found.room_is_open(now),
        "minutes": _minutes_left(found, now),
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
