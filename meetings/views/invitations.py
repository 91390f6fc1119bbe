"""Who is invited: picked for a draft, added late, taken back, and what each has answered."""

from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, Lower
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from mail.models import Incoming, Message
from mail.queue import send_again
from meetings.access import invitation_to_run, meeting_to_run
from meetings.actions.meetings import add_person, invite_late, remove_person, withdraw_invitation
from meetings.answering import door_of, most_guests
from meetings.coming import tally
from meetings.enums import Answer, MeetingState
from meetings.forms import AnswerFilterForm, LateForm, PeopleSearchForm
from meetings.forms.guests import GuestsForm
from meetings.models import Invitation, Meeting
from meetings.people import find_people, named
from meetings.preview import preview_of, sample_letter
from meetings.rules import can_change
from meetings.views.meetings import crumbs_of
from members.clock import oslo_today
from members.errors import Refused
from members.models import Affiliation

PAGE = 40


@xframe_options_sameorigin
@csp_replace({"style-src": [SELF, UNSAFE_INLINE], "frame-ancestors": [SELF]})  # type: ignore[arg-type]
@login_required
@require_safe
def preview_mail(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """The mail as its first recipient in this language would see it; shown in a frame of the preview."""
    now = timezone.now()
    meeting = meeting_to_run(request.user, pk, now)
    if meeting.state != MeetingState.DRAFT:
        raise Http404
    try:
        invitee = preview_of(meeting, now).first_in(language)
    except LookupError as error:
        raise Http404 from error
    return HttpResponse(sample_letter(meeting, invitee, now).html)


@login_required
@require_safe
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Find people of the cluster for a meeting: picked for a draft, invited late once it is called."""
    now = timezone.now()
    meeting = meeting_to_run(request.user, pk, now)
    form = PeopleSearchForm(request.GET)
    typed = form.cleaned_data["q"] if form.is_valid() else ""
    picked = list(meeting.audience_people.for_display()) if meeting.state == MeetingState.DRAFT else []
    found = list(find_people(typed, oslo_today(now)))
    standing = meeting.invitations.standing().filter(user__in=[tie.user_id for tie in found])
    context = {
        "meeting": meeting,
        "form": form,
        "typed": typed,
        "found": found,
        "picked": picked,
        "there_already": set(standing.values_list("user_id", flat=True)) | {tie.user_id for tie in picked},
        "is_draft": meeting.state == MeetingState.DRAFT,
        "crumbs": [*crumbs_of(meeting), (meeting.get_absolute_url(), meeting.title)],
    }
    return render(request, "meetings/people.html", context)


def _named_tie(request: HttpRequest) -> Affiliation:
    written = request.POST.get("affiliation", "")
    if not (written.isascii() and written.isdecimal() and len(written) < 18):
        raise Http404
    return get_object_or_404(Affiliation.objects.active(oslo_today()).for_display(), pk=int(written))


def _back_to_people(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    typed = request.POST.get("q", "")[:80]
    path = reverse("meetings:people", args=[meeting.pk])
    return redirect(f"{path}?{urlencode({'q': typed})}" if typed else path)


@require_POST
@login_required
def pick(request: HttpRequest, pk: int) -> HttpResponse:
    """Pick a person for a draft, or invite them to a called meeting."""
    now = timezone.now()
    meeting = meeting_to_run(request.user, pk, now)
    tie = _named_tie(request)
    name = {"name": tie.user.display_name}
    try:
        if meeting.state == MeetingState.DRAFT:
            add_person(meeting, affiliation=tie, actor=request.user)  # type: ignore[arg-type]
            messages.success(request, _("%(name)s is on the list.") % name)
        elif invite_late(meeting, actor=request.user, now=now, people=[tie]):  # type: ignore[arg-type]
            messages.success(request, _("%(name)s is invited.") % name)
        else:
            messages.info(request, _("%(name)s was invited already.") % name)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _back_to_people(request, meeting)


@require_POST
@login_required
def unpick(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a picked person from a draft."""
    meeting = meeting_to_run(request.user, pk)
    written = request.POST.get("affiliation", "")
    tie = get_object_or_404(meeting.audience_people.all(), pk=int(written) if written.isdecimal() else 0)
    try:
        remove_person(meeting, affiliation=tie, actor=request.user)  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _back_to_people(request, meeting)


@login_required
@require_safe
def invitations(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is invited and what each answered, for those who run the meeting."""
    meeting = meeting_to_run(request.user, pk)
    return _invitations_page(request, meeting, LateForm())


@require_POST
@login_required
def add_addresses(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite more addresses to a called meeting."""
    now = timezone.now()
    meeting = meeting_to_run(request.user, pk, now)
    form = LateForm(request.POST)
    if not form.is_valid():
        return _invitations_page(request, meeting, form)
    try:
        added = invite_late(meeting, actor=request.user, now=now, addresses=form.addresses_read)  # type: ignore[arg-type]
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _invitations_page(request, meeting, form)
    words = ngettext("%(count)s more is invited.", "%(count)s more are invited.", added)
    messages.success(request, words % {"count": added} if added else _("All of them were invited already."))
    return redirect("meetings:invitations", meeting.pk)


@login_required
@require_safe
def invitation(request: HttpRequest, pk: int, invitation_pk: int) -> HttpResponse:
    """One invitation for those who run the meeting: the answers as they came, answering for them, taking it back."""
    now = timezone.now()
    return invitation_page(request, invitation_to_run(request.user, pk, invitation_pk, now), now)


def invitation_page(
    request: HttpRequest, row: Invitation, now: datetime, *, guests_form: GuestsForm | None = None, status: int = 200
) -> HttpResponse:
    """The page of one invitation that the reader runs."""
    meeting = row.meeting
    mails = mails_to(row)
    most = most_guests(row, door_of(row, now), on_behalf=True)
    context = {
        "guests_form": guests_form or (GuestsForm(invitation=row, most=most) if most else None),
        "meeting": meeting,
        "invitation": row,
        "is_stale": row.is_stale_for(meeting),
        "changes": row.changes.select_related("actor")[:20],
        "mails": mails,
        "has_failed": any(mail.can_go_again for mail in mails),
        "can_change": can_change(meeting, now) and row.withdrawn_at is None,
        "has_begun": meeting.has_started(now),
        "crumbs": [
            *crumbs_of(meeting),
            (meeting.get_absolute_url(), meeting.title),
            (reverse("meetings:invitations", args=[meeting.pk]), _("Invitations")),
        ],
    }
    return render(request, "meetings/invitation.html", context, status=status)


@require_POST
@login_required
def mail_again(request: HttpRequest, pk: int, invitation_pk: int) -> HttpResponse:
    """Send again what was given up or came back of the mails to one person about this meeting."""
    row = invitation_to_run(request.user, pk, invitation_pk)
    count = send_again([mail for mail in mails_to(row) if mail.can_go_again])
    words = ngettext("%(count)d mail is on its way again.", "%(count)d mails are on their way again.", count)
    messages.success(request, words % {"count": count} if count else _("No mail had failed."))
    return redirect("meetings:invitation", pk, invitation_pk)


def mails_to(row: Invitation) -> list[Message]:
    """The newest mails about the meeting to one person, without their words."""
    rows = Message.objects.about(row.meeting.about).to_recipient(row.ref)
    return list(rows.defer("text", "html", "sealed").order_by("-created_at", "-pk")[:20])


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int, invitation_pk: int) -> HttpResponse:
    """Take one invitation back; only that person is told."""
    row = invitation_to_run(request.user, pk, invitation_pk)
    try:
        withdraw_invitation(row, actor=request.user, now=timezone.now())  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("%(name)s is no longer invited.") % {"name": row.user.display_name}
        messages.success(request, words)
    return redirect("meetings:invitations", pk)


def _invitations_page(request: HttpRequest, meeting: Meeting, form: LateForm) -> HttpResponse:
    if meeting.state == MeetingState.DRAFT:
        return redirect("meetings:preview", meeting.pk)
    wish = AnswerFilterForm(request.GET)
    unreached = _unreached(meeting)
    rows = _filtered(meeting, wish.cleaned_data if wish.is_valid() else {}, unreached)
    shown, older = _page(rows, request.GET.get("after", ""))
    context: dict[str, Any] = {
        "meeting": meeting,
        "form": form,
        "filter": wish,
        "rows": shown,
        "older": older and "?" + urlencode({**_kept(request), "after": older}),
        "newer": "?" + urlencode(_kept(request)) if request.GET.get("after") else "",
        "tally": tally(meeting),
        "can_change": can_change(meeting, timezone.now()),
        "unreached": unreached,
        "waiting_mail": Incoming.objects.for_review().about(meeting.about).count(),
        "crumbs": [*crumbs_of(meeting), (meeting.get_absolute_url(), meeting.title)],
    }
    return render(request, "meetings/invitations.html", context, status=422 if form.errors else 200)


def _unreached(meeting: Meeting) -> set[int]:
    """The invitations that stand and whose people a mail about the meeting did not reach; a query more if there are any."""
    mails = Message.objects.about(meeting.about).in_trouble().filter(recipient__startswith="invitation:")
    pks = {int(ref.removeprefix("invitation:")) for ref in mails.values_list("recipient", flat=True)}
    return set(meeting.invitations.standing().filter(pk__in=pks).values_list("pk", flat=True)) if pks else set()


def _kept(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in ("q", "answer") if request.GET.get(name)}


def _filtered(meeting: Meeting, wish: dict[str, str], unreached: set[int]) -> QuerySet[Invitation]:
    answer, typed = wish.get("answer", ""), wish.get("q", "").strip()
    rows: Any = meeting.invitations.select_related("meeting", "user", "affiliation__company", "answered_by")
    rows = rows.filter(withdrawn_at__isnull=False) if answer == "withdrawn" else rows.standing()
    if answer == "queued":
        rows = rows.filter(queued_at__isnull=False)
    elif answer == "unreached":
        rows = rows.filter(pk__in=unreached)
    elif answer == Answer.NONE:
        rows = rows.asked()
    elif answer in Answer.values:
        rows = rows.filter(answer=answer, queued_at__isnull=True)
    if typed:
        rows = rows.filter(
            named(typed, "affiliation__") | Q(user__name__icontains=typed) | Q(company_name__icontains=typed)
        )
    placed = rows.annotate(place=Coalesce("affiliation__company__name_folded", Lower("company_name")))
    return cast("QuerySet[Invitation]", placed.order_by("place", "user__name", "pk"))


def _page(rows: QuerySet[Invitation], after: str) -> tuple[list[Invitation], str]:
    """One page by key, and the key of the next. The key is the last row shown; its place is looked up."""
    last = rows.filter(pk=int(after)).first() if after.isascii() and after.isdecimal() and len(after) < 18 else None
    if last is not None:
        same_place = Q(place=last.place)  # type: ignore[attr-defined]
        later = Q(place__gt=last.place)  # type: ignore[attr-defined]
        later |= same_place & Q(user__name__gt=last.user.name)
        later |= same_place & Q(user__name=last.user.name, pk__gt=last.pk)
        rows = rows.filter(later)
    found = list(rows[: PAGE + 1])
    for row in found:
        row.is_stale = row.is_stale_for(row.meeting)  # type: ignore[attr-defined]
    return found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else ""
