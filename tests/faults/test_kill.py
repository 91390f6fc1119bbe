"""kill -9 of the whole worker, ten times at random, while 200 invitations go to a server that takes 50 ms a mail."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection

from mail import kinds
from mail.kinds import kind_of
from mail.models import Message
from mail.queue import Draft, enqueue_many
from mail.tasks import deliver
from tests.mail.smtp import Sink

KIND = "tests.note"
PROCESSES = 2
LEASE_SECONDS = 2
ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


def database_url():
    """The test database, as the worker is told of it."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    user, host = quote(values["USER"], safe=""), quote(values["HOST"], safe="")
    return f"postgres://{user}:{quote(values['PASSWORD'], safe='')}@{host}:{values['PORT']}/{values['NAME']}"


class Worker:
    """Celery with two sending processes in a process group of its own, and a fast beat in this process."""

    def __init__(self, sink, folder, **environment):
        queue = f"faults-{os.getpid()}-{folder.name}"
        redis = os.environ.get("TEST_REDIS_URL", "")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TEST_")},
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "DEBUG": "1",
            "DATABASE_URL": database_url(),
            "SECRET_KEY": settings.SECRET_KEY,
            "REDIS_URL": redis or "-",
            "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
            "MAIL_LEASE_SECONDS": str(LEASE_SECONDS),
            "FAULTS_QUEUE": queue,
            **environment,
        }
        options = {}
        if not redis:
            place = folder / "queue"
            place.mkdir()
            self.environment["FAULTS_QUEUE_DIR"] = str(place)
            options = {
                "data_folder_in": str(place),
                "data_folder_out": str(place),
                "control_folder": f"{place}-control",
            }
        self.log = folder / "worker.log"
        self.beat = Celery(broker=redis or "filesystem://", set_as_current=False)
        self.beat.conf.update(task_default_queue=queue, broker_transport_options=options)
        self.process = None
        self.stopped = threading.Event()
        self.ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self):
        self.ticker.start()
        return self

    def __exit__(self, *error):
        self.stopped.set()
        self.ticker.join()
        self.kill()
        self.beat.close()

    def _tick(self):
        while not self.stopped.wait(0.5):
            self.beat.send_task("mail.tick", expires=3, ignore_result=True)

    def start(self):
        command = [sys.executable, "-m", "celery", "-A", "tests.faults.worker", "worker", "--loglevel", "WARNING"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *quiet, "--queues", self.environment["FAULTS_QUEUE"], "--concurrency", str(PROCESSES)],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self):
        """SIGKILL for every process of the group, as if the machine had lost its power."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def wait_until(answer, worker, seconds=60):
    end = time.monotonic() + seconds
    while not answer():
        assert time.monotonic() < end, worker.log.read_text()[-3000:]
        assert worker.process is None or worker.process.poll() is None, worker.log.read_text()[-3000:]
        time.sleep(0.02)


def all_sent():
    return not Message.objects.waiting().exists()


def check_delivery(sink, rows, kills):
    """All delivered; extra copies at most one per sending process and kill, each under its row's Message-ID."""
    copies = Counter(mail["Message-ID"] for mail in sink.messages())
    assert set(copies) == set(rows.values_list("message_id", flat=True))
    assert not rows.exclude(state=Message.State.SENT).exists()
    assert sum(copies.values()) - len(copies) <= PROCESSES * kills


@pytest.fixture
def queue_mails(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    monkeypatch.setattr(deliver, "apply_async", lambda **_: None)

    def queue(count):
        kinds.register(KIND, lambda _rows: {}, label="Note")
        assert enqueue_many(KIND, [Draft(recipient=f"address:p{n}@example.org") for n in range(count)]) == count
        return Message.objects.filter(kind=kind_of(KIND).name)

    return queue


def test_a_worker_killed_ten_times_loses_nothing(queue_mails, tmp_path):
    rows = queue_mails(200)
    chance = random.Random(11)
    with Sink(seconds_a_mail=0.05) as sink, Worker(sink, tmp_path) as worker:
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


def test_without_the_claim_the_same_check_fails(queue_mails, tmp_path):
    rows = queue_mails(40)
    with Sink(seconds_a_mail=0.05) as sink, Worker(sink, tmp_path, FAULTS_NO_CLAIM="1") as worker:
        worker.start()
        wait_until(all_sent, worker)
        worker.kill()
    with pytest.raises(AssertionError):
        check_delivery(sink, rows, kills=0)
