"""Answer behind the link in the mail. The signed link is the right to do it: no sign-in, no cookie."""

from datetime import datetime
from functools import wraps
from typing import Any, Protocol

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mail.links import make_nonce, nonce_is_good
from meetings import ical
from meetings.access import invitation_by_token
from meetings.actions.answers import AnswersClosed, answer_invitation, undo_answer
from meetings.actions.handing import hand_over
from meetings.answering import Door
from meetings.cards import AnswerCard, answer_card
from meetings.enums import Road
from meetings.forms.answers import UNDO, AnswerForm, ColleagueByMailForm
from meetings.forms.guests import extra_forms
from meetings.letters.sheets import sheet_for
from meetings.models import Invitation
from meetings.private import masked, someone_else, speak
from meetings.tokens import ANSWER, answer_path, answer_token
from members.errors import Refused
from members.limits import address_of, is_within
from members.models import User
from members.notices import language_of


class TokenView(Protocol):
    """A view of a page behind a personal link."""

    def __call__(self, request: HttpRequest, token: str) -> HttpResponseBase: ...


def private(view: TokenView) -> TokenView:
    """Neither stored, indexed nor passed on in a Referer. With "no-referrer" browsers would post Origin: null."""

    @wraps(view)
    def wrapped(request: HttpRequest, token: str) -> HttpResponseBase:
        try:
            response = view(request, token)
        except Http404:
            if is_within("forged_address", address_of(request)):
                raise
            response = too_many(request)
        response["Cache-Control"] = "no-store, private"
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped


@csrf_exempt
@require_http_methods(["GET", "HEAD", "OPTIONS", "POST"])
@private
def answer_by_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """The page behind the answer links; only a button pressed on it changes anything."""
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": "GET, HEAD, OPTIONS, POST"})
    invitation, holds = invitation_by_token(token)
    now = timezone.now()
    if request.method != "POST":
        return answer_page(request, invitation, now, holds=holds)
    refusal = refusal_of(request, invitation, now, holds=holds)
    if refusal is not None:
        return refusal
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return answer_page(request, invitation, now, form=form, status=400)
    try:
        _answer(form, invitation, _actor(request, invitation), now)
    except AnswersClosed:
        return answer_page(request, answer_again(invitation), now, note="closed")
    return redirect(answer_path(invitation))


@csrf_exempt
@require_POST
@private
def hand_over_by_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """Send a colleague instead, by address: the page behind the link shows nobody's name."""
    invitation, holds = invitation_by_token(token)
    now = timezone.now()
    refusal = refusal_of(request, invitation, now, holds=holds)
    if refusal is not None:
        return refusal
    form = ColleagueByMailForm(request.POST)
    if not form.is_valid():
        return answer_page(request, invitation, now, colleague_form=form)
    try:
        hand_over(invitation, to=form.colleague(), via=Road.LINK, actor=_actor(request, invitation), now=now)
    except AnswersClosed:
        return answer_page(request, answer_again(invitation), now, note="closed")
    except Refused as refused:
        form.add_error("email", str(refused))
        return answer_page(request, invitation, now, colleague_form=form)
    return redirect(answer_path(invitation))


@require_safe
@private
def entry_by_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """The meeting for one's own calendar."""
    invitation, holds = invitation_by_token(token)
    now = timezone.now()
    card = answer_card(invitation, now, holds=holds)
    if card.door is Door.GONE:
        return answer_page(request, invitation, now, holds=holds)
    sheet = sheet_for(invitation.meeting, language_of(invitation.user), now)
    entry = ical.entry(invitation.meeting, words=sheet.calendar_words())
    return HttpResponse(
        entry,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="meeting.ics"'},
    )


def too_many(request: HttpRequest) -> HttpResponse:
    """The page for those who have come too often."""
    return render(request, "429.html", status=429)


def refusal_of(
    request: HttpRequest, invitation: Invitation, now: datetime, *, holds: bool, needs_open: bool = True
) -> HttpResponse | None:
    """Why a press of a button does not count: too many, another site, a dead link, or a page that was not fetched."""
    within = is_within("answer_link", f"invitation:{invitation.pk}") and is_within(
        "answer_address", address_of(request)
    )
    if not within:
        return too_many(request)
    card = answer_card(invitation, now, holds=holds)
    if card.door is Door.GONE or (needs_open and not card.taken):
        return answer_page(request, invitation, now, holds=holds)
    nonce = request.POST.get("nonce", "")
    if not same_origin(request) or not nonce_is_good(ANSWER, answer_token(invitation), nonce):
        return answer_page(request, invitation, now, form=AnswerForm(request.POST), note="again", status=403)
    return None


def same_origin(request: HttpRequest) -> bool:
    """False when another site's page sent the form."""
    origin = request.headers.get("Origin")
    own = f"{request.scheme}://{request.get_host()}"
    return origin is None or origin == own or origin in settings.CSRF_TRUSTED_ORIGINS


def _answer(form: AnswerForm, invitation: Invitation, actor: User, now: datetime) -> None:
    answer = form.cleaned_data["answer"]
    if answer == UNDO:
        undo_answer(invitation, via=Road.LINK, actor=actor, now=now)
        return
    answer_invitation(invitation, answer=answer, via=Road.LINK, actor=actor, comment=form.comment_given(), now=now)


def _actor(request: HttpRequest, invitation: Invitation) -> User:
    return someone_else(request, invitation) or invitation.user


def answer_again(invitation: Invitation) -> Invitation:
    """As it stands after somebody else was quicker."""
    rows = Invitation.objects.select_related("meeting__group", "meeting__round", "user", "affiliation__company", "diet")
    return rows.get(pk=invitation.pk)


def answer_page(
    request: HttpRequest, invitation: Invitation, now: datetime, *, holds: bool = True, status: int = 200, **more: Any
) -> HttpResponse:
    """The page behind the link as things stand; ``more`` are forms with errors, or a note."""
    card = answer_card(invitation, now, holds=holds)
    if card.door is Door.GONE:
        return render(request, "meetings/answer_gone.html", status=status)
    stranger = someone_else(request, invitation)
    if stranger is None:
        speak(request, invitation)
    context = _context(card, stranger) | more
    context["asks_more"] = bool(context.get("guests_form") or context.get("diet_form") or (card.diet and not stranger))
    chosen = request.POST.get("answer") or request.GET.get("answer") or request.GET.get("a")
    context["chosen"] = chosen if chosen in card.taken and chosen != card.answer else ""
    return render(request, "meetings/answer.html", context, status=status)


def _context(card: AnswerCard, stranger: User | None) -> dict[str, Any]:
    token = answer_token(card.invitation)
    return {
        **({} if stranger else extra_forms(card, shows=False)),
        "card": card,
        "meeting": card.meeting,
        "token": token,
        "nonce": make_nonce(ANSWER, token),
        "form": AnswerForm(initial={"comment": "" if stranger else card.invitation.comment}),
        "colleague_form": ColleagueByMailForm(),
        "stranger": stranger,
        "whose": masked(card.invitation.user) if stranger else card.invitation.user.display_name,
    }
