"""What a page costs does not depend on how much there is: queries, cache commands and bytes at 3 and at 300 rows."""

import contextlib
from datetime import timedelta
from unittest import mock
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from groups.models import Group, Input, Membership, Round, Support, Theme
from meetings.models import ActionItem, DietNeed, Invitation, Meeting, MeetingDocument, MeetingTemplate, Minutes
from meetings.years import month_after
from members.clock import oslo_today
from members.folding import fold_name
from members.models import Affiliation, Company, User
from projects.models import Project

pytestmark = pytest.mark.django_db
FEW, MANY = 3, 300
MOST_GROUPS = 20  # a cluster has eight; the overview shows all of them
MOST_TEMPLATES = 15  # of a group, and as many for all, by the limit in the settings
MOST_DOCUMENTS = 30  # of one meeting, by the limit in the settings
QUERIES, CACHE_COMMANDS, KILOBYTES = 10, 4, 40
COMMANDS = ("get", "set", "add", "delete", "touch", "incr", "has_key", "get_many", "set_many", "delete_many")

RULE = "every=2w&week=1&weekday=1&starts=09:00&ends=11:00&title=Flyt&venue=&first={first}&last={last}"

LISTS = {
    "companies": ("member", "/companies/"),
    "people": ("member", "/people/"),
    "a company's people": ("contact", "/companies/kobberheim-stal/people/"),
    "groups": ("member", "/groups/"),
    "members tab": ("member", "/groups/effektiv-produksjon/members/"),
    "input list": ("member", "/groups/effektiv-produksjon/input/"),
    "meetings": ("member", "/meetings/"),
    "my meetings": ("member", "/meetings/?show=mine"),
    "past meetings": ("member", "/meetings/?show=past"),
    "invitations": ("leader", "/meetings/{meeting}/invitations/"),
    "documents": ("leader", "/meetings/{meeting}/documents/"),
    "for the kitchen": ("leader", "/meetings/{meeting}/kitchen/"),
    "templates": ("leader", "/meetings/templates/?group=effektiv-produksjon"),
    "new meeting": ("leader", "/meetings/new/?group=effektiv-produksjon"),
    "rule of a year": ("leader", "/meetings/year/plan/?group=effektiv-produksjon"),
    "projects": ("member", "/projects/"),
    "my inputs": ("member", "/me/inputs/"),
    "outcomes": ("member", "/outcomes/"),
    "search": ("member", "/search/?q=flyt"),
}
# With one question more where a meeting's documents are asked for, and one for what earlier meetings left to do
NARROW = {
    "my page": ("member", "/me/", QUERIES),
    "meeting page": ("member", "/meetings/{meeting}/", QUERIES + 2),
    "meeting page of who runs it": ("leader", "/meetings/{meeting}/", QUERIES + 2),
    "desk": ("leader", "/groups/effektiv-produksjon/desk/", QUERIES),
    "year of a group": ("leader", "/meetings/year/?group=effektiv-produksjon", QUERIES),
    "days of a year": ("leader", f"/meetings/year/plan/?group=effektiv-produksjon&{RULE}", QUERIES),
}


class Scale:
    """A cluster that grows: every call adds to each list that a page shows."""

    def __init__(self, group, company, member, leader):
        self.group, self.company, self.member, self.leader = group, company, member, leader
        self.now, self.size = timezone.now(), 0
        self.tie = Affiliation.objects.get(user=member)
        self.round = self._round(group)
        self.meeting = self._meetings([0])[0]
        for tie in Affiliation.objects.filter(user__in=[member, leader]):
            self._invite([self.meeting], [tie])

    def grow_to(self, size):
        numbers, self.size = range(self.size + 1, size + 1), size
        ties = self._people(numbers)
        self._invite([self.meeting], ties)
        self._invite(self._meetings(numbers), [self.tie])
        self._documents(numbers)
        self._actions(numbers, ties)
        self._templates(numbers)
        self._groups(numbers[:MOST_GROUPS])
        themes = self._themes(numbers)
        self._inputs(numbers, ties, themes)
        Project.objects.bulk_create(
            Project(
                title=f"Flyt {n}", slug=f"flyt-{n}", aim="Bedre flyt", group=self.group, theme=theme,
                owner=self.company, created_at=self.now,
            )
            for n, theme in zip(numbers, themes, strict=True)
        )  # fmt: skip

    def _people(self, numbers):
        names = [f"Flyt {n} AS" for n in numbers]
        companies = Company.objects.bulk_create(
            Company(name=name, name_folded=fold_name(name), slug=f"flyt-{n}-as", state="active")
            for n, name in zip(numbers, names, strict=True)
        )
        users = User.objects.bulk_create(
            User(name=f"Kari Flyt {n}", email=f"kari{n}@example.com", password="!") for n in numbers
        )
        started = oslo_today() - timedelta(days=9)
        Affiliation.objects.bulk_create(
            Affiliation(user=user, company=self.company, state="active", started_on=started) for user in users
        )
        ties = Affiliation.objects.bulk_create(
            Affiliation(user=user, company=company, state="active", is_main=True, started_on=started)
            for user, company in zip(users, companies, strict=True)
        )
        Membership.objects.bulk_create(
            Membership(group=self.group, affiliation=tie, state="active", started_on=started) for tie in ties
        )
        return ties

    def _meetings(self, numbers):
        coming = [("called", self.now + timedelta(days=n + 1)) for n in numbers]
        past = [("held", self.now - timedelta(days=n + 1)) for n in numbers]
        return Meeting.objects.bulk_create(
            Meeting(
                group=self.group, title="Flyt i praksis", venue="Damphuset", state=state, starts_at=at,
                ends_at=at + timedelta(hours=1), called_at=self.now, is_open=True, guests_each=2, serves_food=True,
            )
            for state, at in [*coming, *past]
        )  # fmt: skip

    def _invite(self, meetings, ties):
        rows = Invitation.objects.bulk_create(
            Invitation(
                meeting=meeting, user_id=tie.user_id, affiliation=tie, answer="yes", invited_at=self.now,
                guest_count=1, guest_names=["Guri Gjest"],
            )
            for meeting in meetings
            for tie in ties
        )  # fmt: skip
        DietNeed.objects.bulk_create(
            DietNeed(invitation=row, text=f"Nøtter {row.pk}", consented_at=self.now) for row in rows
        )

    def _documents(self, numbers):
        MeetingDocument.objects.bulk_create(
            MeetingDocument(
                meeting=self.meeting, title=f"Flyt {n}", file_name=f"flyt {n}.pdf", media_type="application/pdf",
                size=n, sha256=f"{n:064}", key=uuid4(), uploaded_by=self.leader, uploaded_at=self.now,
            )
            for n in numbers
            if n <= MOST_DOCUMENTS
        )  # fmt: skip

    def _actions(self, numbers, ties):
        earlier = Meeting.objects.filter(state="held").order_by("starts_at").first()
        if not hasattr(earlier, "minutes"):
            Minutes.objects.create(meeting=earlier, version=1, published_version=1, published_at=self.now)
        ActionItem.objects.bulk_create(
            ActionItem(meeting=earlier, what=f"Flyt {n}", responsible=tie, due_on=oslo_today())
            for n, tie in zip(numbers, ties[: len(numbers)], strict=True)
        )

    def _templates(self, numbers):
        MeetingTemplate.objects.bulk_create(
            MeetingTemplate(
                group=group, name=f"Flyt {n}", title="Flyt i praksis", starts="09:00", minutes=90, created_by=self.leader,
                created_at=self.now,
            )
            for n in numbers
            for group in (self.group, None)
            if n <= MOST_TEMPLATES
        )  # fmt: skip

    def _round(self, group):
        return Round.objects.create(
            group=group, question="Hva stopper flyten?", opens_at=self.now - timedelta(days=1),
            closes_at=self.now + timedelta(days=9),
        )  # fmt: skip

    def _groups(self, numbers):
        groups = Group.objects.bulk_create(
            Group(name=f"Gruppe for flyt {n}", slug=f"flyt-{n}", state="planned", purpose="Bedre flyt") for n in numbers
        )
        assert len(groups) == len(numbers)

    def _themes(self, numbers):
        return Theme.objects.bulk_create(Theme(round=self.round, name=f"Flyt {n}", position=n) for n in numbers)

    def _inputs(self, numbers, ties, themes):
        day = oslo_today()
        inputs = Input.objects.bulk_create(
            Input(
                round=self.round, text=f"Det stopper i flyten, sak {n}.", author=author.user, affiliation=author,
                company_id=author.company_id, door="portal", visibility="named", created_at=self.now,
                week=day - timedelta(days=day.weekday()), theme=theme, station="in_theme" if theme else "received",
            )
            for n, tie, in_theme in zip(numbers, ties, themes, strict=True)
            for author, theme in ((self.tie, None), (tie, in_theme))
        )  # fmt: skip
        Support.objects.bulk_create(
            Support(input=item, company=self.company, affiliation=self.tie, created_at=self.now)
            for item in inputs
            if item.company_id != self.company.pk
        )


@pytest.fixture
def scale(group, company, member, leader, contact):
    return Scale(group, company, member, leader)


@contextlib.contextmanager
def cache_commands():
    """Every command that a page sends to the cache."""
    seen = []
    backend = type(cache._connections["default"])
    with contextlib.ExitStack() as stack:
        for name in COMMANDS:
            real = getattr(backend, name)

            def noted(self, *args, _name=name, _real=real, **named):
                seen.append(_name)
                return _real(self, *args, **named)

            stack.enter_context(mock.patch.object(backend, name, noted))
        yield seen


def cost(client, path):
    """Queries, cache commands and bytes of a page, the second time it is asked for."""
    client.get(path)
    with CaptureQueriesContext(connection) as queries, cache_commands() as commands:
        response = client.get(path)
    assert response.status_code == 200, path
    return [query["sql"][:300] for query in queries.captured_queries], commands, len(response.content) / 1024


@pytest.fixture
def grown(scale, client_of, request):
    """``grown(who, path)``: what the page costs with few rows and with many."""

    def ask(who, path):
        client = client_of(request.getfixturevalue(who))
        first = oslo_today().replace(day=1)
        path = path.format(meeting=scale.meeting.pk, first=first, last=month_after(first, 9))
        scale.grow_to(FEW)
        few = cost(client, path)
        scale.grow_to(MANY)
        return few, cost(client, path)

    return ask


@pytest.mark.parametrize(("who", "path"), LISTS.values(), ids=LISTS.keys())
def test_a_list_costs_the_same_with_three_and_three_hundred_rows(grown, who, path):
    few, many = grown(who, path)
    assert len(few[0]) == len(many[0]), "\n".join(many[0])
    assert few[1] == many[1]
    assert many[2] <= KILOBYTES


@pytest.mark.parametrize(("who", "path", "queries"), NARROW.values(), ids=NARROW.keys())
def test_the_busiest_pages_stay_narrow(grown, who, path, queries):
    few, many = grown(who, path)
    assert len(few[0]) == len(many[0]) <= queries, "\n".join(many[0])
    assert len(few[1]) == len(many[1]) <= CACHE_COMMANDS


def test_the_counting_of_cache_commands_sees_them():
    with cache_commands() as seen:
        cache.set("a", 1)
        cache.get("a")
    assert seen == ["set", "get"]
