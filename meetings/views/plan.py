"""The plan of a meeting's mails: what goes out when, to whom, with which words; each can be changed before it does."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from meetings.access import meeting_to_run
from meetings.actions.plan import move_step, send_step_now, steps_in, switch_step, worded_in, write_words
from meetings.forms.plan import MoveStepForm, ReasonForm, SendNowForm, WordsForStepForm
from meetings.models import Meeting
from meetings.planning import plan_of
from meetings.rules import must_say_why
from meetings.views.meetings import crumbs_of
from members.clock import oslo_today
from members.errors import Refused
from members.models import User

Deed = Callable[[Meeting, dict[str, Any]], str]


@require_safe
@login_required
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Every mail of the meeting in the order of time."""
    now = timezone.now()
    return _page(request, meeting_to_run(request.user, pk, now), now)


@require_POST
@login_required
def plan_move(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Another time for one mail."""

    def deed(meeting: Meeting, given: dict[str, Any]) -> str:
        move_step(meeting, step=step, **given)
        return _("The mail has another time.")

    return _do(request, pk, step, MoveStepForm, deed)


@require_POST
@login_required
def plan_switch(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Send one mail, or not."""
    is_on = request.POST.get("on") == "yes"

    def deed(meeting: Meeting, given: dict[str, Any]) -> str:
        switch_step(meeting, step=step, is_on=is_on, **given)
        return _("The mail is sent after all.") if is_on else _("The mail is not sent.")

    return _do(request, pk, step, ReasonForm, deed)


@require_POST
@login_required
def plan_words(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Own words above the text of one mail."""

    def deed(meeting: Meeting, given: dict[str, Any]) -> str:
        write_words(meeting, step=step, **given)
        return _("Your words are saved.")

    return _do(request, pk, step, WordsForStepForm, deed, steps=worded_in)


@require_POST
@login_required
def plan_send(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Send one mail now, to as many as the page said; when they are others by now, the page is shown anew."""

    def deed(meeting: Meeting, given: dict[str, Any]) -> str:
        sent = send_step_now(meeting, step=step, **given)
        words = ngettext("%(count)s mail is on its way.", "%(count)s mails are on their way.", sent)
        return words % {"count": sent} if sent else _("Nobody was left to send it to.")

    return _do(request, pk, step, SendNowForm, deed)


def _do(
    request: HttpRequest, pk: int, step: str, make: Any, deed: Deed, *, steps: Callable[[Meeting], list[str]] = steps_in
) -> HttpResponse:
    now = timezone.now()
    meeting = meeting_to_run(request.user, pk, now)
    if step not in steps(meeting):
        raise Http404
    form = make(request.POST, must_say_why=must_say_why(request.user, meeting, oslo_today(now)))
    if form.is_valid():
        assert isinstance(request.user, User)
        try:
            said = deed(meeting, {**form.cleaned_data, "actor": request.user, "now": now})
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect("meetings:plan", pk)
    return _page(request, meeting, now, wrong={step: form})


def _page(
    request: HttpRequest, meeting: Meeting, now: datetime, *, wrong: dict[str, Any] | None = None
) -> HttpResponse:
    why = must_say_why(request.user, meeting, oslo_today(now))
    mails = []
    for planned in plan_of(meeting, now):
        form = (wrong or {}).get(planned.step)
        mails.append(
            {
                "mail": planned,
                "errors": [error for errors in form.errors.values() for error in errors] if form else [],
                "move": form if isinstance(form, MoveStepForm) else MoveStepForm.of(planned, must_say_why=why),
                "words": form if isinstance(form, WordsForStepForm) else WordsForStepForm.of(planned, must_say_why=why),
            }
        )
    context = {
        "meeting": meeting,
        "mails": mails,
        "must_say_why": why,
        "crumbs": [*crumbs_of(meeting), (meeting.get_absolute_url(), meeting.title)],
        "has_begun": meeting.has_started(now),
    }
    return render(request, "meetings/plan.html", context, status=422 if wrong else 200)
