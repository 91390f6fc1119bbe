"""Look-ups that are the access check: 404 where a person may not know, 403 where they may see and not do."""

from collections.abc import Mapping
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from groups.models import Group
from groups.rules import belongs_to_group
from mail.links import read_token
from meetings.enums import MeetingState
from meetings.models import (
    ActionItem,
    Invitation,
    Meeting,
    MeetingDocument,
    MeetingTemplate,
    Minutes,
    TimeProposal,
)
from meetings.rules import Someone, may_approve, may_change_template, may_keep_template, may_make_meeting, may_run
from meetings.tokens import ANSWER
from members.clock import oslo_today
from members.models import User
from members.names import clean_line
from members.prepared import prepared
from members.rules import is_contact

MOST_CARRIED = 50


@prepared
def _known_to(user: User, pk: int, on_day: date) -> QuerySet[Meeting]:
    return _with_all(Meeting.objects.known_to(user, on_day)).filter(pk=pk)


def _with_all(rows: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """With group and round, and whether there are minutes, documents and something left to do by earlier meetings: where
    there are none, pages ask no more.
    """
    documents = MeetingDocument.objects.standing().filter(meeting=OuterRef("pk"))
    minutes = Minutes.objects.published().filter(meeting=OuterRef("pk"))
    carried = ActionItem.objects.open_before(OuterRef("group"), OuterRef("starts_at"))
    joined = rows.select_related("group", "round")
    return joined.annotate(has_documents=Exists(documents), has_minutes=Exists(minutes), has_carried=Exists(carried))


def meeting_for(user: Someone, pk: int, now: datetime | None = None) -> Meeting:
    """The meeting if the person may know of it, with its group and round; else 404."""
    on_day = oslo_today(now)
    if not isinstance(user, User) or user.is_staff:
        return get_object_or_404(_with_all(Meeting.objects.visible_to(user, on_day)), pk=pk)
    for meeting in _known_to(user, pk, on_day):
        return meeting
    raise Http404


def meeting_to_run(user: Someone, pk: int, now: datetime | None = None) -> Meeting:
    """The meeting if the person may call, move and cancel it; 404 to outsiders, 403 to those invited."""
    meeting = meeting_for(user, pk, now)
    if not may_run(user, meeting, oslo_today(now)):
        raise PermissionDenied
    return meeting


def kitchen_to_run(user: Someone, pk: int, now: datetime | None = None) -> Meeting:
    """The meeting if the person runs it and food is served there; else 404, and 403 to those invited."""
    meeting = meeting_to_run(user, pk, now)
    if not meeting.serves_food:
        raise Http404
    return meeting


def invitation_to_run(user: Someone, pk: int, invitation_pk: int, now: datetime | None = None) -> Invitation:
    """One invitation of a meeting that the person runs."""
    meeting = meeting_to_run(user, pk, now)
    rows = Invitation.objects.select_related("user", "affiliation__company")
    invitation = get_object_or_404(rows, pk=invitation_pk, meeting=meeting)
    invitation.meeting = meeting
    return invitation


def invitation_to_answer(user: Someone, pk: int, invitation_pk: int, now: datetime | None = None) -> Invitation:
    """An invitation that the person may answer for another: the organiser any, a company contact that of a
    colleague without e-mail. 404 where the meeting is not theirs to know, else 403.
    """
    meeting = meeting_for(user, pk, now)
    rows = Invitation.objects.standing().select_related("user", "affiliation__company")
    day = oslo_today(now)
    if may_run(user, meeting, day):
        invitation = get_object_or_404(rows, pk=invitation_pk, meeting=meeting)
    else:
        found = rows.filter(
            pk=invitation_pk, meeting=meeting, user__email__isnull=True, affiliation__isnull=False
        ).first()
        if not found or not found.affiliation or not is_contact(user, found.affiliation.company, day):
            raise PermissionDenied
        invitation = found
    invitation.meeting = meeting
    return invitation


def group_to_call(user: Someone, given: Mapping[str, str], now: datetime | None = None) -> Group | None:
    """The group named in the address (``?group=slug``), or none for the whole cluster; 403 unless theirs to call."""
    slug = clean_line(given.get("group", ""))
    group = get_object_or_404(Group.objects.listed(), slug=slug) if slug else None
    if not may_make_meeting(user, group, oslo_today(now)):
        raise PermissionDenied
    return group


def meeting_to_approve(user: Someone, pk: int, now: datetime | None = None) -> Meeting:
    """The meeting if the person may approve its minutes; 403 to others who run it."""
    meeting = meeting_to_run(user, pk, now)
    if not may_approve(user, meeting, oslo_today(now)):
        raise PermissionDenied
    return meeting


def minutes_to_read(user: Someone, pk: int, now: datetime | None = None) -> tuple[Meeting, Minutes | None]:
    """The meeting and its minutes. Published ones are read by those invited and by the group, unless it was the
    board's meeting; others by those who run it, who get None before anything is written. Else 404.
    """
    meeting = meeting_for(user, pk, now)
    row = Minutes.objects.filter(meeting=meeting, version__gt=0).first()
    if may_run(user, meeting, oslo_today(now)):
        return meeting, row
    if row is None or not row.is_published or not _reads_inside(user, meeting, now):
        raise Http404
    return meeting, row


def _reads_inside(user: Someone, meeting: Meeting, now: datetime | None) -> bool:
    """Minutes and documents are for those invited and for the group, unless it is the board's meeting."""
    if own_invitation(user, meeting) is not None:
        return True
    group = None if meeting.is_board_only else meeting.group
    return group is not None and belongs_to_group(user, group, oslo_today(now))


def minutes_are_out(user: Someone, meeting: Meeting, now: datetime, *, sees_inside: bool) -> bool:
    """Tell whether there are published minutes of the meeting that the person may read.

    Both this and ``documents_for`` want a meeting that was looked up here; ``sees_inside`` saves a question.
    """
    return meeting.has_minutes and (sees_inside or _reads_inside(user, meeting, now))  # type: ignore[attr-defined]


@prepared
def documents_of(meeting: Meeting) -> QuerySet[MeetingDocument]:
    """The documents of a meeting whose inside the person has been found to read; one query."""
    return MeetingDocument.objects.standing().filter(meeting=meeting).order_by("pk")


def documents_for(user: Someone, meeting: Meeting, now: datetime, *, sees_inside: bool) -> list[MeetingDocument]:
    """The documents that the person may read."""
    rows = documents_of(meeting) if meeting.has_documents else []  # type: ignore[attr-defined]
    return rows if rows and (sees_inside or _reads_inside(user, meeting, now)) else []


def document_to_read(user: Someone, pk: int, document_pk: int, now: datetime | None = None) -> MeetingDocument:
    """One document, for those who run the meeting, those invited and the group; else 404."""
    meeting = meeting_for(user, pk, now)
    if not may_run(user, meeting, oslo_today(now)) and not _reads_inside(user, meeting, now):
        raise Http404
    return get_object_or_404(MeetingDocument.objects.standing(), pk=document_pk, meeting=meeting)


def document_to_run(user: Someone, pk: int, document_pk: int, now: datetime | None = None) -> MeetingDocument:
    """One document of a meeting that the person runs."""
    meeting = meeting_to_run(user, pk, now)
    document = get_object_or_404(MeetingDocument.objects.standing(), pk=document_pk, meeting=meeting)
    document.meeting = meeting
    return document


def carried_actions(user: Someone, meeting: Meeting, now: datetime, *, runs: bool) -> list[ActionItem]:
    """What the group's earlier meetings found must be done and is open still, as far as the person reads their minutes;
    one query, none where there is nothing and once the meeting is over. It wants a meeting that was looked up here.
    """
    ended = meeting.state == MeetingState.CANCELLED or meeting.is_over(now)
    if ended or not isinstance(user, User) or not meeting.has_carried:  # type: ignore[attr-defined]
        return []
    rows = ActionItem.objects.carried_to(meeting).for_display().select_related("meeting")
    return list((rows if runs else rows.read_by(user, oslo_today(now)))[:MOST_CARRIED])


def action_to_settle(user: Someone, pk: int, action_pk: int, now: datetime | None = None) -> ActionItem:
    """Something to do that the person took on, or of a meeting they run. 404 to whoever may not know of it."""
    meeting = meeting_for(user, pk, now)
    today = oslo_today(now)
    rows = ActionItem.objects.select_related("responsible").filter(meeting=meeting)
    if not may_run(user, meeting, today):
        rows = rows.known().of(user, today) if isinstance(user, User) else rows.none()
    return get_object_or_404(rows, pk=action_pk)


def meeting_to_copy(
    user: Someone, given: Mapping[str, str], group: Group | None, now: datetime | None = None
) -> Meeting | None:
    """The meeting that the address names (``?copy=``) to begin a new one of the same group from, if any; 404 where the
    person does not run it.
    """
    number = _number(given, "copy")
    if number is None:
        return None
    meeting = meeting_to_run(user, number, now)
    if meeting.group != group:
        raise Http404
    return meeting


def template_to_use(given: Mapping[str, str], group: Group | None) -> MeetingTemplate | None:
    """The template that the address names (``?template=``) to begin a meeting of the group from, if any; 404 for one of
    another group. That the person may make the group's meetings is asked before.
    """
    number = _number(given, "template")
    return None if number is None else get_object_or_404(MeetingTemplate.objects.for_group(group), pk=number)


def _number(given: Mapping[str, str], name: str) -> int | None:
    written = given.get(name, "")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 18 else None


def meeting_to_keep(user: Someone, pk: int, now: datetime | None = None) -> Meeting:
    """The meeting if the person may make a template of it: a group's by whoever runs it, one for all by staff alone."""
    meeting = meeting_to_run(user, pk, now)
    if not may_keep_template(user, meeting.group, oslo_today(now)):
        raise PermissionDenied
    return meeting


def template_to_edit(user: Someone, pk: int, now: datetime | None = None) -> MeetingTemplate:
    """The template if the person may rename it and take it away. A group's own is known to those alone who may make its
    meetings; one for all is staff's.
    """
    template = get_object_or_404(MeetingTemplate.objects.select_related("group"), pk=pk)
    if not may_change_template(user, template, oslo_today(now)):
        raise Http404
    return template


def proposal_named(meeting: Meeting, given: Mapping[str, str]) -> TimeProposal | None:
    """The open proposal for this meeting that the address names (``?proposal=``), if any."""
    written = given.get("proposal", "")
    pk = int(written) if written.isascii() and written.isdecimal() and len(written) < 18 else 0
    return TimeProposal.objects.open_for(meeting).filter(pk=pk).first() if pk else None


@prepared
def _invitations_of(user: User, meeting: Meeting, on_day: date) -> QuerySet[Invitation]:
    return Invitation.objects.of(user, on_day).filter(meeting=meeting).select_related("affiliation__company", "diet")


def own_invitation(user: Someone, meeting: Meeting) -> Invitation | None:
    """The person's own standing invitation to the meeting."""
    if not isinstance(user, User):
        return None
    invitation = next(iter(_invitations_of(user, meeting, oslo_today())), None)
    if invitation:
        invitation.meeting, invitation.user = meeting, user
    return invitation


def invitation_by_token(token: str) -> tuple[Invitation, bool]:
    """The invitation behind a personal link, with meeting and person, and whether the link still holds.

    A forged token is a 404. A genuine one is always answered: that the link was replaced, the invitation
    withdrawn or the meeting over is for the page to say.
    """
    pk, _, version = (read_token(ANSWER, token) or "").partition(".")
    if not (pk.isdecimal() and version.isdecimal()):
        raise Http404
    rows = Invitation.objects.select_related("meeting__group", "meeting__round", "user", "affiliation__company", "diet")
    invitation = get_object_or_404(rows, pk=int(pk))
    return invitation, int(version) == invitation.link_version
