"""What waits for a person: read for the page, with what the portal would suggest."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import CharField, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.functional import Promise

from groups.models import Group
from groups.rules import sits_on_cluster_board
from mail.incoming.outcomes import reason_words
from mail.incoming.reading import Mail, read
from mail.models import Incoming, IncomingQuerySet, Outcome
from meetings.enums import Answer, ProposalState
from meetings.incoming.calendars import Unreadable, read_calendars
from meetings.models import Invitation, Meeting, TimeProposal
from meetings.pasted import read_addresses
from meetings.rules import can_change
from members.clock import oslo_today
from members.models import User
from members.rules import is_staff

# An answer to a meeting long gone helps nobody any more.
LOOKS_BACK = timedelta(days=30)
SHOWN = 20
OPEN = ProposalState.OPEN
PASSED_ON = "somebody_else"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One mail that waits, and what can be done with it.

    ``answered_by``: the address that answered with somebody else's invitation.
    """

    row: Incoming
    meeting: Meeting | None
    invitation: Invitation | None
    proposal: TimeProposal | None
    sender: str
    subject: str
    text: str
    answered_by: str = ""
    can_invite: bool = False

    @property
    def is_passed_on(self) -> bool:
        """True when another address than the invited person's own answered."""
        return self.row.reason == PASSED_ON

    @property
    def why(self) -> str | Promise:
        return reason_words(self.row.reason)

    @property
    def is_proposal(self) -> bool:
        """True while a proposed time can still be answered."""
        return self.row.outcome == Outcome.COUNTER and self.proposal is not None and self.proposal.state == OPEN

    @property
    def suggestion(self) -> str:
        """The answer the mail seems to give; empty when it gives none or nobody's."""
        answer = str(self.row.data.get("answer", ""))
        return answer if answer in Answer.values and answer != Answer.NONE and self.invitation else ""

    @property
    def suggestion_label(self) -> str:
        return str(Answer(self.suggestion).label) if self.suggestion else ""


def waiting_for(user: User, now: datetime) -> IncomingQuerySet:
    """What this person may decide: answers about the meetings they run; the office all."""
    rows: IncomingQuerySet = Incoming.objects.for_review()
    return rows if is_staff(user) else rows.filter(about__in=_own_meetings(user, now))


def _own_meetings(user: User, now: datetime) -> list[str]:
    today = oslo_today(now)
    own = Q(group__in=Group.objects.led_by(user, today))
    if sits_on_cluster_board(user, today):
        own |= Q(group__isnull=True)
    meetings = Meeting.objects.filter(own, ends_at__gt=now - LOOKS_BACK)
    return [f"meeting:{pk}" for pk in meetings.values_list("pk", flat=True)]


def mails_of_group(since: datetime) -> IncomingQuerySet:
    """For the outer query's group: the mails that wait about its meetings that ended after ``since`` or are to come."""
    meetings = Meeting.objects.filter(group=OuterRef(OuterRef("pk")), ends_at__gt=since)
    refs = meetings.order_by().values_list(Concat(Value("meeting:"), Cast("pk", CharField())))
    rows: IncomingQuerySet = Incoming.objects.for_review().filter(about__in=refs)
    return rows.order_by()


def items_of(rows: Collection[Incoming], now: datetime) -> list[Item]:
    """The mails with meeting, person and proposal; three queries for all of them."""
    invitations = Invitation.objects.select_related("user", "affiliation__company").in_bulk(
        _keys("invitation", [row.concerns for row in rows])
    )
    meetings = Meeting.objects.select_related("group").in_bulk(_keys("meeting", [row.about for row in rows]))
    proposals = TimeProposal.objects.in_bulk([row.data["proposal"] for row in rows if row.data.get("proposal")])
    return [_item(row, invitations, meetings, proposals, now) for row in rows]


def _item(
    row: Incoming,
    invitations: dict[int, Invitation],
    meetings: dict[int, Meeting],
    proposals: dict[int, TimeProposal],
    now: datetime,
) -> Item:
    mail = read(row)
    meeting = meetings.get(_key("meeting", row.about))
    answered_by = _attendee(mail) if row.reason == PASSED_ON else ""
    return Item(
        row=row,
        meeting=meeting,
        invitation=invitations.get(_key("invitation", row.concerns)),
        proposal=proposals.get(row.data.get("proposal", 0)),
        sender=mail.header("From")[:200],
        subject=mail.header("Subject")[:200],
        text=mail.text[:1500],
        answered_by=answered_by,
        can_invite=meeting is not None and can_change(meeting, now) and bool(read_addresses(answered_by).addresses),
    )


def _attendee(mail: Mail) -> str:
    """The one address for which the calendar in the mail answers."""
    try:
        attendees = read_calendars(mail.calendars).attendees
    except Unreadable:
        return ""
    return attendees[0][0] if len(attendees) == 1 else ""


def _key(kind: str, ref: str) -> int:
    found, _colon, key = ref.partition(":")
    return int(key) if found == kind and key.isdecimal() else 0


def _keys(kind: str, refs: list[str]) -> list[int]:
    return [key for key in (_key(kind, ref) for ref in refs) if key]
