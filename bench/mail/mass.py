"""A meeting is called for 1,000 people, beside Celery and Django alone sending as many mails in batches of 100.

    .venv/bin/python -m tests.servers .venv/bin/python bench/mail/mass.py [people] [rounds]

Two worker processes each, on the same Valkey, to the same server, in turns; mails of the same size. Ours are called by
the button in the browser: from its press to the last mail, with a row and a record for each.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

BATCH = 100
sink = subprocess.Popen(  # noqa: S603  our own words
    [sys.executable, HERE / "sink.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE
)
port = sink.stdout.readline().strip()
redis = os.environ["TEST_REDIS_URL"]
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "thamsklyngen.settings",
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "SITE_URL": "https://portal.example",
    "ALLOWED_HOSTS": "portal.example",
    "DATABASE_URL": os.environ["TEST_DATABASE_URL"],
    "REDIS_URL": redis,
    "EMAIL_URL": f"smtp://127.0.0.1:{port}",
    "DEFAULT_FROM_EMAIL": "Portal <post@portal.example>",
    "RSVP_DOMAIN": "svar.portal.example",
}
for name in ("DEBUG", "DEMO"):
    os.environ.pop(name, None)

import django  # noqa: E402

django.setup()

from celery import Celery  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from mail.models import Message  # noqa: E402
from meetings.models import AgendaItem, Meeting  # noqa: E402
from members.models import User  # noqa: E402
from tests.factories.groups import GroupFactory, RoleFactory  # noqa: E402
from tests.factories.meetings import DraftFactory  # noqa: E402
from tests.factories.members import AffiliationFactory, CompanyFactory  # noqa: E402


def seen(word="look"):
    """What the server has taken; with "forget" it begins anew."""
    print(word, file=sink.stdin, flush=True)
    return json.loads(sink.stdout.readline())


def wait_for(mails):
    """What the server has taken when so many have come."""
    end = time.time() + 120
    while seen()["mails"] < mails:
        assert time.time() < end, "mails do not go out"
        time.sleep(0.1)
    return seen("forget")


def worker(app, queues, folder, environment):
    command = [sys.executable, "-m", "celery", "-A", app, "worker", "--concurrency", "2", "--queues", queues]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]
    return subprocess.Popen(  # noqa: S603
        [*command, *quiet],
        cwd=folder,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def people_of(count):
    """So many people, ten to a company."""
    companies = [CompanyFactory() for _ in range(max(1, count // 10))]
    return [AffiliationFactory(company=companies[number % len(companies)]) for number in range(count)]


def draft(ties, group):
    row = DraftFactory(group=group, created_by=ties[0].user, description="Hva bremser oss i produksjonen? " * 12)
    AgendaItem.objects.bulk_create(AgendaItem(meeting=row, title=f"Sak {n}", position=n) for n in range(6))
    row.audience_people.add(*ties)
    return row


def press(ties, group):
    """The leader calls a meeting for these people. Queries of the request and its seconds; when it was pressed."""
    row = draft(ties, group)
    client = Client(headers={"host": "portal.example"})
    client.force_login(User.objects.get(pk=ties[0].user_id))
    began = time.time()
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(f"/meetings/{row.pk}/call/", secure=True)
    assert answer.status_code == 302, answer
    return len(queries), began, time.time()


def ours(ties, group):
    """Calls it and waits for the last mail and its record."""
    Message.objects.all().delete()
    Meeting.objects.all().delete()
    queries, began, answered = press(ties, group)
    taken = wait_for(len(ties))
    while Message.objects.waiting().exists():
        assert time.time() < began + 120, "rows wait"
        time.sleep(0.05)
    assert Message.objects.filter(state="sent", sent_at__isnull=False).count() == taken["mails"] == len(ties)
    return {
        "rate": len(ties) / (taken["last"] - answered),
        "first": taken["first"] - began,
        "last": taken["last"] - began,
        "request": answered - began,
        "queries": queries,
        "size": taken["bytes"] / taken["mails"],
    }


def theirs(anchor, people, lines):
    """Mails a second, from the first task to the last mail."""
    began = time.time()
    for number in range(0, people, BATCH):
        anchor.send_task("anchor.send", [list(range(number, min(number + BATCH, people))), lines])
    return people / (wait_for(people)["last"] - began)


def lines_for(size):
    """With how many lines a mail of the anchor is as big as ours, and how big that is."""
    code = "import anchor,sys; [print(len(anchor.build(500, n).message().as_bytes())) for n in range(1, 400)]"
    sizes = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], cwd=HERE, env=os.environ, capture_output=True, text=True, check=True
    ).stdout.split()
    return min(enumerate(map(int, sizes), 1), key=lambda one: abs(one[1] - size))


def main(people, rounds):
    os.environ |= {"ANCHOR_PORT": port, "ANCHOR_BROKER": redis, "ANCHOR_LOCALE": str(ROOT / "locale")}
    call_command("migrate", verbosity=0)
    ties, group = people_of(people), GroupFactory()
    RoleFactory(group=group, affiliation=ties[0], kind="leader")
    press(ties, group)  # the first call moves the group along its line, and gives each person an address to answer to
    few, many = press(ties[:10], group)[0], press(ties, group)[0]
    Message.objects.all().delete()
    processes = [worker("thamsklyngen", "celery,urgent", ROOT, {}), worker("anchor", "anchor", HERE, {})]
    try:
        time.sleep(6)
        warm = ours(ties[:50], group)
        lines, size = lines_for(warm["size"])
        anchor = Celery("anchor", broker=redis, set_as_current=False)
        anchor.conf.task_default_queue = "anchor"
        theirs(anchor, 50, lines)
        results = [(theirs(anchor, people, lines), ours(ties, group)) for _ in range(rounds)]
    finally:
        for process in processes:
            process.terminate()
            process.wait()
        sink.stdin.close()
        sink.wait()
    report(people, results, size)
    print(f"queries of the request, 10 people and {people}: {few} and {many}")


def report(people, results, size):
    anchors, runs = [one[0] for one in results], [one[1] for one in results]
    ratios = [run["rate"] / rate for rate, run in results]
    middle = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    machine = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"{people} mails of {middle['size'] / 1000:.1f} kB (anchor {size / 1000:.1f}), {len(runs)} rounds, {machine}")
    print(f"Celery and Django alone, batches of {BATCH}  {statistics.median(anchors):6.0f} mails/s")
    print(f"our meeting's invitations               {middle['rate']:6.0f} mails/s")
    print(
        f"ratio, median and range                 {statistics.median(ratios):6.2f}   {min(ratios):.2f} to {max(ratios):.2f}"
    )
    print(
        f"pressed -> answered {middle['request']:.2f} s, first mail {middle['first']:.2f} s, last {middle['last']:.2f} s"
    )


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    main(*(words + [1000, 5][len(words) :]))
