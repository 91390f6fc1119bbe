"""Answers that wait for a person: one press decides each."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from groups.models import Group
from mail.incoming.handling import settle
from mail.models import Incoming
from meetings.actions.answers import AnswersClosed, answer_invitation
from meetings.actions.meetings import invite_late
from meetings.actions.proposals import decline_proposal
from meetings.answering import ALL_ANSWERS
from meetings.enums import Road
from meetings.incoming.review import SHOWN, Item, items_of, waiting_for
from meetings.pasted import read_addresses
from meetings.rules import organises
from members.clock import oslo_today
from members.errors import Refused
from members.models import User
from members.rules import is_staff


@require_safe
@login_required
def review(request: HttpRequest) -> HttpResponse:
    """What came by mail and did not count by itself, the oldest first."""
    now = timezone.now()
    user = _reviewer(request, now)
    rows = waiting_for(user, now)
    after = request.GET.get("after", "")
    last = Incoming.objects.filter(pk=int(after)).first() if after.isdecimal() and len(after) < 18 else None
    if last is not None:
        later = rows.filter(received_at__gt=last.received_at)
        rows = later | rows.filter(received_at=last.received_at, pk__gt=last.pk)
    found = list(rows[: SHOWN + 1])
    context = {
        "items": items_of(found[:SHOWN], now),
        "more": "?" + urlencode({"after": found[SHOWN - 1].pk}) if len(found) > SHOWN else "",
        "crumbs": [(reverse("meetings:list"), _("Meetings"))],
    }
    return render(request, "meetings/review.html", context)


@require_POST
@login_required
def review_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Count the mail as an answer, to the meeting picked where it may be about several; both names stand beside it."""
    now = timezone.now()
    item, user = _item(request, pk, now)
    answer = request.POST.get("answer", "")
    invitation = item.picked(request.POST.get("invitation", ""))
    if invitation is None or answer not in ALL_ANSWERS:
        raise Http404
    try:
        answer_invitation(invitation, answer=answer, via=Road.BEHALF, actor=user, now=now)
    except AnswersClosed as refused:
        messages.error(request, str(refused))
        return redirect("meetings:review")
    settle(item.row, by=f"user:{user.pk}", now=now)
    messages.success(request, _("Noted for %(name)s.") % {"name": invitation.user.display_name})
    return redirect("meetings:review")


@require_POST
@login_required
def review_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite the address that answered with somebody else's invitation, as a person of its own."""
    now = timezone.now()
    item, user = _item(request, pk, now)
    addresses = read_addresses(item.answered_by).addresses
    if item.meeting is None or not addresses:
        raise Http404
    name = {"name": item.answered_by}
    try:
        if invite_late(item.meeting, actor=user, now=now, addresses=addresses):
            settle(item.row, by=f"user:{user.pk}", now=now)
            messages.success(request, _("%(name)s is invited.") % name)
        else:
            messages.info(request, _("%(name)s was invited already.") % name)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("meetings:review")


@require_POST
@login_required
def review_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no to a proposed time; the person's calendar is told."""
    now = timezone.now()
    item, user = _item(request, pk, now)
    if item.proposal is None:
        raise Http404
    try:
        decline_proposal(item.proposal, actor=user, now=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Declined. The person's calendar is told."))
    settle(item.row, by=f"user:{user.pk}", now=now)
    return redirect("meetings:review")


@require_POST
@login_required
def review_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Lay a mail aside: it changes nothing."""
    now = timezone.now()
    item, user = _item(request, pk, now)
    settle(item.row, by=f"user:{user.pk}", now=now)
    messages.success(request, _("Laid aside."))
    return redirect("meetings:review")


def _reviewer(request: HttpRequest, now: datetime) -> User:
    """Those who run meetings: boards, the cluster board, staff. Others see and decide nothing here."""
    user, today = request.user, oslo_today(now)
    assert isinstance(user, User)
    if is_staff(user) or organises(user, None, today) or Group.objects.led_by(user, today).exists():
        return user
    raise PermissionDenied


def _item(request: HttpRequest, pk: int, now: datetime) -> tuple[Item, User]:
    """A waiting mail that is this person's to decide, else 404: also when somebody else was quicker."""
    user = _reviewer(request, now)
    row = waiting_for(user, now).filter(pk=pk).first()
    if row is None:
        raise Http404
    return items_of([row], now)[0], user
