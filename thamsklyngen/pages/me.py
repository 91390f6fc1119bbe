"""My page: what waits for me, what is open, where my inputs are, my meetings and groups."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from groups.enums import MembershipState, Station
from groups.models import Group, Input, Membership, Role, Round
from meetings.answering import is_current
from meetings.enums import MeetingState
from meetings.incoming.review import LOOKS_BACK, mails_of_group
from meetings.models import ActionItem, Invitation
from members.enums import AffiliationState
from members.models import Affiliation, User
from members.prepared import prepared
from projects.models import Project
from thamsklyngen.pages.counts import with_answers

SHOWN_INPUTS = 4


@dataclass
class MyPage:
    """All that the page shows, gathered in a number of queries that no list can raise."""

    affiliations: list[Affiliation]
    to_answer: list[Invitation]
    coming: list[Invitation]
    groups: list[Group]
    rounds: list[Round]
    inputs: list[Input]
    projects: dict[int, Project] = field(default_factory=dict)
    requests: list[Affiliation] = field(default_factory=list)
    actions: list[ActionItem] = field(default_factory=list)

    @property
    def main(self) -> Affiliation | None:
        """The person's main company, or the only one."""
        active = [tie for tie in self.affiliations if tie.state == AffiliationState.ACTIVE]
        return active[0] if active else None

    @property
    def waiting_for_company(self) -> Affiliation | None:
        """The request that the person waits for, while they have no company."""
        waits = [tie for tie in self.affiliations if tie.state == AffiliationState.REQUESTED]
        return waits[0] if waits and not self.main else None

    @property
    def to_sort(self) -> list[Group]:
        """Groups on whose board the person sits, with inputs nobody has sorted, members or mails that wait."""
        return [row for row in self.groups if row.on_board and (row.unsorted or row.applicants or row.mails)]  # type: ignore[attr-defined]

    @property
    def waiting_count(self) -> int:
        return len(self.to_answer) + len(self.requests) + len(self.to_sort) + len(self.actions)

    @property
    def shown_inputs(self) -> list[Input]:
        return self.inputs[:SHOWN_INPUTS]

    @property
    def more_inputs(self) -> bool:
        return len(self.inputs) > SHOWN_INPUTS


@prepared
def _invitations(user: User, now: datetime, on_day: date) -> QuerySet[Invitation]:
    """Invitations to what has not ended, with how many come; one query for all of them."""
    seated = (
        Invitation.objects.seated(on_day)
        .filter(meeting=OuterRef("meeting"))
        .order_by()
        .values("meeting")
        .annotate(n=Count("affiliation__company", distinct=True))
        .values("n")
    )
    return (
        Invitation.objects.of(user, on_day)
        .filter(meeting__state=MeetingState.CALLED, meeting__ends_at__gt=now)
        .select_related("meeting__group")
        .annotate(coming_companies=Coalesce(Subquery(seated), 0))
        .order_by("meeting__starts_at", "pk")
    )


@prepared
def _groups(user: User, on_day: date, since: datetime) -> QuerySet[Group]:
    """My groups, and for those whose board I sit on what waits there."""
    seats = Role.objects.held_on(on_day).filter(affiliation__user=user, group=OuterRef("pk"))
    unsorted = (
        Input.objects.standing()
        .filter(round__group=OuterRef("pk"), theme__isnull=True, station__in=[Station.RECEIVED, Station.UNDER_REVIEW])
        .order_by()
        .values("round__group")
        .annotate(n=Count("pk"))
        .values("n")
    )
    applicants = (
        Membership.objects.filter(group=OuterRef("pk"), state=MembershipState.REQUESTED)
        .order_by()
        .values("group")
        .annotate(n=Count("pk"))
        .values("n")
    )
    mails = mails_of_group(since).values("handled_at").annotate(n=Count("pk")).values("n")
    return (
        Group.objects.with_member(user, on_day)
        .listed()
        .annotate(
            on_board=Exists(seats),
            unsorted=Coalesce(Subquery(unsorted), 0),
            applicants=Coalesce(Subquery(applicants), 0),
            mails=Coalesce(Subquery(mails), 0),
        )
    )


@prepared
def _rounds(user: User, now: datetime, on_day: date) -> QuerySet[Round]:
    """Open rounds of my groups and of meetings I am invited to."""
    asked = Invitation.objects.of(user, on_day).filter(
        meeting__round=OuterRef("pk"), meeting__state=MeetingState.CALLED
    )
    mine = Q(group__in=Group.objects.with_member(user, on_day)) | Q(Exists(asked))
    return with_answers(Round.objects.open(now).filter(mine)).select_related("group").order_by("closes_at", "pk")


def _requests(user: User, affiliations: list[Affiliation]) -> list[Affiliation]:
    """People who ask to join a company whose contact I am."""
    companies = [tie.company_id for tie in affiliations if tie.is_contact]
    if not companies:
        return []
    return list(Affiliation.objects.requested().filter(company__in=companies).for_display()[:20])


@prepared
def _ties(user: User, on_day: date) -> QuerySet[Affiliation]:
    """My companies, and those I have asked to join; for each, whether something I took on for it waits."""
    held = Q(pk__in=Affiliation.objects.active(on_day).values("pk"))
    rows = Affiliation.objects.of(user).filter(held | Q(state=AffiliationState.REQUESTED)).select_related("company")
    return rows.annotate(has_actions=Exists(ActionItem.objects.known().open().filter(responsible=OuterRef("pk"))))


@prepared
def _actions(user: User, on_day: date) -> QuerySet[ActionItem]:
    """What I have taken on at meetings and not done yet."""
    return ActionItem.objects.known().of(user, on_day).open().select_related("meeting__group")


@prepared
def _inputs(user: User) -> QuerySet[Input]:
    """My newest inputs, one more than is shown."""
    mine = Input.objects.written_by(user).select_related("round__group", "theme")
    return mine.annotate(others=Count("supports")).order_by("-created_at", "pk")[: SHOWN_INPUTS + 1]


def my_page(user: User, now: datetime) -> MyPage:
    """Gather the page."""
    on_day = timezone.localdate(now)
    affiliations = _ties(user, on_day)
    invitations = _invitations(user, now, on_day)
    to_answer = [i for i in invitations if not is_current(i) and i.meeting.answers_are_open(now)]
    inputs = _inputs(user)
    themes = {item.theme_id for item in inputs if item.station == Station.IN_PROJECT and item.theme_id}
    projects = {p.theme_id: p for p in Project.objects.filter(theme__in=themes).order_by("pk")} if themes else {}
    return MyPage(
        affiliations=affiliations,
        to_answer=to_answer,
        coming=[i for i in invitations if i not in to_answer],
        groups=_groups(user, on_day, now - LOOKS_BACK),
        rounds=_rounds(user, now, on_day),
        inputs=inputs,
        projects=projects,
        requests=_requests(user, affiliations),
        actions=_actions(user, on_day) if any(tie.has_actions for tie in affiliations) else [],  # type: ignore[attr-defined]
    )


@login_required
def me(request: HttpRequest) -> HttpResponse:
    """The signed-in person's own page."""
    assert isinstance(request.user, User)
    now = timezone.now()
    page = my_page(request.user, now)
    return render(request, "pages/me.html", {"page": page, "now": now, "waiting_count": page.waiting_count})
