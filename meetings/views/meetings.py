"""Read about meetings: the list, one meeting, its entry for the calendar."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from groups.models import Group
from meetings import ical
from meetings.access import carried_actions, documents_for, meeting_for, minutes_are_out, own_invitation
from meetings.agenda import running
from meetings.coming import coming_and_tally, who_comes
from meetings.enums import MeetingState
from meetings.letters.sheets import entry_words
from meetings.listing import page_of
from meetings.models import Invitation, Meeting
from meetings.rules import Someone, can_change, may_make_meeting, may_run
from members.clock import oslo_today
from members.models import User
from members.names import clean_line
from members.rules import is_staff
from members.views.guards import or_sign_in

TABS = ("upcoming", "mine", "past", "drafts")


@require_safe
def meeting_list(request: HttpRequest) -> HttpResponse:
    """Meetings the reader may know of: coming, with an invitation of one's own, past, and drafts of one's own.

    ``?group=`` leaves those of one group.
    """
    now, user = timezone.now(), request.user
    tab = request.GET.get("show", "")
    tab = tab if tab in TABS else TABS[0]
    visible = Meeting.objects.visible_to(user, oslo_today(now)).select_related("group")
    slug = clean_line(request.GET.get("group", ""))
    kept = {"group": slug} if slug else {}
    if kept:
        visible = visible.filter(group__slug=slug)
    rows = _rows(visible, tab, user).prefetch_related(_own(user)) if user.pk else _rows(visible, tab, user)
    page = page_of(
        rows,
        soonest_first=tab in {"upcoming", "drafts"},
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    may_make = _may_make(user)
    context = {
        "tab": tab,
        "group": Group.objects.filter(slug=slug).first() if slug else None,
        "tabs": _tabs(tab, user, kept, may_make=may_make),
        "meetings": page.meetings,
        "newer": page.previous and "?" + urlencode({**kept, "show": tab, "before": page.previous}),
        "older": page.following and "?" + urlencode({**kept, "show": tab, "after": page.following}),
        "may_make": may_make,
        "now": now,
    }
    return render(request, "meetings/meeting_list.html", context)


def _rows(visible: QuerySet[Meeting], tab: str, user: Someone) -> QuerySet[Meeting]:
    now = timezone.now()
    if tab == "past":
        return visible.past(now)  # type: ignore[attr-defined,no-any-return]
    if tab == "drafts":
        return visible.filter(state=MeetingState.DRAFT) if user.is_authenticated else visible.none()
    rows = visible.filter(state=MeetingState.CALLED, ends_at__gt=now)
    if tab == "mine":
        # cancelled ones too: whoever was invited looks for them here
        coming = Q(state__in=[MeetingState.CALLED, MeetingState.CANCELLED], ends_at__gt=now)
        if not isinstance(user, User):
            return visible.none()
        return visible.filter(
            coming, pk__in=Invitation.objects.of(user, oslo_today(now)).values_list("meeting", flat=True)
        )
    return rows


def _own(user: Someone) -> "Prefetch[Any]":
    return Prefetch("invitations", Invitation.objects.of(user, oslo_today()), to_attr="own")  # type: ignore[arg-type]


def _may_make(user: Someone) -> bool:
    return is_staff(user) or (isinstance(user, User) and Group.objects.led_by(user, oslo_today()).exists())


def _tabs(current: str, user: Someone, kept: dict[str, str], *, may_make: bool) -> list[dict[str, Any]]:
    words = {"upcoming": _("Coming"), "mine": _("Mine"), "past": _("Past"), "drafts": _("Drafts")}
    shown = [
        tab
        for tab in TABS
        if tab in {"upcoming", "past"} or (tab == "mine" and user.is_authenticated) or (tab == "drafts" and may_make)
    ]
    return [
        {"path": "?" + urlencode({**kept, "show": tab}), "label": words[tab], "is_current": tab == current}
        for tab in shown
    ]


@require_safe
@login_required
def choose(request: HttpRequest) -> HttpResponse:
    """Who calls the meeting: a group one sits on the board of, or the cluster. With one choice, straight on.

    ``?then=year`` leads to the year plan instead.
    """
    today = oslo_today()
    groups = Group.objects.listed() if is_staff(request.user) else Group.objects.led_by(request.user, today)  # type: ignore[arg-type]
    found = list(groups.order_by("name", "pk"))
    for_cluster = may_make_meeting(request.user, None, today)
    if not found and not for_cluster:
        raise PermissionDenied
    to_year = request.GET.get("then") == "year"
    path = reverse("meetings:year" if to_year else "meetings:new")
    if len(found) == 1 and not for_cluster:
        return redirect(f"{path}?group={found[0].slug}")
    context = {"groups": found, "for_cluster": for_cluster, "path": path, "to_year": to_year}
    return render(request, "meetings/meeting_choose.html", context)


@require_safe
@or_sign_in
def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: when, where, what, my answer, who comes, and what the organiser can do."""
    now = timezone.now()
    return meeting_page(request, meeting_for(request.user, pk, now), now)


def meeting_page(
    request: HttpRequest, meeting: Meeting, now: datetime, *, written: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The page of a meeting that the reader may know of; ``written``: forms of the answer card with errors."""
    user = request.user
    invitation = own_invitation(user, meeting)
    runs = may_run(user, meeting, oslo_today(now))
    context: dict[str, Any] = {
        "meeting": meeting,
        "invitation": invitation,
        "written": written,
        "slots": list(running(meeting.starts_at, meeting.agenda.all())),
        "crumbs": crumbs_of(meeting),
        "now": now,
        "runs": runs,
        "keeps": runs and (meeting.group is not None or is_staff(user)),
        "sees_link": runs or invitation is not None,
        "can_change": can_change(meeting, now),
        "has_begun": meeting.has_started(now),
        "is_ahead": meeting.state == MeetingState.CALLED and not meeting.is_over(now),
        "documents": documents_for(user, meeting, now, sees_inside=runs or invitation is not None),
        "carried": carried_actions(user, meeting, now, runs=runs),
        "today": oslo_today(now),
        **_round(meeting, now, may_write=invitation is not None or runs),
    }
    if meeting.has_started(now) and not runs:
        context["minutes_are_out"] = minutes_are_out(user, meeting, now, sees_inside=invitation is not None)
    if meeting.state != MeetingState.DRAFT and runs:
        context["coming"], context["tally"] = coming_and_tally(meeting)
    elif meeting.state != MeetingState.DRAFT and invitation is not None:
        context["coming"] = who_comes(meeting)
    return render(request, "meetings/meeting_detail.html", context, status=status)


def _round(meeting: Meeting, now: datetime, *, may_write: bool) -> dict[str, Any]:
    """The state of the meeting's round of input, and where this reader writes."""
    if meeting.round is None or meeting.group is None:
        return {}
    path = f"{meeting.group.get_absolute_url()}input/new/?round={meeting.round.pk}" if may_write else ""
    return {"round_is_open": meeting.round.is_open(now), "input_path": path}


def crumbs_of(meeting: Meeting) -> list[tuple[str, str]]:
    """The way to a meeting's page."""
    return crumbs_to(meeting.group)


def crumbs_to(group: Group | None) -> list[tuple[str, str]]:
    """The way to what belongs to a group's meetings, or to the cluster's."""
    own = [(group.get_absolute_url(), group.name)] if group else []
    return [*own, (reverse("meetings:list"), _("Meetings"))]


@require_safe
@or_sign_in
def meeting_ics(request: HttpRequest, pk: int) -> HttpResponse:
    """The meeting for "add to calendar": no people, the same bytes until it changes.

    The way in online stands there for those who see it on the meeting's page.
    """
    meeting = meeting_for(request.user, pk)
    if own_invitation(request.user, meeting) is None and not may_run(request.user, meeting, oslo_today()):
        meeting.online_url = ""
    slots = list(running(meeting.starts_at, meeting.agenda.all()))
    words = entry_words(meeting, translation.get_language() or "nb", slots)
    response = HttpResponse(ical.entry(meeting, words=words), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    response["Cache-Control"] = "private, no-cache"
    return response
