"""The portal's Celery app as a worker under fire, with a kind of mail to send. FAULTS_NO_CLAIM switches the claim off."""

import os

import django

django.setup()

from mail import kinds  # noqa: E402
from mail.kinds import Letter  # noqa: E402
from tests.mail.unclaimed import switch_off  # noqa: E402
from thamsklyngen.celery import app  # noqa: E402

KIND = "tests.note"


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


def register():
    kinds.register(KIND, build, label="Note")


register()
if os.environ.get("FAULTS_NO_CLAIM"):
    switch_off(setattr)

__all__ = ["app"]
