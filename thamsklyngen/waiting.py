"""How much waits for a person: the number on the bell of every page. One query, however much there is."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from groups.enums import MembershipState, Station
from groups.models import Group, Input, Membership, Role
from meetings.incoming.review import LOOKS_BACK, mails_of_group
from meetings.models import ActionItem, Invitation
from members.models import Affiliation, User
from members.prepared import prepared

NOT_YET_SORTED = (Station.RECEIVED, Station.UNDER_REVIEW)


def waiting_count(user: User, now: datetime) -> int:
    """Invitations to answer, colleagues to let in, what one took on, and groups whose board has something to see to."""
    return len(_waiting(user, now, timezone.localdate(now), now - LOOKS_BACK))


@prepared
def _waiting(user: User, now: datetime, on_day: date, since: datetime) -> "QuerySet[Invitation, int]":
    contact_of = Affiliation.objects.active(on_day).contacts().filter(user=user).values("company")
    seats = Role.objects.held_on(on_day).filter(affiliation__user=user).values("group")
    unsorted = Input.objects.standing().filter(
        round__group=OuterRef("pk"), theme__isnull=True, station__in=NOT_YET_SORTED
    )
    applicants = Membership.objects.filter(group=OuterRef("pk"), state=MembershipState.REQUESTED)
    answers = Invitation.objects.waiting_for(user, now, on_day).order_by().values_list("pk", flat=True)
    colleagues = Affiliation.objects.requested().filter(company__in=contact_of)
    to_see_to = Q(Exists(unsorted)) | Q(Exists(applicants)) | Q(Exists(mails_of_group(since)))
    boards = Group.objects.listed().filter(pk__in=seats).filter(to_see_to)
    actions = ActionItem.objects.known().of(user, on_day).open()
    others = (rows.order_by().values_list("pk", flat=True) for rows in (colleagues, boards, actions))
    return answers.union(*others, all=True)
