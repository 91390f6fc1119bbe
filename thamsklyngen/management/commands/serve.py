"""All of the portal on one machine: `manage.py serve`, which is what ./run does."""

import os
import socket
import sys
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from thamsklyngen import preflight
from thamsklyngen.celery import URGENT
from thamsklyngen.demo.cast import PASSWORD
from thamsklyngen.supervisor import Part, Supervisor

LONGEST_LOG = 5 * 1024 * 1024
DEMO_LOGINS = {
    "staff@demo.example": "cluster staff (admin)",
    "leader@demo.example": "leader of Effektiv produksjon",
    "board@demo.example": "member of its board",
    "clusterboard@demo.example": "member of the cluster board",
    "contact@demo.example": "contact of a company",
    "member@demo.example": "member",
    "new@demo.example": "verified, no company yet",
}


class Command(BaseCommand):
    help = "Prepares the database and runs web, worker and beat until Ctrl-C."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            port = preflight.port_from(dict(os.environ))
            preflight.look_at_port(port)
            preflight.look_at_disk(settings.VAR_DIR)
            preflight.look_at_database()
            preflight.look_at_broker()
        except preflight.Refusal as refusal:
            raise SystemExit(f"thamsklyngen: {refusal}") from None
        self.prepare()
        code = Supervisor(
            parts=parts(settings.VAR_DIR / "log"),
            say=self.say,
            on_ready=lambda: self.greet(port),
            is_ready=lambda: answers(port),
        ).run()
        self.say("stopped")
        sys.exit(code)

    def say(self, words: str) -> None:
        self.stderr.write(f"thamsklyngen: {words}", self.style.NOTICE)
        self.stderr.flush()

    def prepare(self) -> None:
        """Words, tables, and in a demo the story; all of it changes nothing when it is there already."""
        call_command("compilemessages", verbosity=0)
        call_command("migrate", interactive=False, verbosity=0)
        if settings.PRODUCTION:
            call_command("collectstatic", interactive=False, verbosity=0)
        if settings.DEMO:
            call_command("demo", if_empty=True, stdout=StringIO())  # greet() says who can sign in

    def greet(self, port: int) -> None:
        """Where it is and who can sign in."""
        self.stdout.write(f"\n  {settings.SITE_URL}  (port {port})\n")
        if settings.DEMO:
            for address, who in DEMO_LOGINS.items():
                self.stdout.write(f"    {address:<26} {who}")
            self.stdout.write(f"  password of all: {PASSWORD}")
            self.stdout.write(f"  mails that the portal sends: {settings.SITE_URL}/dev/mail/")
        self.stdout.write("\n  Ctrl-C stops everything.\n")
        self.stdout.flush()


def parts(logs: Path) -> list[Part]:
    """Web, worker, a worker that keeps free for urgent mail, beat; and a listener where mail comes in on this machine."""
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "--app", "thamsklyngen", "--quiet"]
    worker = [*celery, "worker", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    commands = {
        "web": [*python, "gunicorn", "--config", "thamsklyngen/gunicorn.py", "thamsklyngen.wsgi"],
        "worker": [*worker, "--concurrency=2", "--queues=celery"],
        "urgent": [*worker, "--pool=solo", f"--queues={URGENT}", "--hostname=urgent@%h"],
        "beat": [*celery, "beat", "--scheduler=celery.beat:Scheduler", "--pidfile="],
    }
    if settings.INBOUND.road == "listen":
        commands["receive"] = [sys.executable, "manage.py", "receive"]
    for name in commands:
        log = logs / f"{name}.log"
        if log.exists() and log.stat().st_size > LONGEST_LOG:
            log.replace(log.with_suffix(".old.log"))
    return [Part(name, command, logs / f"{name}.log") for name, command in commands.items()]


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0
