"""The portal as real processes: gunicorn, Celery worker and beat, with a mail server or a folder that keeps what is sent.

`production()` is what an office runs: PostgreSQL, Valkey, SMTP, https, staff with a second factor.
`demo()` is `./run` without any setting: SQLite, a queue of files, mail in a folder, the demo story.
"""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager
from email import message_from_bytes, policy

import psycopg2
from dj_database_url import parse
from django.conf import settings

from tests.e2e.certificate import make_certificate
from tests.mail.smtp import Sink
from tests.servers import Servers

PATIENCE = 90
UNSET = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "SECRET_KEY_FILE", "SITE_URL", "ALLOWED_HOSTS")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(question, what, patience=PATIENCE):
    """What `question` answers as soon as it is more than nothing."""
    deadline = time.monotonic() + patience
    while not (answer := question()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)
    return answer


class Stack:
    """One running portal: `url`, what it has mailed, and how its office signs in."""

    def __init__(self, folder, port, url, environment, kept):
        self.folder, self.port, self.url, self.kept = folder, port, url, kept
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TEST_", "DJANGO_"))}
        empty = dict.fromkeys(UNSET, "") | {"DEBUG": "0", "DEMO": "0", "PORT": str(port)}
        self.environment = inherited | empty | {"VAR_DIR": str(folder / "var")} | environment
        self.said = folder / "said"
        self.process = None
        self.is_demo = self.environment["DEMO"] == "1"

    def start(self):
        with self.said.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=settings.BASE_DIR, env=self.environment, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip
        until(self.is_well, "the portal to be well")

    def is_well(self):
        assert self.process.poll() is None, self.said.read_text()
        unchecked = ssl._create_unverified_context()
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5, context=unchecked) as answer:
                return json.load(answer)["ok"]
        except urllib.error.HTTPError as error:
            error.close()
        except OSError:
            pass
        return False

    def stop(self):
        """As Ctrl-C does; the supervisor stops its three."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            assert self.process.wait(60) == 0, self.said.read_text()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def manage(self, *words):
        """`manage.py WORDS…` beside the running portal."""
        command = [sys.executable, "manage.py", *words]
        ended = subprocess.run(
            command, cwd=settings.BASE_DIR, env=self.environment, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def mails(self, to=None):
        """What was mailed, oldest first."""
        every = [message_from_bytes(raw, policy=policy.default) for raw in self.kept()]
        return [mail for mail in every if to is None or to in mail["To"]]

    def mail(self, to, words):
        """The newest mail to an address whose subject or text holds the words; waited for."""

        def newest():
            found = [mail for mail in self.mails(to) if words in mail["Subject"] or words in text_of(mail)]
            return found[-1] if found else None

        return until(newest, f"a mail to {to} with {words!r}")

    def troubles(self):
        """Lines of the three logs that tell of an error."""
        lines = [line for log in (self.folder / "var/log").glob("*.log") for line in log.read_text().splitlines()]
        # /healthz says 503 until beat has ticked once
        lines = [line for line in lines if "/healthz" not in line]
        return [line for line in lines if '"level": "error"' in line or "Traceback" in line or '"status": 5' in line]


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


@contextmanager
def demo(folder):
    port = free_port()
    mails = folder / "var/mail"
    stack = Stack(
        folder, port, f"http://localhost:{port}", {"DEMO": "1"},
        # a file that begins with a dot is being written still
        lambda: [file.read_bytes() for file in sorted(mails.glob("[!.]*.eml"))],
    )  # fmt: skip
    with running(stack):
        yield stack


@contextmanager
def production(folder):
    port = free_port()
    url = f"https://localhost:{port}"
    certificate, key = make_certificate(folder)
    with Sink() as sink, servers() as (database, redis):
        environment = {
            "DATABASE_URL": database,
            "REDIS_URL": redis,
            "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
            "SECRET_KEY": "a-key-for-one-run-only-" * 3,
            "SITE_URL": url,
            "ALLOWED_HOSTS": "localhost",
            "DEFAULT_FROM_EMAIL": "Thamsklyngen <post@klynge.example>",
            # A proxy would end TLS; here the web process does
            "GUNICORN_CMD_ARGS": f"--certfile={certificate} --keyfile={key}",
        }
        with running(Stack(folder, port, url, environment, lambda: list(sink.mails))) as stack:
            yield stack


@contextmanager
def running(stack):
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


@contextmanager
def servers():
    """A database of our own on the tests' PostgreSQL, and a Valkey of our own: other tests empty theirs."""
    own = Servers()
    try:
        base = os.environ.get("TEST_DATABASE_URL") or own.start_postgres()
        with fresh_database(base) as database:
            yield database, own.start_valkey()
    finally:
        own.stop()


@contextmanager
def fresh_database(base):
    place = parse(base)
    name = f"story_{os.getpid()}_{time.time_ns() % 10**6}"
    options = {key.lower(): place[key] for key in ("HOST", "USER", "PASSWORD", "PORT") if place[key]}
    with closing(psycopg2.connect(dbname="postgres", **options)) as line:
        line.autocommit = True
        with line.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
            try:
                yield f"{base.rpartition('/')[0]}/{name}"
            finally:
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
