"""What a personal calendar feed of 500 meetings costs: the first reading, and the second, which is told "304".

    .venv/bin/python -m tests.servers .venv/bin/python bench/feed.py [meetings]

Five agenda items and 255 characters of description each. Without TEST_DATABASE_URL it measures SQLite.
"""

import datetime as dt
import logging
import os
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "thamsklyngen.settings_test"

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import get_runner, setup_test_environment  # noqa: E402
from django.utils import timezone  # noqa: E402

from meetings.actions.feeds import renew_feed  # noqa: E402
from meetings.models import AgendaItem  # noqa: E402
from tests.factories.groups import GroupFactory  # noqa: E402
from tests.factories.meetings import InvitationFactory, MeetingFactory  # noqa: E402
from tests.factories.members import AffiliationFactory  # noqa: E402

ROUNDS = 15


def main(meetings):
    tie = AffiliationFactory()
    group = GroupFactory()
    start = timezone.now() - dt.timedelta(days=300)
    for n in range(meetings):
        begins = start + dt.timedelta(days=n)
        row = MeetingFactory(
            group=group, starts_at=begins, ends_at=begins + dt.timedelta(hours=2), description="Hva bremser oss? " * 15
        )
        AgendaItem.objects.bulk_create(AgendaItem(meeting=row, title=f"Sak {i}", position=i) for i in range(5))
        InvitationFactory(meeting=row, affiliation=tie)
    path = f"/feed/{renew_feed(tie.user, now=timezone.now())}.ics"
    client = Client()
    first = client.get(path)
    whole, again = [], []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        client.get(path)
        whole.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        assert client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 304
        again.append(time.perf_counter() - begun)
    print(f"{meetings} meetings, {connection.vendor}, load {os.getloadavg()[0]:.1f}")
    print(f"{len(first.content) / 1000:.0f} kB; median {statistics.median(whole) * 1000:.0f} ms, "
          f"least {min(whole) * 1000:.0f} ms; told 304: median {statistics.median(again) * 1000:.0f} ms")  # fmt: skip


if __name__ == "__main__":
    logging.disable(logging.INFO)
    setup_test_environment()
    settings.LIMITS = settings.LIMITS | {"feed_address": (10_000, 60)}
    runner = get_runner(settings)(verbosity=0)
    old = runner.setup_databases()
    try:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
    finally:
        runner.teardown_databases(old)
