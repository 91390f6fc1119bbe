"""A full meeting: never one too many, however many press at once; the waiting list moves by itself."""

import datetime as dt
import http.client
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from mail.models import Message
from meetings.actions import seats
from meetings.actions.answers import answer_invitation, undo_answer
from meetings.actions.meetings import move_meeting, withdraw_invitation
from meetings.coming import queue_place
from meetings.enums import Road
from meetings.models import Invitation, Meeting
from meetings.tokens import answer_path
from members.clock import oslo_today
from tests.factories.groups import GroupFactory
from tests.factories.meetings import InvitationFactory, MeetingFactory
from tests.meetings.pages import nonce_of

NOW = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)


@pytest.fixture
def meeting(group):
    return MeetingFactory(group=group, capacity=2, starts_at=NOW + dt.timedelta(days=14))


def say(row, answer, minute=0):
    now = NOW + dt.timedelta(minutes=minute)
    return answer_invitation(row, answer=answer, via=Road.PAGE, actor=row.user, now=now).invitation


def invite(meeting, count):
    return [InvitationFactory(meeting=meeting) for _ in range(count)]


def seated(meeting):
    return list(Invitation.objects.filter(meeting=meeting).seated(oslo_today()).order_by("pk"))


def queue(meeting):
    return list(Invitation.objects.filter(meeting=meeting).queued(oslo_today()))


def moved_up():
    rows = Message.objects.waiting().filter(kind="meetings.moved_up").order_by("pk")
    return list(rows.values_list("recipient", flat=True))


@pytest.mark.django_db
def test_yes_beyond_the_places_goes_to_the_waiting_list_in_order(meeting):
    people = invite(meeting, 5)
    for minute, row in enumerate(people):
        say(row, "yes", minute)
    assert seated(meeting) == people[:2]
    assert queue(meeting) == people[2:]
    assert [queue_place(row) for row in queue(meeting)] == [1, 2, 3]
    assert not moved_up()


@pytest.mark.django_db
@pytest.mark.parametrize("answer", ["no", "maybe"])
def test_when_someone_leaves_the_first_in_line_moves_up_with_a_mail(meeting, answer):
    people = invite(meeting, 4)
    for minute, row in enumerate(people):
        say(row, "yes", minute)
    say(people[0], answer, 10)
    assert seated(meeting) == [people[1], people[2]]
    assert queue(meeting) == [people[3]]
    assert moved_up() == [people[2].ref]


@pytest.mark.django_db
def test_whoever_comes_back_goes_to_the_end(meeting):
    people = invite(meeting, 4)
    for minute, row in enumerate(people):
        say(row, "yes", minute)
    say(people[0], "no", 10)
    say(people[0], "yes", 11)
    assert queue(meeting) == [people[3], people[0]]


@pytest.mark.django_db
def test_saying_yes_again_keeps_the_place_in_the_queue(meeting):
    people = invite(meeting, 4)
    for minute, row in enumerate(people):
        say(row, "yes", minute)
    say(people[2], "yes", 30)
    assert queue(meeting) == people[2:]


@pytest.mark.django_db
def test_leaving_the_waiting_list_lets_nobody_in(meeting):
    people = invite(meeting, 4)
    for minute, row in enumerate(people):
        say(row, "yes", minute)
    say(people[2], "no", 10)
    assert seated(meeting) == people[:2]
    assert queue(meeting) == [people[3]]
    assert not moved_up()


@pytest.mark.django_db
def test_undoing_a_no_does_not_take_the_seat_back_from_the_next(meeting):
    people = invite(meeting, 3)
    for minute, row in enumerate(people):
        say(row, "yes", minute)
    say(people[0], "no", 10)
    undo_answer(people[0], via=Road.PAGE, actor=None, now=NOW + dt.timedelta(minutes=11))
    assert seated(meeting) == people[1:]
    assert queue(meeting) == [people[0]]


@pytest.mark.django_db
def test_more_places_move_the_list_up_in_order(meeting):
    people = invite(meeting, 6)
    for minute, row in enumerate(people):
        say(row, "yes", minute)
    meeting.capacity = 4
    meeting.save()
    seats.move_up(meeting, now=NOW)
    assert seated(meeting) == people[:4]
    assert moved_up() == [people[2].ref, people[3].ref]


@pytest.mark.django_db
def test_no_limit_any_more_lets_everybody_in(meeting):
    people = invite(meeting, 4)
    for minute, row in enumerate(people):
        say(row, "yes", minute)
    meeting.capacity = None
    meeting.save()
    seats.move_up(meeting, now=NOW)
    assert len(seated(meeting)) == 4


@pytest.mark.django_db
def test_fewer_places_throw_nobody_out_and_let_nobody_in(meeting):
    people = invite(meeting, 4)
    for minute, row in enumerate(people):
        say(row, "yes", minute)
    meeting.capacity = 1
    meeting.save()
    seats.move_up(meeting, now=NOW)
    assert seated(meeting) == people[:2]
    say(people[0], "no", 10)
    assert seated(meeting) == [people[1]]


@pytest.mark.django_db
def test_a_withdrawn_seat_goes_to_the_next(meeting, leader):
    people = invite(meeting, 3)
    for minute, row in enumerate(people):
        say(row, "yes", minute)
    withdraw_invitation(people[0], actor=leader, now=NOW)
    assert seated(meeting) == people[1:]


@pytest.mark.django_db
def test_a_move_keeps_seats_and_the_order_of_the_list(meeting, leader):
    people = invite(meeting, 4)
    for minute, row in enumerate(people):
        say(row, "yes", minute)
    later = meeting.starts_at + dt.timedelta(days=7)
    move_meeting(
        meeting, actor=leader, now=NOW, starts_at=later, ends_at=later + dt.timedelta(hours=3), venue="Damphuset"
    )
    assert seated(meeting) == people[:2]
    assert queue(meeting) == people[2:]
    assert set(Invitation.objects.filter(meeting=meeting).unanswered()) == set(people)
    say(people[3], "yes", 60)
    assert queue(meeting) == people[2:]


@pytest.mark.django_db
def test_after_the_start_nobody_is_moved_up(meeting):
    people = invite(meeting, 3)
    for minute, row in enumerate(people):
        say(row, "yes", minute)
    meeting.capacity = 3
    meeting.save()
    assert seats.move_up(meeting, now=meeting.starts_at) == []
    assert not moved_up()


@pytest.mark.django_db
def test_people_without_mail_move_up_too_and_quietly(meeting):
    people = [InvitationFactory(meeting=meeting, affiliation__user__email=None) for _ in range(3)]
    for minute, row in enumerate(people):
        say(row, "yes", minute)
    say(people[0], "no", 10)
    assert seated(meeting) == people[1:]
    assert not Message.objects.exists()


# Real requests, at the same moment

CAPACITY, CROWD = 3, 12


@pytest.fixture
def crowd(transactional_db, live_server, monkeypatch):
    """A crowd that presses yes at the same moment; between counting and writing everybody takes a breath."""
    count = seats.free_seats

    def slowly(meeting, now):
        free = count(meeting, now)
        time.sleep(0.05)
        return free

    monkeypatch.setattr(seats, "free_seats", slowly)
    meeting = MeetingFactory(group=GroupFactory(), capacity=CAPACITY, starts_at=timezone.now() + dt.timedelta(days=9))
    rows = invite(meeting, CROWD)
    presses = [(answer_path(row), nonce_of(Client(), answer_path(row))) for row in rows]
    connections.close_all()
    return meeting, press_together(live_server.url, presses)


def press_together(url, presses):
    barrier = threading.Barrier(len(presses))

    def press(path, nonce):
        body = urlencode({"answer": "yes", "nonce": nonce})
        with closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)) as line:
            barrier.wait()
            line.request("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})
            with line.getresponse() as response:
                response.read()
                return response.status

    def run():
        with ThreadPoolExecutor(len(presses)) as pool:
            return list(pool.map(lambda one: press(*one), presses))

    return run


def holds(meeting, codes):
    """Everybody got an answer, exactly the places are taken, the rest stand in line, each once."""
    taken = Invitation.objects.filter(meeting=meeting).seated(oslo_today()).count()
    waiting = Invitation.objects.filter(meeting=meeting).queued(oslo_today()).count()
    return set(codes) == {302} and taken == CAPACITY and waiting == CROWD - CAPACITY


def test_the_last_seats_are_never_given_twice_when_all_press_at_once(crowd):
    meeting, run = crowd
    codes = run()
    assert holds(meeting, codes), codes


def test_without_the_lock_the_same_crowd_oversells(crowd, monkeypatch):
    """The control: with the lock off the promise above must break, else the test proves nothing."""
    meeting, run = crowd
    if connection.vendor == "sqlite":
        monkeypatch.setitem(connections.settings["default"]["OPTIONS"], "transaction_mode", "DEFERRED")
    else:
        monkeypatch.setattr(seats, "lock", lambda one: Meeting.objects.select_related("group").get(pk=one.pk))
    connections.close_all()
    codes = run()
    assert not holds(meeting, codes)


def test_leaving_and_coming_at_once_never_exceeds_the_places(transactional_db, live_server):
    meeting = MeetingFactory(group=GroupFactory(), capacity=CAPACITY)
    rows = invite(meeting, CROWD)
    for row in rows[:6]:
        answer_invitation(row, answer="yes", via=Road.PAGE, actor=row.user, now=timezone.now())
    barrier = threading.Barrier(CROWD)

    def act(place):
        barrier.wait()
        answer = "no" if place < 3 else "yes"
        try:
            answer_invitation(rows[place], answer=answer, via=Road.PAGE, actor=rows[place].user, now=timezone.now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CROWD) as pool:
        list(pool.map(act, range(CROWD)))
    assert len(seated(meeting)) == CAPACITY
    assert len(queue(meeting)) == CROWD - 3 - CAPACITY
