"""What the answer card shows, on the meeting's page and behind the link in the mail."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import QuerySet

from meetings.answering import (
    Door,
    answers_taken,
    can_confirm,
    can_hand_over,
    can_undo,
    door_of,
    is_current,
    most_guests,
    tells_kitchen,
)
from meetings.coming import queue_place, waits_for_company
from meetings.enums import Answer
from meetings.models import DietNeed, Invitation, Meeting
from meetings.schedule import next_asking
from members.clock import oslo_today
from members.models import Affiliation, Company, User
from members.prepared import prepared


@dataclass(frozen=True, kw_only=True)
class AnswerCard:
    """One invitation as its owner sees it now."""

    invitation: Invitation
    door: Door
    taken: frozenset[str]
    answer: str  # "" while nothing, or nothing newer than the last move, is answered
    place: int | None
    waits_for_company: bool
    asks_again: datetime | None
    may_undo: bool
    may_confirm: bool
    may_hand_over: bool
    most_guests: int  # how many can be named now
    tells_kitchen: bool
    colleagues: list[Affiliation] = field(default_factory=list)

    @property
    def meeting(self) -> Meeting:
        return self.invitation.meeting

    @property
    def waits(self) -> bool:
        """True when the next move is the reader's."""
        return self.door is Door.OPEN and not self.answer

    @property
    def moved_since(self) -> bool:
        """True when an answer was given to another time or place."""
        return not self.answer and self.invitation.answer != Answer.NONE

    @property
    def diet(self) -> DietNeed | None:
        """What the kitchen has been told."""
        return self.invitation.diet_need

    @property
    def is_open(self) -> bool:
        return self.door is Door.OPEN

    @property
    def is_late(self) -> bool:
        return self.door is Door.ONLY_NO

    @property
    def company(self) -> str:
        """Whom the person answers for."""
        tie = self.invitation.affiliation
        return tie.company.name if tie else self.invitation.company_name


def answer_card(invitation: Invitation, now: datetime, *, holds: bool = True, picks: bool = False) -> AnswerCard:
    """The card; with ``picks`` also the colleagues to choose from, for readers who have signed in."""
    door = door_of(invitation, now, holds=holds)
    hands = can_hand_over(invitation, door) and invitation.handed_to_id is None
    return AnswerCard(
        invitation=invitation,
        door=door,
        taken=answers_taken(door),
        answer=invitation.answer if is_current(invitation) else "",
        place=queue_place(invitation),
        waits_for_company=waits_for_company(invitation),
        asks_again=next_asking(invitation.meeting, now) if door is Door.OPEN else None,
        may_confirm=can_confirm(invitation, door),
        may_undo=can_undo(invitation, door, now),
        may_hand_over=hands,
        most_guests=most_guests(invitation, door),
        tells_kitchen=tells_kitchen(invitation, door),
        colleagues=_colleagues(invitation, now) if picks and hands else [],
    )


def _colleagues(invitation: Invitation, now: datetime) -> list[Affiliation]:
    """People of the same company who do not come already."""
    if invitation.affiliation is None:
        return []
    return _others_of(invitation.affiliation.company, invitation.meeting, invitation.user, oslo_today(now))


@prepared
def _others_of(company: Company, meeting: Meeting, user: User, on_day: date) -> QuerySet[Affiliation]:
    coming = Invitation.objects.filter(meeting=meeting).standing().filter(answer=Answer.YES).values("user")
    ties = Affiliation.objects.active(on_day).for_company(company).exclude(user=user).exclude(user__in=coming)
    return ties.select_related("user").order_by("user__name", "pk")[:200]


def without_mail(user: User, meeting: Meeting, now: datetime) -> list[Invitation]:
    """Invited colleagues without e-mail, for whom this contact of their company may answer."""
    ties = Affiliation.objects.of(user).contacts().active(oslo_today(now))
    rows = meeting.invitations.standing().filter(
        user__email__isnull=True, affiliation__company__in=ties.values("company")
    )
    return list(rows.for_display())
