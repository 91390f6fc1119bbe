"""Answer when signed in, for oneself or on somebody's behalf."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.access import invitation_to_answer, meeting_for, own_invitation
from meetings.actions.answers import AnswersClosed, Outcome, answer_invitation, undo_answer
from meetings.actions.handing import hand_over
from meetings.cards import answer_card
from meetings.enums import Answer, Road
from meetings.forms.answers import UNDO, AnswerForm, ColleagueForm
from meetings.models import Invitation
from members.errors import Refused
from members.models import User


@require_POST
@login_required
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer one's own invitation, from the meeting's page or from My page."""
    now = timezone.now()
    invitation = _own(request, pk, now)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _first_error(form))
        return _back(request, invitation)
    try:
        outcome = _give(form, invitation, actor=request.user, via=Road.PAGE, now=now)
    except AnswersClosed as refused:
        messages.error(request, str(refused))
        return _back(request, invitation)
    if request.headers.get("HX-Request"):
        return _card(request, outcome.invitation, now)
    messages.success(request, _said(outcome))
    return _back(request, invitation)


@require_POST
@login_required
def send_colleague(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a colleague instead of oneself."""
    now = timezone.now()
    invitation = _own(request, pk, now)
    form = ColleagueForm(request.POST, colleagues=answer_card(invitation, now, picks=True).colleagues)
    if form.is_valid():
        try:
            handed = hand_over(
                invitation,
                to=form.colleague_chosen(),
                via=Road.PAGE,
                actor=request.user,  # type: ignore[arg-type]
                now=now,
            )
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            name = handed.taker.user.name or handed.taker.user.email
            messages.success(request, _("%(name)s has got the invitation instead of you.") % {"name": name})
    else:
        messages.error(request, _first_error(form))
    return _back(request, invitation)


@require_POST
@login_required
def answer_on_behalf(request: HttpRequest, pk: int, invitation_pk: int) -> HttpResponse:
    """Note what somebody has said on the phone. Both names are kept."""
    now = timezone.now()
    invitation = invitation_to_answer(request.user, pk, invitation_pk, now)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _first_error(form))
        return _back(request, invitation)
    try:
        outcome = _give(form, invitation, actor=request.user, via=Road.BEHALF, now=now)
    except AnswersClosed as refused:
        messages.error(request, str(refused))
        return _back(request, invitation)
    words = _("%(name)s: %(answer)s") % {
        "name": invitation.user.display_name,
        "answer": _state(outcome.invitation),
    }
    messages.success(request, words)
    return _back(request, invitation)


def _own(request: HttpRequest, pk: int, now: datetime) -> Invitation:
    meeting = meeting_for(request.user, pk, now)
    invitation = own_invitation(request.user, meeting)
    if invitation is None:
        raise Http404
    return invitation


def _give(form: AnswerForm, invitation: Invitation, *, actor: Any, via: Road, now: datetime) -> Outcome:
    assert isinstance(actor, User)
    chosen = form.cleaned_data["answer"]
    if chosen == UNDO:
        return undo_answer(invitation, via=via, actor=actor, now=now)
    return answer_invitation(invitation, answer=chosen, via=via, actor=actor, comment=form.comment_given(), now=now)


def _first_error(form: Any) -> str:
    return next(str(error) for errors in form.errors.values() for error in errors)


def _waits(outcome: Outcome) -> str:
    if outcome.invitation.meeting.capacity_per_company is not None:  # the card says whose places are taken
        return _("You are on the waiting list.")
    return _("The meeting is full. You are on the waiting list.")


def _said(outcome: Outcome) -> str:
    """What the toast says."""
    if outcome.late:
        return _("You are not coming. The organiser has been told.")
    return {
        Answer.YES: _waits(outcome) if outcome.invitation.queued_at else _("You are coming."),
        Answer.MAYBE: _("You answered maybe."),
        Answer.NO: _("You are not coming."),
        Answer.NONE: _("Your answer is taken back."),
    }[Answer(outcome.invitation.answer)]


def _state(invitation: Invitation) -> str:
    if invitation.queued_at:
        return _("on the waiting list")
    return str(Answer(invitation.answer).label)


def _back(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """To the page the reader came from, on this site, else to the meeting."""
    path = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(path, allowed_hosts=None) and path.startswith("/")
    return redirect(path if own else reverse("meetings:detail", args=[invitation.meeting_id]))


def _card(request: HttpRequest, invitation: Invitation, now: datetime) -> HttpResponse:
    return render(
        request, "meetings/_answer_card.html", {"invitation": invitation, "now": now, "meeting": invitation.meeting}
    )
