"""Which mails a deed sets going, and which it takes back. Words are chosen at sending (``meetings.letters``)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from mail.kinds import all_kinds
from mail.models import Message, State
from mail.queue import Draft, enqueue_many, withdraw
from meetings.models import Invitation, Meeting

INVITATION = "meetings.invitation"
MOVED = "meetings.moved"
CHANGED = "meetings.changed"
CANCELLED = "meetings.cancelled"
WITHDRAWN = "meetings.withdrawn"
# Mails that put the meeting into somebody's calendar.
CALLING = (INVITATION, MOVED, CHANGED, "meetings.handed")
# Mails that a change overtakes: they are said anew, or come again at their own time.
OVERTAKEN = (*CALLING, "meetings.reminder", "meetings.practical")


def send(kind: str, meeting: Meeting, invitations: Iterable[Invitation]) -> int:
    """Queue one mail of this kind to each invited person who can be reached; once per sequence."""
    return enqueue_many(
        kind,
        [
            draft_to(one, meeting, key=f"{kind}:{one.pk}:{one.link_version}:{meeting.sequence}")
            for one in invitations
            if one.user.is_reachable
        ],
    )


def draft_to(
    invitation: Invitation,
    meeting: Meeting,
    *,
    key: str,
    data: Mapping[str, Any] | None = None,
    not_before: datetime | None = None,
) -> Draft:
    """A mail about the meeting to one invited person; ``key`` keeps it from going twice."""
    return Draft(
        recipient=invitation.ref,
        to=invitation.user.email or "",
        about=meeting.about,
        data=data or {},
        dedupe_key=key,
        not_before=not_before,
    )


def call(meeting: Meeting, invitations: Iterable[Invitation]) -> int:
    """Invite these people."""
    return send(INVITATION, meeting, invitations)


def send_again(invitation: Invitation, now: datetime) -> int:
    """The invitation once more, as the person's calendar asked; at most one an hour (RFC 5546 3.2.6)."""
    meeting = invitation.meeting
    if not invitation.user.is_reachable:
        return 0
    key = f"refresh:{invitation.pk}:{invitation.link_version}:{now:%Y%m%d%H}"
    return enqueue_many(INVITATION, [draft_to(invitation, meeting, key=key)])


def tell_change(kind: str, meeting: Meeting, invitations: Sequence[Invitation], reason: str) -> int:
    """Tell of a change. Whoever has not had the invitation yet gets the invitation, in its newest words."""
    heard = take_back(meeting, reason, kinds=OVERTAKEN)
    late = [one for one in invitations if one.ref not in heard]
    return send(kind, meeting, [one for one in invitations if one.ref in heard]) + call(meeting, late)


def tell_cancelled(meeting: Meeting, invitations: Sequence[Invitation], reason: str) -> int:
    """Tell those who have heard of the meeting that it is off; the others never hear of it.

    Whoever was withdrawn a moment ago still gets that mail: nothing else takes the entry out of their calendar.
    """
    heard = take_back(meeting, reason, kinds=[kind.name for kind in all_kinds() if kind.name != WITHDRAWN])
    return send(CANCELLED, meeting, [one for one in invitations if one.ref in heard])


def tell_withdrawn(meeting: Meeting, invitation: Invitation, reason: str) -> int:
    """Take the meeting out of one person's calendar, if it was ever put there."""
    heard = take_back(meeting, reason, recipient=invitation.ref)
    return send(WITHDRAWN, meeting, [invitation] if invitation.ref in heard else [])


def take_back(meeting: Meeting, reason: str, *, recipient: str = "", kinds: Collection[str] = ()) -> set[str]:
    """Withdraw what still waits about the meeting; answers who has heard of it already.

    A mail that is on the wire this moment counts as heard: better told twice than not at all.
    """
    rows = Message.objects.about(meeting.about)
    on_the_wire = rows.filter(kind__in=CALLING, state=State.SENDING)
    heard = set(on_the_wire.values_list("recipient", flat=True))
    withdraw(about=meeting.about, kinds=kinds, recipient=recipient, reason=reason)
    return heard | set(rows.filter(kind__in=CALLING, state=State.SENT).values_list("recipient", flat=True))
