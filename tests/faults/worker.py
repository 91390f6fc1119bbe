"""The portal's Celery app as a worker under fire, with kinds of mail to send, and protections that can be taken away.

FAULTS_SWITCHES names a file with the words of the protections that are off; it is read before each task.
"""

import os
import signal
from pathlib import Path

import django

django.setup()

import pytest  # noqa: E402
from celery import signals  # noqa: E402

from mail import claims, delivery, kinds, queue  # noqa: E402
from mail.kinds import Letter  # noqa: E402
from mail.models import Message  # noqa: E402
from tests.faults.harness import KILLER, KIND  # noqa: E402
from tests.mail.unclaimed import switch_off  # noqa: E402
from thamsklyngen.celery import app  # noqa: E402


def build(rows):
    return {
        row.pk: Letter(
            to=row.recipient.removeprefix("address:"),
            to_name="",
            subject="Innkalling",
            text="Hei\n",
            html="<p>Hei</p>\n",
            language="nb",
        )
        for row in rows
    }


def build_and_die(rows):
    os.kill(os.getpid(), signal.SIGKILL)


def no_count(patch):
    """Builds that never came back are not counted."""
    claim_due = claims.claim_due

    def uncounted(*words, **more):
        claim = claim_due(*words, **more)
        if claim:
            Message.objects.filter(claim=claim.token).update(build_failures=0)
        return claim

    patch.setattr(claims, "claim_due", uncounted)


def no_later(patch):
    """Nobody is woken for mail that will be due in a moment."""
    patch.setattr(delivery, "wake_later", lambda _seconds: None)


SWITCHES = {
    "no_claim": lambda patch: switch_off(patch.setattr),
    "no_count": no_count,
    "no_later": no_later,
}
patch = pytest.MonkeyPatch()
obeyed = []


@signals.task_prerun.connect
def obey(**_task):
    words = Path(os.environ["FAULTS_SWITCHES"]).read_text().split()
    if words and words != obeyed:
        obeyed[:] = words
        patch.undo()
        queue._Broker.quiet_until = 0.0  # what an earlier test did to the broker is forgotten
        for name in words[1:]:
            SWITCHES[name](patch)


kinds.register(KIND, build, label="Note")
kinds.register(KILLER, build_and_die, label="Killer")

__all__ = ["app"]
