"""What goes with a yes: guests one brings and what one cannot eat; and what the kitchen gets of it."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from meetings.access import invitation_by_token, invitation_to_run, kitchen_to_run, meeting_for, own_invitation
from meetings.actions.answers import AnswersClosed
from meetings.actions.diet import ConsentMissing, tell_kitchen
from meetings.actions.guests import NoPlaceForGuests, bring_guests
from meetings.answering import door_of, most_guests
from meetings.enums import Road
from meetings.forms.guests import DietForm, GuestsForm
from meetings.kitchen import kitchen_list
from meetings.models import Invitation
from meetings.private import someone_else
from meetings.tokens import answer_path
from meetings.views.answers import answer_again, answer_page, private, refusal_of
from meetings.views.invitations import invitation_page
from meetings.views.meetings import crumbs_of, meeting_page
from members.clock import oslo_today


@require_POST
@login_required
def guests(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whom one brings."""
    now = timezone.now()
    invitation = _own(request, pk, now)
    form = _guests_form(request, invitation, now)
    refused = _bring(form, invitation, Road.PAGE, now)
    if refused is not None:
        messages.error(request, str(refused))
    elif not form.is_valid():
        return meeting_page(request, invitation.meeting, now, written={"guests_form": form}, status=422)
    else:
        messages.success(request, _said(len(form.names())))
    return _back(invitation)


@require_POST
@login_required
@sensitive_post_parameters("diet")
def diet(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell the kitchen what one cannot eat, or take it back."""
    now = timezone.now()
    invitation = _own(request, pk, now)
    form = DietForm(request.POST)
    refused = _tell(form, invitation, now)
    if refused is not None:
        messages.error(request, str(refused))
    elif not form.is_valid():
        return meeting_page(request, invitation.meeting, now, written={"diet_form": form}, status=422)
    else:
        messages.success(request, _told(form))
    return _back(invitation)


@csrf_exempt
@require_POST
@private
def guests_by_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """Say whom one brings, behind the link in the mail."""
    invitation, holds = invitation_by_token(token)
    now = timezone.now()
    refusal = _refusal_of_strangers(request, invitation, now, holds=holds)
    if refusal is not None:
        return refusal
    form = _guests_form(request, invitation, now, shows=False)
    if _bring(form, invitation, Road.LINK, now) is not None:
        return answer_page(request, answer_again(invitation), now, note="closed")
    if not form.is_valid():
        return answer_page(request, answer_again(invitation), now, guests_form=form, status=422)
    return redirect(answer_path(invitation))


@csrf_exempt
@require_POST
@private
@sensitive_post_parameters("diet")
def diet_by_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """Tell the kitchen what one cannot eat, or take it back, behind the link in the mail."""
    invitation, holds = invitation_by_token(token)
    now = timezone.now()
    refusal = _refusal_of_strangers(request, invitation, now, holds=holds, takes_back=True)
    if refusal is not None:
        return refusal
    form = DietForm(request.POST)
    if _tell(form, invitation, now) is not None:
        return answer_page(request, answer_again(invitation), now, note="closed")
    if not form.is_valid():
        return answer_page(request, invitation, now, diet_form=form, status=422)
    return redirect(answer_path(invitation))


@require_POST
@login_required
def guests_on_behalf(request: HttpRequest, pk: int, invitation_pk: int) -> HttpResponse:
    """Note whom somebody brings, as they have said on the phone."""
    now = timezone.now()
    invitation = invitation_to_run(request.user, pk, invitation_pk, now)
    form = _guests_form(request, invitation, now, on_behalf=True)
    refused = _bring(form, invitation, Road.BEHALF, now)
    if refused is not None:
        messages.error(request, str(refused))
    elif not form.is_valid():
        return invitation_page(request, invitation, now, guests_form=form, status=422)
    else:
        messages.success(request, _("Guests of %(name)s are noted.") % {"name": invitation.user.display_name})
    return redirect("meetings:invitation", pk, invitation_pk)


@require_safe
@login_required
def kitchen(request: HttpRequest, pk: int) -> HttpResponse:
    """What the kitchen needs to know: how many eat, and what some of them cannot. No names."""
    now = timezone.now()
    meeting = kitchen_to_run(request.user, pk, now)
    context = {
        "meeting": meeting,
        "kitchen": kitchen_list(meeting, oslo_today(now)),
        "crumbs": [*crumbs_of(meeting), (meeting.get_absolute_url(), meeting.title)],
    }
    response = render(request, "meetings/kitchen.html", context)
    response["Cache-Control"] = "no-store, private"
    return response


def _own(request: HttpRequest, pk: int, now: datetime) -> Invitation:
    invitation = own_invitation(request.user, meeting_for(request.user, pk, now))
    if invitation is None:
        raise Http404
    return invitation


def _guests_form(
    request: HttpRequest, invitation: Invitation, now: datetime, *, on_behalf: bool = False, shows: bool = True
) -> GuestsForm:
    most = most_guests(invitation, door_of(invitation, now), on_behalf=on_behalf)
    return GuestsForm(request.POST, invitation=invitation, most=most, shows=shows)


def _bring(form: GuestsForm, invitation: Invitation, via: Road, now: datetime) -> AnswersClosed | None:
    """Do it if the form is right; what is wrong with the number stands beside the field afterwards."""
    if form.fields and not form.is_valid():
        return None
    try:
        bring_guests(invitation, names=form.names() if form.is_valid() else [], via=via, now=now)
    except NoPlaceForGuests as refused:
        form.refuse(str(refused))
    except AnswersClosed as refused:
        return refused
    return None


def _tell(form: DietForm, invitation: Invitation, now: datetime) -> AnswersClosed | None:
    if not form.is_valid():
        return None
    text, consents = form.cleaned_data["diet"], form.cleaned_data["consent"]
    try:
        tell_kitchen(invitation, text=text, consents=consents, now=now)
    except ConsentMissing as refused:
        form.add_error("consent", str(refused))
    except AnswersClosed as refused:
        return refused
    return None


def _refusal_of_strangers(
    request: HttpRequest, invitation: Invitation, now: datetime, *, holds: bool, takes_back: bool = False
) -> HttpResponse | None:
    """Guests and diet are the person's own: whoever else is signed in gets the page and changes nothing.

    What was told the kitchen can be taken back also when no answer is taken any more.
    """
    refusal = refusal_of(request, invitation, now, holds=holds, needs_open=not takes_back)
    if refusal is None and someone_else(request, invitation) is not None:
        return answer_page(request, invitation, now, status=403)
    return refusal


def _said(count: int) -> str:
    if count == 0:
        return _("You bring no guests.")
    return ngettext("You bring %(count)d guest.", "You bring %(count)d guests.", count) % {"count": count}


def _told(form: DietForm) -> str:
    if form.cleaned_data["diet"]:
        return _("The kitchen gets to know it, without your name.")
    return _("It is deleted. The kitchen knows nothing of you.")


def _back(invitation: Invitation) -> HttpResponse:
    return redirect(reverse("meetings:detail", args=[invitation.meeting_id]) + "#answer")
