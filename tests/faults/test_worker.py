"""Mails that cannot be built, one of which takes its worker down, and more beats than one. Reliability matrix F17, F20."""

import os
import time

import pytest

from mail import kinds
from mail.claims import BUILDS
from mail.models import Message
from mail.queue import Draft, enqueue_many
from tests.faults.harness import KILLER, KIND, Worker, all_sent, check_delivery, wait_until
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


@pytest.fixture
def mails_and_a_killer(queue_mails):
    before = queue_mails(15)
    kinds.register(KILLER, lambda _rows: {}, label="Killer")
    enqueue_many(KILLER, [Draft(recipient="address:nobody@example.org")])
    enqueue_many(KIND, [Draft(recipient=f"address:later{n}@example.org") for n in range(15)])
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


def test_three_beats_send_each_mail_once(queue_mails, sink, worker):
    rows = queue_mails(150)
    with worker.beats(3, every=0.1):
        worker.start()
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
