"""What a device at the door noted without network: nothing lost, nothing twice, the newest note stands."""

import datetime as dt
import itertools
import uuid

import pytest
import time_machine
from django.urls import reverse

from meetings.models import Invitation
from members.clock import OSLO
from members.models import User
from tests.factories.meetings import InvitationFactory, MeetingFactory

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 11, 26, 12, tzinfo=OSLO)
SECOND = 1000


@pytest.fixture(autouse=True)
def _at_the_door():
    with time_machine.travel(START, tick=False):
        yield


@pytest.fixture
def meeting(group):
    return MeetingFactory(group=group, starts_at=START, ends_at=START + dt.timedelta(hours=3))


@pytest.fixture
def row(meeting, member):
    return InvitationFactory(meeting=meeting, affiliation=member.affiliations.get(), user=member, answer="yes")


@pytest.fixture
def tell(client_of, leader, meeting):
    """Send notes as the device does; returns what it is told."""

    def send(*notes, who=leader, status=200):
        path = reverse("meetings:door_sync", args=[meeting.pk])
        answer = client_of(who).post(path, {"notes": list(notes)}, content_type="application/json")
        assert answer.status_code == status
        return answer.json() if status == 200 else None

    return send


def press(row, attendance="attended", ago=0):
    return {"key": str(uuid.uuid4()), "row": row.pk, "attendance": attendance, "ago": ago}


def guest(name="Guri Gjest", ago=0, **more):
    return {"key": str(uuid.uuid4()), "name": name, "company": "", "email": "", "ago": ago} | more


def attendance(row):
    return Invitation.objects.get(pk=row.pk).attendance


def test_a_press_counts_and_the_device_need_not_keep_it(tell, row):
    one = press(row, ago=30 * SECOND)
    told = tell(one)
    assert told["ended"] == [one["key"]]
    assert told["refused"] == []
    assert 'aria-pressed="true"' in told["list"]
    noted = Invitation.objects.get(pk=row.pk)
    assert (noted.attendance, noted.attendance_by) == ("attended", "door")
    assert noted.attendance_at == START - dt.timedelta(seconds=30)


def test_the_newest_note_stands_in_every_order_of_arrival(tell, row):
    """Two tablets, one of them without network for a while."""
    notes = [press(row, "attended", 50 * SECOND), press(row, "unknown", 40 * SECOND), press(row, "attended", 30 * SECOND),
             press(row, "unknown", 20 * SECOND)]  # fmt: skip
    for order in itertools.permutations(notes):
        Invitation.objects.filter(pk=row.pk).update(attendance="unknown", attendance_at=None)
        for note in order:
            tell(note)
        assert attendance(row) == "unknown", order
        Invitation.objects.filter(pk=row.pk).update(attendance="unknown", attendance_at=None)
        for note in [note for note in order if note is not notes[3]]:
            tell(note)
        assert attendance(row) == "attended", order


def test_a_late_note_does_not_undo_what_was_noted_on_the_page(tell, client_of, leader, row):
    client_of(leader).post(
        reverse("meetings:note_attendance", args=[row.meeting_id, row.pk]), {"attendance": "attended"}
    )
    tell(press(row, "unknown", 60 * SECOND))
    assert attendance(row) == "attended"


def test_a_visitor_told_of_five_times_is_one(tell, meeting):
    one = guest(company="Kobberheim Stål")
    for _ in range(5):
        assert tell(one)["ended"] == [one["key"]]
    assert Invitation.objects.filter(meeting=meeting, attendance="visitor").count() == 1
    assert User.objects.filter(name="Guri Gjest").count() == 1


def test_two_visitors_of_one_name_are_two(tell, meeting):
    tell(guest(), guest())
    assert Invitation.objects.filter(meeting=meeting, attendance="visitor").count() == 2


def test_a_visitor_taken_off_does_not_come_back_when_told_of_again(tell, meeting):
    one = guest()
    tell(one)
    tell(press(Invitation.objects.get(), "gone"))
    tell(one)
    assert not Invitation.objects.standing().exists()


def test_an_invited_person_is_not_taken_off(tell, row):
    tell(press(row, "gone"))
    assert Invitation.objects.get(pk=row.pk).withdrawn_at is None


def test_what_cannot_be_written_is_told_and_the_rest_counts(tell, row):
    bad, good = guest(email="ikke en adresse"), press(row)
    told = tell(bad, good)
    assert set(told["ended"]) == {bad["key"], good["key"]}
    assert [one["name"] for one in told["refused"]] == ["Guri Gjest"]
    assert "gyldig e-post" in told["refused"][0]["why"]
    assert attendance(row) == "attended"


def test_before_the_door_opens_nothing_counts_and_it_says_so(tell, row):
    with time_machine.travel(START - dt.timedelta(hours=13), tick=False):
        told = tell(press(row))
    assert told["refused"][0]["why"] == "Dørlista åpner tolv timer før møtet."
    assert attendance(row) == "unknown"


def test_rows_of_another_meeting_are_not_touched(tell, row):
    other = InvitationFactory(meeting=MeetingFactory(starts_at=START, ends_at=START + dt.timedelta(hours=1)))
    one = press(other)
    assert tell(one)["ended"] == [one["key"]]
    assert attendance(other) == "unknown"


@pytest.mark.parametrize("ago", [-5000, 10**15, 3 * 24 * 3600 * SECOND])
def test_a_clock_gone_mad_neither_notes_ahead_nor_ages_ago(tell, row, ago):
    tell(press(row, ago=ago))
    noted = Invitation.objects.get(pk=row.pk).attendance_at
    assert START - dt.timedelta(days=2) <= noted <= START


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b'{"notes": 1}', b'{"notes": [1]}', b'{"notes": [{}]}', b"\xff", b"[" * 100_000,
        b'{"notes": [{"key": "x", "row": 1, "attendance": "attended", "ago": 0}]}',
        b'{"notes": [{"key": "00000000-0000-4000-8000-000000000000", "row": 99999999999999999999, "ago": 0, "attendance": ""}]}',
        b'{"notes": [{"key": "00000000-0000-4000-8000-000000000000", "row": -1, "ago": 0, "attendance": "attended"}]}',
        b'{"notes": [{"key": "00000000-0000-4000-8000-000000000000", "row": 1, "ago": 1e999, "attendance": "attended"}]}',
    ],
)  # fmt: skip
def test_what_is_no_list_of_notes_writes_nothing(client_of, leader, meeting, row, body):
    path = reverse("meetings:door_sync", args=[meeting.pk])
    answer = client_of(leader).post(path, body, content_type="application/json")
    assert answer.status_code == 400
    assert attendance(row) == "unknown"


def test_too_many_at_once_are_refused_whole(tell, row):
    tell(*[press(row) for _ in range(201)], status=400)
    assert attendance(row) == "unknown"


@pytest.mark.parametrize("note", ["visitor", "", "maybe", "<b>", "\0"])
def test_a_note_that_is_none_of_them_changes_nothing(tell, row, note):
    assert len(tell(press(row, note))["refused"]) == 1
    assert attendance(row) == "unknown"


@pytest.mark.parametrize("name", ["", " ", "x" * 121, "a\0b"])
def test_a_visitor_without_a_name_that_can_be_kept_is_told_of(tell, meeting, name):
    assert len(tell(guest(name))["refused"]) == 1
    assert not Invitation.objects.filter(meeting=meeting).exists()


def test_the_queries_do_not_grow_with_the_list(tell, meeting, django_assert_max_num_queries):
    for _ in range(40):
        InvitationFactory(meeting=meeting, answer="yes")
    tell(press(Invitation.objects.first()))
    with django_assert_max_num_queries(30):
        tell(press(Invitation.objects.last()))
