"""What waits for a person: read for the page, with what the portal would suggest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
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
from meetings.incoming.finding import open_behind
from meetings.models import CalendarIdentity, Invitation, Meeting, TimeProposal
from meetings.pasted import read_addresses
from meetings.rules import can_change
from members.clock import oslo_today
from members.models import User
from members.rules import is_staff

# An answer to a meeting long gone helps nobody any more.
LOOKS_BACK = timedelta(days=30)
SHOWN = 20
MOST_CHOICES = 5
OPEN = ProposalState.OPEN
PASSED_ON = "somebody_else"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One mail that waits, and what can be done with it.

    ``choices``: the person's open invitations, where it may be about any of them. ``answered_by``: the address that answered with somebody else's invitation.
    """

    row: Incoming
    meeting: Meeting | None
    invitation: Invitation | None
    proposal: TimeProposal | None
    sender: str
    subject: str
    text: str
    identity: CalendarIdentity | None = None
    choices: Sequence[Invitation] = ()
    answered_by: str = ""
    can_invite: bool = False

    @property
    def person(self) -> User | None:
        """Whose invitation, or whose secret address, it came by."""
        if self.invitation is not None:
            return self.invitation.user
        return self.identity.user if self.identity else None

    def picked(self, written: str) -> Invitation | None:
        """The invitation that it is about, else the one of the choices that somebody picked."""
        return self.invitation or next((one for one in self.choices if str(one.pk) == written), None)

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
        is_somebodys = self.invitation is not None or bool(self.choices)
        return answer if answer in Answer.values and answer != Answer.NONE and is_somebodys else ""

    @property
    def suggestion_label(self) -> str:
        return str(Answer(self.suggestion).label) if self.suggestion else ""


def waiting_for(user: User, now: datetime) -> IncomingQuerySet:
    """What this person may decide: answers about the meetings they run, or about one of a group's; the office all."""
    rows: IncomingQuerySet = Incoming.objects.for_review()
    if is_staff(user):
        return rows
    of_group = Q(about__in=_own_groups(user, now), received_at__gt=now - LOOKS_BACK)
    return rows.filter(Q(about__in=_own_meetings(user, now)) | of_group)


def _own_groups(user: User, now: datetime) -> list[str]:
    today = oslo_today(now)
    groups = [*Group.objects.led_by(user, today).values_list("pk", flat=True)]
    return [f"group:{pk}" for pk in ([*groups, 0] if sits_on_cluster_board(user, today) else groups)]


def _own_meetings(user: User, now: datetime) -> list[str]:
    today = oslo_today(now)
    own = Q(group__in=Group.objects.led_by(user, today))
    if sits_on_cluster_board(user, today):
        own |= Q(group__isnull=True)
    meetings = Meeting.objects.filter(own, ends_at__gt=now - LOOKS_BACK)
    return [f"meeting:{pk}" for pk in meetings.values_list("pk", flat=True)]


def mails_of_group(since: datetime) -> IncomingQuerySet:
    """For the outer query's group: the mails that wait about its meetings that ended after ``since`` or are to come,
    or about one of them.
    """
    meetings = Meeting.objects.filter(group=OuterRef(OuterRef("pk")), ends_at__gt=since)
    refs = meetings.order_by().values_list(Concat(Value("meeting:"), Cast("pk", CharField())))
    of_group = Q(about=Concat(Value("group:"), Cast(OuterRef("pk"), CharField())), received_at__gt=since)
    rows: IncomingQuerySet = Incoming.objects.for_review().filter(Q(about__in=refs) | of_group)
    return rows.order_by()


def items_of(rows: Collection[Incoming], now: datetime) -> list[Item]:
    """The mails with meeting, person, proposal and choices; at most five queries for all of them."""
    identities = CalendarIdentity.objects.select_related("user").in_bulk(
        _keys("identity", [row.concerns for row in rows])
    )
    choices = open_behind(identities.values(), now)
    invitations = Invitation.objects.select_related("user", "affiliation__company", "meeting").in_bulk(
        _keys("invitation", [row.concerns for row in rows])
    )
    meetings = Meeting.objects.select_related("group").in_bulk(_keys("meeting", [row.about for row in rows]))
    proposals = TimeProposal.objects.in_bulk([row.data["proposal"] for row in rows if row.data.get("proposal")])
    items = [_item(row, invitations, meetings, proposals, now) for row in rows]
    return [_with_choices(item, identities, choices) for item in items]


def _with_choices(item: Item, identities: dict[int, CalendarIdentity], choices: dict[int, list[Invitation]]) -> Item:
    key = _key("identity", item.row.concerns)
    found = [] if item.is_passed_on else choices.get(key, [])[:MOST_CHOICES]
    return replace(item, identity=identities.get(key), choices=found)


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
