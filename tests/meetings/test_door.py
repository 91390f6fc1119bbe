"""The list at the door: who may hold it, what it shows, and that one press is enough."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from groups.models import Input, Support
from meetings.actions.attendance import confirm_late_claims
from meetings.models import Invitation
from meetings.views.door import SHOWN
from members.clock import OSLO
from members.models import User
from tests.factories.groups import InputFactory, RoundFactory, SupportFactory
from tests.factories.meetings import InvitationFactory, MeetingFactory
from tests.factories.members import AffiliationFactory, CompanyFactory

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 11, 26, 12, tzinfo=OSLO)


@pytest.fixture(autouse=True)
def _at_the_door():
    with time_machine.travel(START - dt.timedelta(minutes=10), tick=False):
        yield


@pytest.fixture
def meeting(group):
    return MeetingFactory(group=group, starts_at=START, ends_at=START + dt.timedelta(hours=3))


@pytest.fixture
def row(meeting, member):
    return InvitationFactory(meeting=meeting, affiliation=member.affiliations.get(), user=member, answer="yes")


def door(meeting, **query):
    return reverse("meetings:door", args=[meeting.pk], query=query)


def note(client, row, attendance, **more):
    path = reverse("meetings:note_attendance", args=[row.meeting_id, row.pk])
    return client.post(path, {"attendance": attendance}, **more)


def fresh(row):
    return Invitation.objects.get(pk=row.pk)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("leader", 200),
        ("board_member", 200),
        ("staff", 200),
        ("member", 403),
        ("contact", 404),
        ("outsider", 404),
        ("other_member", 404),
        ("newcomer", 404),
        ("chair", 404),
        (None, 302),
    ],
)
def test_only_organisers_hold_the_door(client_of, meeting, row, request, who, status):
    client = client_of(request.getfixturevalue(who) if who else None)
    assert client.get(door(meeting)).status_code == status
    assert note(client, row, "attended").status_code == (302 if status == 200 else status)
    assert (fresh(row).attendance == "attended") == (status == 200)
    visitor = client.post(reverse("meetings:visitor", args=[meeting.pk]), {"name": "Gjest"})
    assert visitor.status_code == (302 if status == 200 else status)


def test_one_press_notes_and_one_more_takes_it_back(client_of, leader, meeting, row):
    client = client_of(leader)
    note(client, row, "attended")
    assert fresh(row).attendance == "attended"
    assert 'aria-pressed="true"' in client.get(door(meeting)).content.decode()
    note(client, row, "unknown")
    assert fresh(row).attendance == "unknown"
    assert fresh(row).answer == "yes"


def test_whoever_rang_is_noted_with_one_press_and_one_more_takes_it_back(client_of, leader, meeting, row):
    client = client_of(leader)
    assert 'value="apologised"' in client.get(door(meeting)).content.decode()
    note(client, row, "apologised")
    page = client.get(door(meeting)).content.decode()
    assert 'data-note="apologised" value="unknown" aria-pressed="true"' in page
    assert 'data-note="attended" value="attended" aria-pressed="false"' in page  # may come after all
    note(client, row, "unknown")
    assert fresh(row).attendance == "unknown"


def test_whoever_answered_no_has_sent_apologies_already(client_of, leader, meeting, row):
    Invitation.objects.filter(pk=row.pk).update(answer="no")
    assert 'value="apologised"' not in client_of(leader).get(door(meeting)).content.decode()


def test_the_list_alone_is_asked_for_anew(client_of, leader, meeting, row):
    note(client_of(leader), row, "attended")
    page = client_of(leader).get(door(meeting), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert 'id="door-list"' in page
    assert "<dd>1</dd>" in page


def test_the_paper_has_everybody_and_room_for_more(client_of, leader, meeting, row):
    for _ in range(SHOWN + 3):
        InvitationFactory(meeting=meeting, answer="yes")
    InvitationFactory(meeting=meeting, affiliation__user__name="Trukket", withdrawn_at=START)
    page = client_of(leader).get(reverse("meetings:paper", args=[meeting.pk])).content.decode()
    assert page.count("<tr><td>") == SHOWN + 4
    assert "Marte Haugen" in page
    assert "Trukket" not in page
    assert page.count('<tr class="tk-print-only">') == 12


def test_the_papers_queries_do_not_grow_with_the_people(client_of, leader, group, same_queries):
    few, many = (MeetingFactory(group=group, starts_at=START, ends_at=START + dt.timedelta(hours=1)) for _ in range(2))
    InvitationFactory(meeting=few)
    for _ in range(30):
        InvitationFactory(meeting=many)
    paths = [reverse("meetings:paper", args=[meeting.pk]) for meeting in (few, many)]
    same_queries(*paths, client_of(leader), at_most=9)


def test_figures_count_companies_and_people(client_of, leader, meeting):
    company = CompanyFactory()
    for tie in (AffiliationFactory(company=company), AffiliationFactory(company=company), AffiliationFactory()):
        InvitationFactory(meeting=meeting, affiliation=tie, answer="yes", attendance="attended")
    from meetings.views.door import door_list

    found = door_list(meeting, "")
    assert (found.companies, found.people, found.expected) == (2, 3, 3)


@pytest.mark.parametrize("search", ["marte", "HAUGEN", "kobberheim", "Kobberheim Stål"])
def test_search_finds_names_and_companies(client_of, leader, meeting, row, search):
    InvitationFactory(meeting=meeting, affiliation__user__name="Ola Annen")
    page = client_of(leader).get(door(meeting, q=search)).content.decode()
    assert "Marte Haugen" in page
    assert "Ola Annen" not in page


def test_the_search_is_kept_after_a_press(client_of, leader, row):
    path = reverse("meetings:note_attendance", args=[row.meeting_id, row.pk])
    response = client_of(leader).post(path, {"attendance": "attended", "q": "marte & co"})
    assert response["Location"].endswith("?q=marte+%26+co")


@pytest.mark.parametrize("bad", ["", "visitor", "maybe", "ATTENDED", "<b>"])
def test_a_note_that_is_none_of_them_writes_nothing(client_of, leader, row, bad):
    assert note(client_of(leader), row, bad).status_code == 302
    assert fresh(row).attendance == "unknown"


def test_the_door_opens_twelve_hours_before_and_stays_open_after(client_of, leader, meeting, row):
    for moment, expected in (
        (START - dt.timedelta(hours=13), "unknown"),
        (START - dt.timedelta(hours=12), "attended"),
    ):
        with time_machine.travel(moment, tick=False):
            note(client_of(leader), row, "attended")
            assert fresh(row).attendance == expected
    with time_machine.travel(START + dt.timedelta(days=3), tick=False):
        note(client_of(leader), row, "no_show")
    assert fresh(row).attendance == "no_show"


def visit(client, meeting, **data):
    return client.post(reverse("meetings:visitor", args=[meeting.pk]), data)


def test_a_visitor_is_written_down_with_a_company_of_the_cluster(client_of, leader, meeting, company):
    visit(client_of(leader), meeting, name="  Guri   Gjest ", company="kobberheim stål as")
    row = Invitation.objects.get(meeting=meeting)
    assert (row.user.name, row.user.email, row.company_name, row.attendance) == (
        "Guri Gjest",
        None,
        company.name,
        "visitor",
    )
    assert row.answer == "none"


def test_a_visitor_with_a_known_address_is_that_person(client_of, leader, meeting, outsider):
    people = User.objects.count()
    visit(client_of(leader), meeting, name="Ulf", email=outsider.email.upper())
    assert Invitation.objects.get(meeting=meeting).user == outsider
    assert User.objects.count() == people


def test_a_visitor_who_turns_out_to_be_invited_is_noted_as_present(client_of, leader, meeting, row, member):
    visit(client_of(leader), meeting, name="Marte", email=member.email)
    assert fresh(row).attendance == "attended"
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("data", [{}, {"name": ""}, {"name": "x" * 121}, {"name": "Guri", "email": "ikke en adresse"}])
def test_a_visitor_that_cannot_be_written_says_why_and_keeps_what_was_typed(client_of, leader, meeting, data):
    response = visit(client_of(leader), meeting, **data)
    assert response.status_code == 422
    assert not Invitation.objects.exists()
    page = response.content.decode()
    assert "invalid-feedback" in page or "is-invalid" in page
    if data.get("email"):
        assert data["email"] in page


def test_a_visitor_written_by_mistake_can_be_taken_off(client_of, leader, meeting):
    client = client_of(leader)
    visit(client, meeting, name="Guri Gjest")
    row = Invitation.objects.get()
    assert "Guri Gjest" in client.get(door(meeting)).content.decode()
    client.post(reverse("meetings:visitor_gone", args=[meeting.pk, row.pk]))
    assert "Guri Gjest" not in client.get(door(meeting)).content.decode()


def test_an_invited_person_cannot_be_taken_off_as_a_visitor(client_of, leader, meeting, row):
    client_of(leader).post(reverse("meetings:visitor_gone", args=[meeting.pk, row.pk]))
    assert fresh(row).withdrawn_at is None


def test_an_invitation_of_another_meeting_is_not_noted_here(client_of, leader, meeting):
    other = InvitationFactory()
    path = reverse("meetings:note_attendance", args=[meeting.pk, other.pk])
    assert client_of(leader).post(path, {"attendance": "attended"}).status_code == 404


def test_the_doors_queries_do_not_grow_with_the_people(client_of, leader, group, same_queries):
    few = MeetingFactory(group=group, starts_at=START, ends_at=START + dt.timedelta(hours=1))
    many = MeetingFactory(group=group, starts_at=START, ends_at=START + dt.timedelta(hours=1))
    for _ in range(3):
        InvitationFactory(meeting=few, answer="yes")
    for _ in range(30):
        InvitationFactory(meeting=many, answer="yes", attendance="attended")
    same_queries(door(few), door(many), client_of(leader), at_most=14)


def test_a_get_never_notes(client_of, leader, row):
    assert client_of(leader).get(reverse("meetings:note_attendance", args=[row.meeting_id, row.pk])).status_code == 405


@pytest.fixture
def claimed(meeting, company):
    """A round of the meeting with an input and a support that somebody in the room gave in a company's name."""
    found = RoundFactory(group=meeting.group, room_opens_at=START - dt.timedelta(minutes=30), room_closes_at=START)
    meeting.round = found
    meeting.save(update_fields=["round"])
    qr = {"affiliation": None, "company": company, "company_confirmed": False, "door": "qr"}
    support = SupportFactory(input=InputFactory(round=found), company=company, confirmed=False)
    return InputFactory(round=found, visibility="company", **qr), support, qr


def are_confirmed(item, support):
    return Input.objects.get(pk=item.pk).company_confirmed, Support.objects.get(pk=support.pk).confirmed


def test_a_company_seen_at_the_door_counts_in_the_round(client_of, leader, row, claimed, other_company):
    item, support, _qr = claimed
    other = SupportFactory(input=item, company=other_company, confirmed=False)
    note(client_of(leader), row, "no_show")
    assert are_confirmed(item, support) == (False, False)
    note(client_of(leader), row, "attended")
    assert are_confirmed(item, support) == (True, True)
    assert not Support.objects.get(pk=other.pk).confirmed


def test_a_visitor_of_the_company_confirms_it_too(client_of, leader, meeting, claimed, company):
    item, support, _qr = claimed
    path = reverse("meetings:visitor", args=[meeting.pk])
    client_of(leader).post(path, {"name": "Ny Mann", "company": company.name})
    assert are_confirmed(item, support) == (True, True)


def test_what_comes_in_after_the_door_was_noted_is_confirmed_within_the_minute(client_of, leader, row, claimed):
    note(client_of(leader), row, "attended")
    late = InputFactory(round=claimed[0].round, visibility="company", **claimed[2])
    assert confirm_late_claims(START) == 1
    assert Input.objects.get(pk=late.pk).company_confirmed
    assert confirm_late_claims(START) == 0
