"""What the queue costs: our delivery beside smtplib alone, on one connection to the same server, interleaved.

    python bench/mail/alone.py [mails] [rounds]

The server double runs in a process of its own. Both send the same bytes: an invitation with text, HTML and calendar.
`python -m tests.servers python bench/mail/alone.py` measures on PostgreSQL.
"""

import os
import platform
import smtplib
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "thamsklyngen.settings_test"

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import get_runner  # noqa: E402
from django.utils import timezone  # noqa: E402

from mail import kinds  # noqa: E402
from mail.delivery import deliver_due  # noqa: E402
from mail.kinds import Letter  # noqa: E402
from mail.mime import compose  # noqa: E402
from mail.models import Message  # noqa: E402
from mail.queue import Draft, enqueue_many  # noqa: E402
from mail.render import render  # noqa: E402
from mail.tasks import deliver  # noqa: E402

SERVER = "from tests.mail.smtp import Sink; import sys; s = Sink(); print(s.port, flush=True); sys.stdin.read()"
CALENDAR = ("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n" + "X-LINE:words\r\n" * 90 + "END:VCALENDAR\r\n").encode()
KIND = "bench.invitation"


def letter(address):
    context = {
        "cluster": {"name": "Thamsklyngen"},
        "heading": "Kickoff",
        "lines": ["Vi starter gruppa Effektiv produksjon og vil høre fra dere."] * 12,
        "url": "https://portal.example/r/abc/",
        "button": "Svar",
    }
    words = render("members/account", "nb", context)
    return Letter(
        to=address,
        to_name="Kari Nordmann",
        subject=words.subject,
        text=words.text,
        html=words.html,
        language="nb",
        calendar=CALENDAR,
        calendar_method="REQUEST",
    )


def by_smtplib(count, port):
    raw = (
        compose(letter("kari@example.org"), "<1@portal.example>", datetime.now(UTC)).message().as_bytes(linesep="\r\n")
    )
    start = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as line:
        for _ in range(count):
            line.sendmail("post@portal.example", ["kari@example.org"], raw)
    return count / (time.perf_counter() - start), len(raw)


def by_queue(count):
    Message.objects.all().delete()
    enqueue_many(KIND, [Draft(recipient=f"address:p{number}@example.org") for number in range(count)])
    start = time.perf_counter()
    while Message.objects.waiting().exists():
        deliver_due(timezone.now())
    return count / (time.perf_counter() - start)


def main(count, rounds):
    deliver.apply_async = lambda **_options: None
    kinds.register(
        KIND,
        lambda rows: {row.pk: letter(row.recipient.removeprefix("address:")) for row in rows},
        label="Bench",
    )
    server = subprocess.Popen(  # noqa: S603  our own words
        [sys.executable, "-c", SERVER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    port = int(server.stdout.readline())
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        port,
    )
    alone, queued, size = [], [], 0
    for _ in range(rounds):
        rate, size = by_smtplib(count, port)
        alone.append(rate)
        queued.append(by_queue(count))
    server.stdin.close()
    server.wait()
    raw, ours = statistics.median(alone), statistics.median(queued)
    print(f"{count} mails of {size / 1000:.1f} kB, median of {rounds}; {connection.vendor}, {platform.platform()}")
    print(f"smtplib alone   {raw:7.0f} mails/s")
    print(f"our queue       {ours:7.0f} mails/s   {ours / raw:.2f} of smtplib")


if __name__ == "__main__":
    runner = get_runner(settings)(verbosity=0)
    databases = runner.setup_databases()
    try:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 500, int(sys.argv[2]) if len(sys.argv) > 2 else 3)
    finally:
        runner.teardown_databases(databases)
