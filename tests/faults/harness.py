"""Workers that are killed, and what is said of the mails afterwards."""

import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from celery import Celery
from django.conf import settings
from django.db import connection
from kombu.exceptions import OperationalError

from mail.models import Message

KIND, KILLER = "tests.note", "tests.killer"
PROCESSES = 2
LEASE_SECONDS = 2
ROOT = Path(__file__).resolve().parents[2]


def database_url():
    """The test database, as the worker is told of it."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    user, host = quote(values["USER"], safe=""), quote(values["HOST"], safe="")
    return f"postgres://{user}:{quote(values['PASSWORD'], safe='')}@{host}:{values['PORT']}/{values['NAME']}"


def portal_environment(*, redis="-", **more):
    """What a process of the portal beside the test needs to know."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("TEST_", "DJANGO_"))},
        "DEBUG": "1",
        "DATABASE_URL": database_url(),
        "SECRET_KEY": settings.SECRET_KEY,
        "REDIS_URL": redis,
        **more,
    }


class Worker:
    """Celery with sending processes in a process group of its own, and fast beats in this process.

    ``switch("no_claim")`` takes a protection away (tests/faults/worker.py names them) from the next task on.
    """

    def __init__(self, port, folder, *, redis="", processes=PROCESSES, **environment):
        queue = f"faults-{os.getpid()}-{folder.name}"
        self.switches = folder / "switches"
        self.environment = portal_environment(
            redis=redis or "-",
            DJANGO_SETTINGS_MODULE="tests.faults.settings",
            EMAIL_URL=f"smtp://127.0.0.1:{port}",
            MAIL_LEASE_SECONDS=str(LEASE_SECONDS),
            FAULTS_QUEUE=queue,
            FAULTS_SWITCHES=str(self.switches),
        )
        self.environment |= environment
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
        self.processes = processes
        self.switch()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.kill()
        self.beat.close()

    def switch(self, *names):
        self.switches.write_text(" ".join([secrets.token_hex(4), *names]))

    def send(self, name, **options):
        """One call, as a beat or the web process makes it: what cannot be handed over is let go."""
        with suppress(OSError, OperationalError):
            self.beat.send_task(name, ignore_result=True, retry=False, **options)

    @contextmanager
    def beats(self, count=1, every=0.5):
        """So many beats tick while this lasts."""
        stopped = threading.Event()

        def tick():
            while not stopped.wait(every):
                self.send("mail.tick", expires=3)

        threads = [threading.Thread(target=tick, daemon=True) for _ in range(count)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stopped.set()
            for thread in threads:
                thread.join()

    def start(self):
        command = [sys.executable, "-m", "celery", "-A", "tests.faults.worker", "worker", "--loglevel", "WARNING"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *quiet, "--queues", self.environment["FAULTS_QUEUE"], "--concurrency", str(self.processes)],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def children(self):
        """The numbers of the sending processes."""
        folder = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(number) for number in folder.read_text().split()]

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


def wait_until_quiet(sink, seconds):
    """Wait until no mail has come for so long."""
    seen, since = len(sink.mails), time.monotonic()
    while time.monotonic() < since + seconds:
        time.sleep(0.05)
        if len(sink.mails) != seen:
            seen, since = len(sink.mails), time.monotonic()
