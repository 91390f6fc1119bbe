"""People tick themselves in with the code by the door."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from groups.models import Input
from mail.links import make_nonce
from meetings.check_in import CHECK_IN, check_in_token
from meetings.models import Invitation
from members.clock import OSLO
from tests.factories.groups import InputFactory, RoundFactory
from tests.factories.meetings import InvitationFactory, MeetingFactory
from tests.factories.members import AffiliationFactory, CompanyFactory
from tests.meetings.pages import nonce_of

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 11, 26, 12, tzinfo=OSLO)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def meeting(group):
    return MeetingFactory(group=group, starts_at=START, ends_at=START + dt.timedelta(hours=3))


@pytest.fixture
def row(meeting, member):
    return InvitationFactory(meeting=meeting, affiliation=member.affiliations.get(), user=member, answer="yes")


@pytest.fixture
def path(meeting):
    """The code of this half minute."""
    return address(meeting, START)


def address(meeting, when):
    return reverse("meetings:check_in", args=[check_in_token(meeting, when)])


def tick(client, path, **words):
    return client.post(path, {"nonce": nonce_of(client, path), **words})


def noted(row):
    found = Invitation.objects.get(pk=row.pk)
    return found.attendance, found.attendance_by


def test_a_signed_in_person_needs_one_press(client_of, member, row, path):
    answer = tick(client_of(member), path, who="me")
    assert answer.status_code == 200
    assert "Velkommen, Marte Haugen" in answer.content.decode()
    assert noted(row) == ("attended", "self")


def test_a_name_is_enough_without_signing_in(client, row, path):
    tick(client, path, name=" marte  HAUGEN ", company="")
    assert noted(row) == ("attended", "typed")
    assert Invitation.objects.count() == 1


def test_two_of_one_name_are_told_apart_by_the_company(client, meeting, row, path):
    other = InvitationFactory(
        meeting=meeting, affiliation=AffiliationFactory(user__name="Marte Haugen", company__name="Fjordplast AS")
    )
    tick(client, path, name="Marte Haugen", company="fjordplast")
    assert (noted(row)[0], noted(other)[0]) == ("unknown", "attended")


def test_whoever_is_not_on_the_list_becomes_a_visitor_once(client, meeting, row, path):
    for _ in range(3):
        tick(client, path, name="Guri Gjest", company="Ukjent AS")
    found = Invitation.objects.exclude(pk=row.pk).get()
    assert (found.user.name, found.company_name, found.attendance, found.attendance_by) == (
        "Guri Gjest", "Ukjent AS", "visitor", "typed",
    )  # fmt: skip
    tick(client, path, name="Guri Gjest", company="En annen")
    assert Invitation.objects.filter(attendance="visitor").count() == 2


def test_a_member_who_was_not_invited_is_a_visitor_with_their_company(client_of, outsider, meeting, path):
    client = client_of(outsider)
    for _ in range(2):
        tick(client, path, who="me")
    found = Invitation.objects.get(meeting=meeting)
    assert (found.user, found.attendance, found.attendance_by) == (outsider, "visitor", "self")
    assert found.affiliation == outsider.affiliations.get()


def test_a_press_at_the_door_that_is_newer_stands(client_of, leader, member, row, path, clock):
    tick(client_of(member), path, who="me")
    clock.shift(60)
    client_of(leader).post(
        reverse("meetings:note_attendance", args=[row.meeting_id, row.pk]), {"attendance": "unknown"}
    )
    assert noted(row) == ("unknown", "door")


@pytest.mark.parametrize(("seconds", "works"), [(0, True), (89, True), (121, False), (3600, False), (-30, False)])
def test_the_code_soon_leads_nowhere(client, meeting, row, seconds, works, clock):
    path = address(meeting, START)
    clock.shift(seconds)
    page = client.get(path)
    assert page.status_code == 200
    assert ('name="nonce"' in page.content.decode()) == works


def test_a_page_opened_in_time_may_lie_for_ten_minutes(client, row, path, clock):
    nonce = nonce_of(client, path)
    clock.shift(9 * 60)
    client.post(path, {"nonce": nonce, "name": "Marte Haugen"})
    assert noted(row)[0] == "attended"
    clock.shift(2 * 60)
    late = client.post(path, {"nonce": nonce, "name": "Guri Gjest"})
    assert late.status_code == 403
    assert "Koden er byttet" in late.content.decode()
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("nonce", ["", "x", "page:1:2"])
def test_without_the_pages_nonce_nothing_is_noted(client, row, path, nonce):
    assert client.post(path, {"nonce": nonce, "name": "Marte Haugen"}).status_code == 403
    assert noted(row)[0] == "unknown"


def test_the_nonce_of_another_meetings_page_does_not_count(client, row, path, group):
    other = MeetingFactory(group=group, starts_at=START, ends_at=START + dt.timedelta(hours=1))
    nonce = make_nonce(CHECK_IN, check_in_token(other, START))
    assert client.post(path, {"nonce": nonce, "name": "Marte Haugen"}).status_code == 403
    assert noted(row)[0] == "unknown"


def test_another_sites_page_notes_nobody(client, row, path):
    nonce = nonce_of(client, path)
    answer = client.post(path, {"nonce": nonce, "name": "Marte Haugen"}, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert noted(row)[0] == "unknown"


@pytest.mark.parametrize(
    ("hours", "state", "works"),
    [
        (-1.01, "called", False),
        (-1, "called", True),
        (2.9, "held", True),
        (3, "called", False),
        (0, "cancelled", False),
    ],
)
def test_it_works_around_the_meeting_alone(client, meeting, row, hours, state, works, clock):
    type(meeting).objects.filter(pk=meeting.pk).update(state=state)
    moment = START + dt.timedelta(hours=hours)
    clock.move_to(moment)
    path = address(meeting, moment)
    nonce = make_nonce(CHECK_IN, path.split("/")[-2])
    answer = client.post(path, {"nonce": nonce, "name": "Marte Haugen"})
    assert answer.status_code == 200
    assert (noted(row)[0] == "attended") == works
    assert ("Innsjekkingen er stengt" in answer.content.decode()) != works


def test_a_withdrawn_invitation_becomes_a_visitor(client_of, member, meeting, row, path):
    Invitation.objects.filter(pk=row.pk).update(withdrawn_at=START)
    tick(client_of(member), path, who="me")
    assert noted(row) == ("visitor", "self")


@pytest.mark.parametrize("words", [{}, {"name": ""}, {"name": "x" * 121}, {"name": "a\0b"}])
def test_a_name_that_cannot_be_kept_says_why(client, meeting, path, words):
    answer = tick(client, path, **words)
    assert answer.status_code == 422
    assert "is-invalid" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_the_page_shows_nobodys_name(client, meeting, row, path):
    page = client.get(path).content.decode()
    assert "Marte" not in page
    assert "Kobberheim" not in page


def test_pretending_to_be_signed_in_does_not_help(client, row, path):
    assert tick(client, path, who="me").status_code == 422
    assert noted(row)[0] == "unknown"


def test_a_typed_name_proves_no_company(client, client_of, leader, meeting, row, path, company):
    """What came by the room's code in a company's name counts when the door, not when a typed name says it is here."""
    found = RoundFactory(group=meeting.group, room_opens_at=START - dt.timedelta(minutes=30), room_closes_at=START)
    type(meeting).objects.filter(pk=meeting.pk).update(round=found)
    item = InputFactory(
        round=found, visibility="company", affiliation=None, company=company, company_confirmed=False, door="qr"
    )
    tick(client, path, name="Marte Haugen")
    tick(client, path, name="Guri Gjest", company=company.name)
    assert not Input.objects.get(pk=item.pk).company_confirmed
    tick(client_of(row.user), path, who="me")
    client_of(leader).post(
        reverse("meetings:note_attendance", args=[row.meeting_id, row.pk]), {"attendance": "unknown"}
    )
    client_of(leader).post(
        reverse("meetings:note_attendance", args=[row.meeting_id, row.pk]), {"attendance": "attended"}
    )
    assert Input.objects.get(pk=item.pk).company_confirmed


def test_the_way_into_the_round_follows_while_the_room_is_open(client, meeting, row, path):
    found = RoundFactory(
        group=meeting.group,
        room_opens_at=START - dt.timedelta(minutes=30),
        room_closes_at=START + dt.timedelta(hours=1),
    )
    type(meeting).objects.filter(pk=meeting.pk).update(round=found)
    assert "/c/" in tick(client, path, name="Marte Haugen").content.decode()
    type(found).objects.filter(pk=found.pk).update(room_closes_at=START)
    assert "/c/" not in tick(client, path, name="Marte Haugen").content.decode()


def test_the_wall_gets_a_new_code_each_half_minute(client_of, leader, meeting, clock):
    client, wall = client_of(leader), reverse("meetings:door_code_now", args=[meeting.pk])
    first = client.get(wall)
    assert "<svg" in first.content.decode()
    assert client.get(wall, headers={"if-none-match": first["ETag"]}).status_code == 304
    clock.shift(30)
    second = client.get(wall, headers={"if-none-match": first["ETag"]})
    assert second.status_code == 200
    assert second.content != first.content
    clock.move_to(START + dt.timedelta(hours=4))
    assert "<svg" not in client.get(wall).content.decode()


def test_a_room_behind_one_address_is_not_locked_out_and_a_flood_is(client, settings, row, path):
    settings.LIMITS = settings.LIMITS | {"check_in_address": (3, 600)}
    nonce = nonce_of(client, path)
    for number in range(3):
        assert client.post(path, {"nonce": nonce, "name": f"Gjest {number}"}).status_code == 200
    assert client.post(path, {"nonce": nonce, "name": "Gjest 4"}).status_code == 429
    assert Invitation.objects.filter(attendance="visitor").count() == 3


def test_searching_the_name_takes_the_same_queries_for_many(client, meeting, row, path, django_assert_max_num_queries):
    for _ in range(40):
        InvitationFactory(meeting=meeting, affiliation__company=CompanyFactory())
    nonce = nonce_of(client, path)
    with django_assert_max_num_queries(25):
        client.post(path, {"nonce": nonce, "name": "Marte Haugen"})
