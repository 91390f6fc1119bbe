"""Other times that people's calendars propose: kept, and accepted by moving the meeting, or declined."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mail.incoming.handling import settle_proposals_of
from meetings import answer_notices
from meetings.enums import ProposalState
from meetings.models import Invitation, Meeting, TimeProposal
from members.errors import Refused
from members.models import User


@transaction.atomic
def propose_time(
    invitation: Invitation, *, starts_at: datetime, ends_at: datetime, comment: str, sequence: int, now: datetime
) -> TimeProposal:
    """Keep a proposal. A person's newer one takes the place of their earlier."""
    earlier = TimeProposal.objects.filter(invitation=invitation, state=ProposalState.OPEN)
    earlier.exclude(starts_at=starts_at, ends_at=ends_at).update(state=ProposalState.DECLINED, decided_at=now)
    same = earlier.filter(starts_at=starts_at, ends_at=ends_at).first()
    return same or TimeProposal.objects.create(
        invitation=invitation,
        starts_at=starts_at,
        ends_at=ends_at,
        comment=comment,
        sequence=sequence,
        created_at=now,
    )


@transaction.atomic
def decline_proposal(proposal: TimeProposal, *, actor: User, now: datetime) -> bool:
    """Say no to a proposed time; the person's calendar is told. False when it was answered before."""
    row = TimeProposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if row.state == ProposalState.DECLINED:
        return False
    if row.state != ProposalState.OPEN:
        raise Refused(_("The meeting was moved there."))
    _decide(row, ProposalState.DECLINED, actor, now)
    answer_notices.tell_declined(row)
    return True


def settle_proposals(meeting: Meeting, *, actor: User, now: datetime) -> int:
    """After a move: whoever proposed this very time is answered by it; says how many there were."""
    rows = TimeProposal.objects.open_for(meeting).filter(starts_at=meeting.starts_at, ends_at=meeting.ends_at)
    refs = [f"invitation:{pk}" for pk in rows.values_list("invitation", flat=True)]
    settle_proposals_of(refs, by=f"user:{actor.pk}", now=now)
    return rows.update(state=ProposalState.ACCEPTED, decided_at=now, decided_by=actor)


def _decide(row: TimeProposal, state: ProposalState, actor: User, now: datetime) -> None:
    row.state, row.decided_at, row.decided_by = state, now, actor
    row.save(update_fields=["state", "decided_at", "decided_by"])
