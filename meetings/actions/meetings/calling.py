"""Tell people: the call itself, late additions, and taking an invitation back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from groups.actions.groups import move_station
from groups.actions.rounds import set_round_times
from groups.enums import GroupStation
from meetings import notices, word_notices
from meetings.actions.answers import move_up
from meetings.actions.identities import identities_for
from meetings.actions.meetings.drafts import locked
from meetings.audience import Invitee, audience_of, people_for
from meetings.enums import Answer, MeetingKind, MeetingState
from meetings.models import DietNeed, Invitation, Meeting
from meetings.plans import Address
from meetings.rules import can_change, must_say_why
from members.actions.guests import find_or_make_people
from members.clock import oslo_today
from members.errors import Refused
from members.models import Affiliation, Company, User


@dataclass(frozen=True, kw_only=True)
class Call:
    """What a call did: how many are invited, and how many of them get a mail."""

    invited: int
    mailed: int
    was_called_before: bool = False


@transaction.atomic
def call_meeting(meeting: Meeting, *, actor: User, now: datetime, reason: str = "") -> Call:
    """Invite exactly the audience as it is now. A second call, however close, changes nothing."""
    row = locked(meeting)
    if row.state != MeetingState.DRAFT:
        return Call(invited=row.invitations.standing().count(), mailed=0, was_called_before=True)
    _check_call(row, actor, now, reason)
    invitees = audience_of(row, oslo_today(now))
    if not invitees:
        raise Refused(_("Nobody is invited yet. Choose whom the meeting is for."))
    row.state = MeetingState.CALLED
    row.called_at, row.called_by, row.staff_reason = now, actor, reason
    row.save(update_fields=["state", "called_at", "called_by", "staff_reason", "changed_at"])
    invitations = _invite(row, invitees, now)
    if row.kind == MeetingKind.KICKOFF and row.group:
        move_station(row.group, to=GroupStation.KICKOFF, kickoff_at=row.starts_at)
    tell_round(row, now)
    return Call(invited=len(invitations), mailed=notices.call(row, invitations))


def _check_call(meeting: Meeting, actor: User, now: datetime, reason: str) -> None:
    if meeting.starts_at <= now:
        raise Refused(_("The meeting has begun already. Choose a time to come first."))
    if meeting.answer_by and meeting.answer_by <= now:
        raise Refused(_("The answer deadline has passed. Choose a later one first."))
    check_reason(meeting, actor, now, reason)


def check_reason(meeting: Meeting, actor: User, now: datetime, reason: str) -> None:
    """Refuse staff who act in the leader's place without saying why."""
    if must_say_why(actor, meeting, oslo_today(now)) and not reason.strip():
        raise Refused(_("Write why you do this in place of the board. The leader sees it."))


@transaction.atomic
def invite_late(
    meeting: Meeting,
    *,
    actor: User,
    now: datetime,
    people: Sequence[Affiliation] = (),
    addresses: Sequence[Address] = (),
) -> int:
    """Invite more people to a called meeting; says how many are new. Whoever stands invited is left in peace.

    An invitation for a company that the person has left does not stand: they are asked again for where they are now.
    """
    row = locked(meeting)
    if not can_change(row, now):
        raise Refused(_("People can be added to a called meeting until it is over."))
    standing = set(row.invitations.standing().holding(oslo_today(now)).values_list("user_id", flat=True))
    wanted = people_for(people, addresses, oslo_today(now), row.language)
    new = [one for one in wanted if one.user is None or one.user.pk not in standing]
    invited = _invite(row, new, now)
    notices.call(row, invited)
    word_notices.tell_missed(row, invited, now)
    tell_round(row, now)
    return len(new)


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, actor: User, now: datetime) -> bool:
    """Take one invitation back: the links die, the seat is free, and only this person is told. False if it was."""
    meeting = locked(invitation.meeting)
    row = Invitation.objects.select_for_update(of=("self",)).select_related("user").get(pk=invitation.pk)
    if row.withdrawn_at is not None:
        return False
    if not can_change(meeting, now):
        raise Refused(_("An invitation can be withdrawn until the meeting is over."))
    row.withdrawn_at, row.queued_at, row.confirm_by = now, None, None
    row.guest_count, row.guest_names = 0, []
    row.link_version += 1
    row.save(update_fields=["withdrawn_at", "queued_at", "confirm_by", "guest_count", "guest_names", "link_version"])
    DietNeed.objects.filter(invitation=row).delete()
    raise_sequence(meeting)
    notices.tell_withdrawn(meeting, row, "the invitation was withdrawn")
    move_up(meeting, now=now)
    return True


def raise_sequence(meeting: Meeting) -> None:
    """Calendars take an update only when its number has risen."""
    meeting.sequence += 1
    meeting.save(update_fields=["sequence", "changed_at"])


def tell_round(meeting: Meeting, now: datetime) -> None:
    """Push the meeting's times and the invited companies down to its round of input."""
    if meeting.round is None:
        return
    invited = meeting.invitations.standing().filter(affiliation__isnull=False)
    set_round_times(
        meeting.round,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        companies=Company.objects.filter(pk__in=invited.values("affiliation__company")),
        now=now,
    )


def _invite(meeting: Meeting, invitees: Sequence[Invitee], now: datetime) -> list[Invitation]:
    """Write the invitations in bulk; one that was withdrawn or left behind comes back under a new link."""
    guests = [(one.email, one.name) for one in invitees if one.user is None]
    made = find_or_make_people(guests, language=meeting.language) if guests else {}
    people = {(one.user or made[one.email]).pk: one for one in invitees}
    identities = identities_for(meeting.group, people)
    back = list(meeting.invitations.filter(user__in=people).select_related("identity"))
    for row in back:
        row.identity = row.identity or identities.get(row.user_id)
        _take_in_again(row, people.pop(row.user_id), now)
    if back:
        Invitation.objects.bulk_update(back, _AGAIN)
        DietNeed.objects.filter(invitation__in=back).delete()
        raise_sequence(meeting)
    Invitation.objects.bulk_create(
        (
            Invitation(
                meeting=meeting,
                user_id=pk,
                affiliation=one.affiliation,
                company_name="" if one.affiliation else one.company_name[:120],
                invited_at=now,
                last_mailed_at=now,
                sent_sequence=meeting.sequence,
                identity=identities.get(pk),
            )
            for pk, one in people.items()
        )
    )
    asked = [*people, *(row.user_id for row in back)]
    return list(meeting.invitations.filter(user__in=asked).select_related("user"))


_AGAIN = [
    "affiliation",
    "company_name",
    "identity",
    "invited_at",
    "last_mailed_at",
    "withdrawn_at",
    "link_version",
    "answer",
    "queued_at",
    "confirm_by",
    "handed_to",
    "comment",
    "guest_count",
    "guest_names",
    "reminders_sent",
    "practical_sent_at",
]


def _take_in_again(row: Invitation, invitee: Invitee, now: datetime) -> None:
    """As if asked for the first time; the answers given before stand in the log."""
    if row.withdrawn_at is None:  # withdrawing has killed the old links already
        row.link_version += 1
    row.withdrawn_at, row.queued_at, row.confirm_by, row.answer = None, None, None, Answer.NONE
    row.guest_count, row.guest_names = 0, []
    row.handed_to, row.comment, row.practical_sent_at, row.reminders_sent = None, "", None, 0
    row.invited_at = row.last_mailed_at = now
    row.affiliation = invitee.affiliation
    row.company_name = "" if invitee.affiliation else invitee.company_name[:120]
