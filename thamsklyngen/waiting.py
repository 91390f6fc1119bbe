"""How much waits for a person: the number on the bell of every page. One query, however much there is."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from groups.enums import MembershipState, Station
from groups.models import Group, Input, Membership, Role
from meetings.models import Invitation
from members.models import Affiliation, User

NOT_YET_SORTED = (Station.RECEIVED, Station.UNDER_REVIEW)


def waiting_count(user: User, now: datetime) -> int:
    """Invitations to answer, colleagues to let in, and groups whose board has inputs or members to see to."""
    on_day = timezone.localdate(now)
    contact_of = Affiliation.objects.active(on_day).contacts().filter(user=user).values("company")
    seats = Role.objects.held_on(on_day).filter(affiliation__user=user).values("group")
    unsorted = Input.objects.standing().filter(
        round__group=OuterRef("pk"), theme__isnull=True, station__in=NOT_YET_SORTED
    )
    applicants = Membership.objects.filter(group=OuterRef("pk"), state=MembershipState.REQUESTED)
    answers = Invitation.objects.waiting_for(user, now)
    colleagues = Affiliation.objects.requested().filter(company__in=contact_of)
    boards = Group.objects.filter(pk__in=seats).filter(Q(Exists(unsorted)) | Q(Exists(applicants)))
    parts = [rows.order_by().values("pk") for rows in (answers, colleagues, boards)]
    return parts[0].union(*parts[1:], all=True).count()
