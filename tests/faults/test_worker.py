"""A mail that takes its worker down, more beats than one, and mails due second by second. Reliability matrix F17, F20, F21."""

import os
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from mail import kinds
from mail.claims import BUILDS
from mail.models import Message
from mail.queue import PACE, Draft, enqueue_many
from tests.faults.harness import KILLER, KIND, Worker, all_sent, check_delivery, wait_until, wait_until_quiet
from tests.faults.sizes import size
from tests.mail.smtp import Sink

State = Message.State
pytestmark = [
    pytest.mark.processes,
    pytest.mark.once,
    pytest.mark.xdist_group("faults"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def sink():
    with Sink(seconds_a_mail=0.01) as sink:
        yield sink


@pytest.fixture
def worker(sink, tmp_path):
    with Worker(sink.port, tmp_path, redis=os.environ.get("TEST_REDIS_URL", "")) as worker:
        yield worker


# F17: a mail whose building kills its worker, every time

OTHERS = size(15, 250)  # before it, and as many after


@pytest.fixture
def mails_and_a_killer(queue_mails):
    before = queue_mails(OTHERS)
    kinds.register(KILLER, lambda _rows: {}, label="Killer")
    enqueue_many(KILLER, [Draft(recipient="address:nobody@example.org")])
    enqueue_many(KIND, [Draft(recipient=f"address:later{n}@example.org") for n in range(OTHERS)])
    return before, Message.objects.get(kind=KILLER)


def given_up(killer):
    killer.refresh_from_db()
    return killer.state == State.FAILED


def check_killer(sink, rows, killer):
    assert killer.state == State.FAILED
    assert killer.build_failures == BUILDS
    assert killer.error
    check_delivery(sink, rows, kills=0)


def test_a_mail_that_kills_its_worker_is_given_up_and_the_others_arrive(mails_and_a_killer, sink, worker):
    rows, killer = mails_and_a_killer
    with worker.beats():
        worker.start()
        wait_until(lambda: given_up(killer), worker)
        wait_until(all_sent, worker)
        worker.kill()
    check_killer(sink, rows, killer)


def test_without_the_count_it_takes_workers_down_for_ever(mails_and_a_killer, sink, worker):
    rows, killer = mails_and_a_killer
    worker.switch("no_count")
    end = time.monotonic() + 25  # longer than giving up takes
    with worker.beats():
        worker.start()
        while time.monotonic() < end:
            time.sleep(0.5)
        worker.kill()
    killer.refresh_from_db()
    with pytest.raises(AssertionError):
        check_killer(sink, rows, killer)
    assert killer.state in {State.QUEUED, State.SENDING}


# F20: three beats

SECONDS = size(0, 600)


def test_three_beats_send_each_mail_once(queue_mails, sink, worker):
    rows = queue_mails(150)
    end = time.monotonic() + SECONDS
    with worker.beats(3, every=0.1):
        worker.start()
        wait_until(all_sent, worker)
        while time.monotonic() < end:
            queue_mails(20)
            wait_until(all_sent, worker)
        worker.kill()
    check_delivery(sink, rows, kills=0)


def test_three_beats_without_the_claim_send_mails_twice(queue_mails, sink, worker):
    rows = queue_mails(150)
    worker.switch("no_claim")
    with worker.beats(3, every=0.1):
        worker.start()
        wait_until(all_sent, worker)
        worker.kill()
    with pytest.raises(AssertionError):
        check_delivery(sink, rows, kills=0)


# Mails that are due one second after the other: a run wakes the next


SECONDS_APART = 5


def send_second_by_second(queue_mails, sink, worker):
    queue_mails(1)
    worker.start()
    worker.send("mail.deliver")
    wait_until(all_sent, worker)  # it is up
    rows = queue_mails(SECONDS_APART * PACE).filter(state=State.QUEUED)
    start = timezone.now()
    for place, row in enumerate(rows.order_by("pk")):
        rows.filter(pk=row.pk).update(not_before=start + timedelta(seconds=place // PACE))
    worker.send("mail.deliver")
    wait_until_quiet(sink, SECONDS_APART)
    return sink.times[1:]


def check_in_time(times):
    assert len(times) == SECONDS_APART * PACE
    assert SECONDS_APART - 2 < times[-1] - times[0] < 2 * SECONDS_APART


def test_one_call_is_enough_for_mails_that_are_due_second_by_second(queue_mails, sink, worker):
    check_in_time(send_second_by_second(queue_mails, sink, worker))


def test_without_a_word_to_the_next_run_they_wait_for_the_tick(queue_mails, sink, worker):
    worker.switch("no_later")
    times = send_second_by_second(queue_mails, sink, worker)
    with pytest.raises(AssertionError):
        check_in_time(times)
