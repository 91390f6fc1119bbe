"""A web process that dies between COMMIT and publish: calls each of the meetings in a child that ends there.

python -m tests.faults.dying ACTOR MEETING…
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thamsklyngen.settings")
django.setup()

from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from meetings.actions.meetings import call_meeting  # noqa: E402
from meetings.models import Meeting  # noqa: E402
from members.models import User  # noqa: E402

DIED = 9


def call_and_die(actor, pk):
    with transaction.atomic():
        transaction.on_commit(lambda: os._exit(DIED))
        now = timezone.now()
        call_meeting(Meeting.objects.get(pk=pk), actor=User.objects.get(pk=actor), now=now)


def main(actor, *meetings):
    for pk in meetings:
        child = os.fork()
        if child == 0:
            call_and_die(actor, pk)
            os._exit(0)  # it should have been dead
        _pid, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) != DIED:
            sys.exit(1)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
