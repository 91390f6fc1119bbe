"""A room that writes: 100 phones and a screen on the two workers of `./run`.

    .venv/bin/python bench/room.py [phones] [seconds]

Starts the demo with data of its own in a folder that it throws away, opens the room of a meeting, and lets every phone
open the page behind the code and hand in one input, at moments spread evenly over the time. The screen asks every two
seconds, with the ETag it has. Tells what the phones and the screen waited, and how long it took until an input that had
been answered was on the screen.
"""

import datetime as dt
import http.client
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
POLL = 2.0
NONCE = re.compile(rb'name="nonce" value="([^"]+)"')
INPUTS = re.compile(rb"<dt>(?:innspill|inputs)</dt><dd>(\d+)</dd>")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Browser:
    """One connection that is kept, as a phone keeps its own."""

    def __init__(self, port, cookie=""):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {"Host": f"localhost:{port}", "Accept-Language": "nb"} | ({"Cookie": cookie} if cookie else {})

    def ask(self, method, path, form=None, **headers):
        """Status, body, ETag and seconds."""
        body = urlencode(form) if form else None
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begun = time.perf_counter()
        self.connection.request(method, path, body=body, headers=self.headers | headers)
        answer = self.connection.getresponse()
        content = answer.read()
        return answer.status, content, answer.headers.get("ETag", ""), time.perf_counter() - begun


def open_room():
    """The demo's meeting is now, and its room is open. Returns its key, the phones' path and the leader's session."""
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from groups.models import Round
    from groups.room import room_token
    from meetings.models import Meeting
    from members.models import User

    now = timezone.now()
    found = Round.objects.latest().first()
    span = {"opens_at": now - dt.timedelta(days=1), "closes_at": now + dt.timedelta(days=1)}
    Round.objects.filter(pk=found.pk).update(
        room_opens_at=now - dt.timedelta(hours=1), room_closes_at=now + dt.timedelta(hours=3), **span
    )
    Meeting.objects.filter(round=found).update(
        starts_at=now - dt.timedelta(minutes=5), ends_at=now + dt.timedelta(hours=2), answer_by=None
    )
    client = Client()
    client.force_login(User.objects.get(email="leader@demo.example"), backend=settings.AUTHENTICATION_BACKENDS[0])
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"
    return Meeting.objects.get(round=found).pk, reverse("door", args=[room_token(found)]), cookie


def phone(port, path, number, delay, seen):
    """Open the page and hand in one input."""
    time.sleep(delay)
    browser = Browser(port)
    status, page, _etag, spent = browser.ask("GET", path)
    seen["page"].append((status, spent))
    nonce = NONCE.search(page)
    time.sleep(random.uniform(1, 3))
    form = {
        "nonce": nonce[1].decode() if nonce else "",
        "text": f"Telefon {number}: vi venter på truck hver morgen",
        "kind": "bottleneck",
        "area": "production",
        "visibility": "anonymous",
    }
    status, _page, _etag, spent = browser.ask("POST", path, form)
    seen["input"].append((status, spent))
    seen["ended"].append(time.perf_counter())


def screen(port, pk, cookie, stop, seen):
    """Ask every two seconds for what is new."""
    browser, path, etag = Browser(port, cookie), f"/meetings/{pk}/present/now/", ""
    while not stop.is_set():
        status, page, new, spent = browser.ask("GET", path, **({"If-None-Match": etag} if etag else {}))
        seen["screen"].append((status, spent))
        if status == 200:
            etag = new
            seen["shown"].append((time.perf_counter(), int(INPUTS.search(page)[1])))
        stop.wait(POLL)


def tell(name, rows):
    spent = sorted(seconds for _status, seconds in rows)
    statuses = sorted({status for status, _seconds in rows})
    p95 = spent[int(len(spent) * 0.95) - 1]
    middle = statistics.median(spent)
    print(
        f"{name}: {len(rows)} x {statuses}, p50 {middle * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, most {spent[-1] * 1000:.0f} ms"
    )


def run(port, pk, path, cookie, phones, seconds):
    seen = {"page": [], "input": [], "screen": [], "shown": [], "ended": []}
    stop = threading.Event()
    wall = threading.Thread(target=screen, args=(port, pk, cookie, stop, seen))
    wall.start()
    time.sleep(POLL)
    base = seen["shown"][-1][1]
    people = [
        threading.Thread(target=phone, args=(port, path, number, number * seconds / phones, seen))
        for number in range(phones)
    ]
    for one in people:
        one.start()
    for one in people:
        one.join()
    time.sleep(2 * POLL)
    stop.set()
    wall.join()
    lags = []
    for count, ended in enumerate(sorted(seen["ended"]), start=1):
        shown = next((when for when, inputs in seen["shown"] if inputs >= base + count), None)
        lags.append(max(0.0, shown - ended) if shown else float("inf"))
    print(f"{phones} phones in {seconds} s, load {os.getloadavg()[0]:.1f}")
    tell("page behind the code", seen["page"])
    tell("input handed in", seen["input"])
    tell("screen", seen["screen"])
    print(f"from answered to shown: p50 {statistics.median(lags):.1f} s, most {max(lags):.1f} s")


def main(phones, seconds):
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = os.environ | {"VAR_DIR": folder, "PORT": str(port), "DEMO": "1"}
        portal = subprocess.Popen(
            ["./run"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            until = time.monotonic() + 120
            while time.monotonic() < until:
                try:
                    if Browser(port).ask("GET", "/healthz")[0] == 200:
                        break
                except OSError:
                    time.sleep(0.5)
            time.sleep(3)
            os.environ.update({"VAR_DIR": folder, "DEMO": "1", "DJANGO_SETTINGS_MODULE": "thamsklyngen.settings"})
            pk, path, cookie = open_room()
            run(port, pk, path, cookie, phones, seconds)
            run(port, pk, path, cookie, phones, 5)
        finally:
            os.killpg(portal.pid, signal.SIGINT)
            portal.wait(30)


if __name__ == "__main__":
    main(*(int(word) for word in (sys.argv[1:3] + ["100", "60"][len(sys.argv) - 1 :])))
