"""kill -9 of a sending process, and of the whole worker, while a mass mailing goes out. Reliability matrix F01, F02."""

import os
import random
import signal
import time

import pytest

from mail.models import Message
from tests.faults.harness import LEASE_SECONDS, Worker, all_sent, check_delivery, wait_until, wait_until_quiet
from tests.faults.sizes import size
from tests.mail.smtp import Sink

pytestmark = [
    pytest.mark.processes,
    pytest.mark.once,
    pytest.mark.xdist_group("faults"),
    pytest.mark.django_db(transaction=True),
]
MAILS, KILLS = size(200, 500), 10


@pytest.fixture
def sink():
    with Sink(seconds_a_mail=0.05) as sink:
        yield sink


@pytest.fixture
def worker(sink, tmp_path):
    with Worker(sink.port, tmp_path, redis=os.environ.get("TEST_REDIS_URL", "")) as worker:
        yield worker


# F01: the sending process dies before the final dot

DEATHS = size(3, 10)


@pytest.fixture
def lone_sender(sink, tmp_path):
    """A worker with one sending process, so that the one that dies is the one on the line."""
    with Worker(sink.port, tmp_path, redis=os.environ.get("TEST_REDIS_URL", ""), processes=1) as worker:
        yield worker


def kill_before_the_dot(sink, worker):
    """The sender dies so many times, each time with a mail half handed over."""
    left = [MAILS * part // (DEATHS + 1) for part in range(1, DEATHS + 1)]

    def before_data():
        if left and len(sink.mails) >= left[0]:
            del left[0]
            [sender] = worker.children()
            os.kill(sender, signal.SIGKILL)

    sink.before_data = before_data
    return left


def test_a_sender_killed_before_the_dot_costs_neither_mail_nor_copy(queue_mails, sink, lone_sender):
    rows = queue_mails(MAILS)
    left = kill_before_the_dot(sink, lone_sender)
    with lone_sender.beats():
        lone_sender.start()
        wait_until(lambda: not left, lone_sender, seconds=120)
        killed_at = time.monotonic()
        wait_until(all_sent, lone_sender)
        assert time.monotonic() - killed_at <= 30
        lone_sender.kill()
    check_delivery(sink, rows, kills=0)


def test_without_the_tick_what_a_killed_sender_held_is_lost(queue_mails, sink, lone_sender):
    rows = queue_mails(MAILS)
    left = kill_before_the_dot(sink, lone_sender)
    lone_sender.start()
    lone_sender.send("mail.deliver")
    wait_until(lambda: len(left) < DEATHS, lone_sender)
    wait_until_quiet(sink, LEASE_SECONDS + 2)
    with pytest.raises(AssertionError):
        check_delivery(sink, rows, kills=0)


# F02: the whole worker dies

LONGEST = size(0.4, 2)  # seconds that a worker lives


def test_a_worker_killed_ten_times_loses_nothing(queue_mails, sink, worker):
    rows = queue_mails(MAILS)
    chance = random.Random(11)
    with worker.beats():
        for _ in range(KILLS):
            before = len(sink.mails)
            worker.start()
            wait_until(lambda before=before: len(sink.mails) > before, worker)
            time.sleep(chance.uniform(0.02, LONGEST))
            worker.kill()
        assert len(sink.mails) < MAILS, "the kills came too late to prove anything"
        worker.start()
        wait_until(all_sent, worker)
        worker.kill()
    check_delivery(sink, rows, kills=KILLS)


def test_without_the_claim_the_same_check_fails(queue_mails, sink, worker):
    rows = queue_mails(40)
    worker.switch("no_claim")
    with worker.beats():
        worker.start()
        wait_until(all_sent, worker)
        worker.kill()
    with pytest.raises(AssertionError):
        check_delivery(sink, rows, kills=0)


def test_without_the_tick_what_a_killed_worker_held_is_lost(queue_mails, sink, worker):
    rows = queue_mails(60)
    worker.start()
    worker.send("mail.deliver")
    wait_until(lambda: len(sink.mails) > 5, worker)
    worker.kill()
    worker.start()
    wait_until_quiet(sink, LEASE_SECONDS + 2)
    with pytest.raises(AssertionError):
        check_delivery(sink, rows, kills=1)
    assert Message.objects.waiting().count() > 0
