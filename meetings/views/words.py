"""Write to some of a meeting's people: chosen, previewed, confirmed."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from mail.masking import mask
from meetings.access import meeting_to_run
from meetings.actions.words import people_in, send_word
from meetings.enums import MeetingState
from meetings.forms.words import WordForm
from meetings.letters.sheets import sheet_for
from meetings.letters.words import sample_of
from meetings.models import Invitation, Meeting, Word
from meetings.rules import must_say_why
from meetings.views.meetings import crumbs_of
from members.clock import oslo_today
from members.errors import Refused
from members.models import User

MOST_NAMES = 60


@require_safe
@login_required
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, and what has been written before."""
    now = timezone.now()
    meeting = _meeting(request, pk, now)
    return _page(request, meeting, _form(request, meeting, now, None))


@require_POST
@login_required
def write_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Exactly who would get it, and how it looks; writes nothing."""
    now = timezone.now()
    meeting = _meeting(request, pk, now)
    form = _form(request, meeting, now, request.POST)
    if not form.is_valid():
        return _page(request, meeting, form, status=422)
    return _preview(request, meeting, form, now)


@require_POST
@login_required
def write_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it, to as many as the preview said; when they are others by now, the preview is shown anew."""
    now = timezone.now()
    meeting = _meeting(request, pk, now)
    form = _form(request, meeting, now, request.POST)
    if not form.is_valid():
        return _page(request, meeting, form, status=422)
    given = dict(form.cleaned_data)
    count = given.pop("count")
    try:
        word = send_word(meeting, **given, count=-1 if count is None else count, actor=_user(request), now=now)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _preview(request, meeting, form, now, status=422)
    words = ngettext("%(count)s mail is on its way.", "%(count)s mails are on their way.", word.count)
    messages.success(request, words % {"count": word.count})
    return redirect("meetings:write", pk)


def _meeting(request: HttpRequest, pk: int, now: datetime) -> Meeting:
    meeting = meeting_to_run(request.user, pk, now)
    if meeting.state == MeetingState.DRAFT:
        raise PermissionDenied
    return meeting


def _form(request: HttpRequest, meeting: Meeting, now: datetime, data: Any) -> WordForm:
    why = must_say_why(request.user, meeting, oslo_today(now))
    return WordForm(data, meeting=meeting, must_say_why=why)


def _preview(
    request: HttpRequest, meeting: Meeting, form: WordForm, now: datetime, *, status: int = 200
) -> HttpResponse:
    given = form.cleaned_data
    found = people_in(meeting, given["selection"], given["company"], now)
    people = found.people
    word = Word(meeting=meeting, subject=given["subject"], text=given["text"], sent_by=_user(request))
    context = _context(meeting) | {
        "form": form,
        "given": given,
        "people": people[:MOST_NAMES],
        "more": max(0, len(people) - MOST_NAMES),
        "count": len(people),
        "unwilling": found.unwilling,
        "sample": _sample(word, people, now),
    }
    return render(request, "meetings/write_preview.html", context, status=status)


def _sample(word: Word, people: list[Invitation], now: datetime) -> dict[str, str]:
    """How the first of them would read it, personal links left out."""
    if not people:
        return {}
    first = people[0]
    first.meeting = word.meeting
    letter = sample_of(word, sheet_for(word.meeting, first.user.language, now), first, now)
    text, subject = mask(letter.text, letter.secrets), mask(letter.subject, letter.secrets)
    return {"subject": subject, "text": text, "language": letter.language}


def _page(request: HttpRequest, meeting: Meeting, form: WordForm, *, status: int = 200) -> HttpResponse:
    sent = Word.objects.filter(meeting=meeting).select_related("sent_by", "company")[:20]
    return render(request, "meetings/write.html", _context(meeting) | {"form": form, "sent": sent}, status=status)


def _context(meeting: Meeting) -> dict[str, Any]:
    return {"meeting": meeting, "crumbs": [*crumbs_of(meeting), (meeting.get_absolute_url(), meeting.title)]}


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
