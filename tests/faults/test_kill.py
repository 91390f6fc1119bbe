"""kill -9 of the whole worker, ten times at random, while 200 invitations go to a server that takes 50 ms a mail.

Reliability matrix F02.
"""

import os
import random
import time

import pytest

from mail.models import Message
from tests.faults.harness import LEASE_SECONDS, Worker, all_sent, check_delivery, wait_until, wait_until_quiet
from tests.mail.smtp import Sink

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sink():
    with Sink(seconds_a_mail=0.05) as sink:
        yield sink


@pytest.fixture
def worker(sink, tmp_path):
    with Worker(sink.port, tmp_path, redis=os.environ.get("TEST_REDIS_URL", "")) as worker:
        yield worker


def test_a_worker_killed_ten_times_loses_nothing(queue_mails, sink, worker):
    rows = queue_mails(200)
    chance = random.Random(11)
    with worker.beats():
        for _ in range(10):
            before = len(sink.mails)
            worker.start()
            wait_until(lambda before=before: len(sink.mails) > before, worker)
            time.sleep(chance.uniform(0.02, 0.4))
            worker.kill()
        assert len(sink.mails) < 200, "the kills came too late to prove anything"
        worker.start()
        wait_until(all_sent, worker)
        worker.kill()
    check_delivery(sink, rows, kills=10)


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
