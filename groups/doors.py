"""Login-free doors to a round: the room's QR code and the personal link in the mail open the same page.

Whoever resolves a token calls ``serve`` with the round and the writer. The page shows other people's words only while
the room's door is open, and never a name. Nothing is written before the page's own form is sent back.
"""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.actions.inputs import Writer
from groups.counting import round_counts
from groups.enums import Door, GroupState
from groups.errors import InputGone, RoundNotOpen
from groups.models import Round
from groups.room import PURPOSE
from groups.writing import Desk, cost_figures
from mail.links import make_nonce, nonce_is_good
from members.limits import address_of, is_within

NONCE_AGE = timedelta(hours=12)  # a page may lie open on a phone through a meeting
SIMILAR, SUPPORT = "similar", "support"


def guarded(request: HttpRequest, token: str, response: HttpResponse) -> HttpResponse:
    """What every token page says to browsers, proxies and search engines."""
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def forged(request: HttpRequest) -> None:
    """A token that nobody signed: 404, and not often from one address."""
    if not is_within("forged_address", address_of(request)):
        raise_too_many()
    raise Http404


class TooManyError(Exception):
    """Over a limit; the page says so with 429."""


def raise_too_many() -> None:
    raise TooManyError


def too_many(request: HttpRequest) -> HttpResponse:
    """Over a limit: come back later."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = "60"
    return response


def closed(request: HttpRequest, token: str, *, title: str, text: str, found: Round | None = None) -> HttpResponse:
    """A genuine link whose time is not now: 200, and says so."""
    page = render(request, "groups/door_closed.html", {"heading": title, "text": text, "round": found})
    return guarded(request, token, page)


def serve(request: HttpRequest, found: Round, writer: Writer, *, token: str, verb: str = "") -> HttpResponse:
    """The whole door: the form (GET), handing in (POST), and the verbs "similar" and "support" (POST).

    Answers 200 with a sentence when the round takes nothing now, 429 over the limits, 403 without the page's nonce.
    """
    now = timezone.now()
    shut = _shut(request, found, writer, token)
    if shut is not None:
        return shut
    desk = Desk(found, writer, now, shows_others=found.room_is_open(now))
    if request.method != "POST":
        if verb:
            raise Http404
        return _page(request, desk, desk.form(), token)
    if not _within_limits(request, writer, token, verb):
        return guarded(request, token, too_many(request))
    if not nonce_is_good(PURPOSE, token, request.POST.get("nonce", ""), NONCE_AGE):
        form = desk.form(request.POST)
        form.add_error(None, _("The page had been open for too long. Nothing is lost: send it once more."))
        return _page(request, desk, form, token, status=403)
    verbs = {"": _hand_in, SIMILAR: _similar, SUPPORT: _support}
    if verb not in verbs:
        raise Http404
    return verbs[verb](request, desk, token)


def _shut(request: HttpRequest, found: Round, writer: Writer, token: str) -> HttpResponse | None:
    now = timezone.now()
    if found.group.state == GroupState.CLOSED:
        return closed(request, token, title=_("This round is closed"), text=_("The group has ended its work."))
    if writer.door == Door.QR and not found.room_is_open(now):
        text = _(
            "The code on the wall works only while the meeting lasts. Use the link in your invitation, or sign in."
        )
        return closed(request, token, title=_("The door in the room is shut"), text=text, found=found)
    if not found.has_opened(now):
        text = _("It opens with the invitation.")
        return closed(request, token, title=_("The round has not opened yet"), text=text, found=found)
    return None


def _within_limits(request: HttpRequest, writer: Writer, token: str, verb: str) -> bool:
    """Strict for a personal link, wide for the room's shared one and for an address that a room shares."""
    if not is_within("input_address", address_of(request)):
        return False
    limit = "input_typing" if verb == SIMILAR else "input_room" if writer.door == Door.QR else "input_link"
    return is_within(limit, f"{token}:{address_of(request)}" if verb == SIMILAR else token)


def _context(desk: Desk, token: str) -> dict[str, object]:
    return {
        "round": desk.round,
        "group": desk.round.group,
        "writer": desk.writer,
        "is_open": desk.round.is_open(desk.now),
        "nonce": make_nonce(PURPOSE, token),
        "form_url": reverse("door", args=[token]),
        "similar_url": reverse("door_verb", args=[token, SIMILAR]) if desk.shows_others else "",
        "support_url": reverse("door_verb", args=[token, SUPPORT]),
        "cost_figures": cost_figures(),
        "draft": f"round-{desk.round.pk}",
    }


def _page(
    request: HttpRequest, desk: Desk, form: object, token: str, *, status: int = 200, **more: object
) -> HttpResponse:
    context = {**_context(desk, token), "form": form, **more}
    return guarded(request, token, render(request, "groups/door.html", context, status=status))


def _hand_in(request: HttpRequest, desk: Desk, token: str) -> HttpResponse:
    form = desk.form(request.POST)
    if not form.is_valid():
        return _page(request, desk, form, token)
    try:
        item, code = desk.hand_in(form)
    except RoundNotOpen as refused:
        return closed(request, token, title=str(refused), text="", found=desk.round)
    context = {
        **_context(desk, token),
        "item": item,
        "code": code,
        "alike": desk.alike(item.text, without=item),
        "counts": round_counts(desk.round) if desk.shows_others else None,
    }
    return guarded(request, token, render(request, "groups/door_sent.html", context))


def _similar(request: HttpRequest, desk: Desk, token: str) -> HttpResponse:
    context = {**_context(desk, token), "alike": desk.alike(request.POST.get("text", ""))}
    return guarded(request, token, render(request, "groups/_similar.html", context))


def _support(request: HttpRequest, desk: Desk, token: str) -> HttpResponse:
    try:
        item, company = desk.support(request.POST)
    except InputGone:
        raise Http404 from None
    context = {**_context(desk, token), "item": item, "company": company}
    if request.headers.get("HX-Request"):
        return guarded(request, token, render(request, "groups/_supported.html", context))
    return _page(request, desk, desk.form(request.POST), token, supported=item, supporter=company)
