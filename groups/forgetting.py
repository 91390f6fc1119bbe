"""What groups remove when a person is taken out, and what becomes of each key to a person or company."""

from datetime import datetime

from groups.enums import MembershipState
from groups.models import BoardNote, Interest, Membership, Role
from members import privacy
from members.clock import oslo_today
from members.models import User

KEPT = "kept: points to the emptied row"
COMPANY = "not about a person: what was said stays with the company"
KEYS = {
    "groups.BoardNote.author": "emptied: the note stays, unsigned",
    "groups.DeskMove.actor": KEPT,
    "groups.DeskMove.undone_by": KEPT,
    "groups.Input.author": KEPT,
    "groups.Input.company": COMPANY,
    "groups.Input.written_down_by": KEPT,
    "groups.Membership.decided_by": KEPT,
    "groups.Role.recorded_by": KEPT,
    "groups.Round.created_by": KEPT,
    "groups.Round.invited_companies": COMPANY,
    "groups.Support.company": COMPANY,
}


def forget_in_groups(user: User, *, actor: User | None, now: datetime) -> None:
    """End seats and memberships, forget interests and what was said when asking; words of input stay, unsigned."""
    today = oslo_today(now)
    mine = Membership.objects.filter(affiliation__user=user)
    mine.filter(state__in=MembershipState.open_states()).update(state=MembershipState.ENDED, ended_on=today)
    mine.update(message="")
    for role in Role.objects.filter(affiliation__user=user, ended_on__isnull=True):
        role.ended_on = max(today, role.started_on)
        role.save(update_fields=["ended_on"])
    Interest.objects.filter(affiliation__user=user).delete()
    BoardNote.objects.filter(author=user).update(author=None)


def register_keys() -> None:
    """Speak for the keys of groups."""
    privacy.register(forget_in_groups, keys=KEYS)
