"""A broker that is emptied, away, frozen or full while people use the portal. Reliability matrix F03, F04, F06 to F08;
the batches that are under way then stand in test_restarts.py."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress

import pytest
from django.db import connection
from django.utils import timezone
from redis import ResponseError

from mail import queue
from mail.models import Message
from mail.tasks import deliver, tick
from meetings.actions.feeds import renew_feed
from meetings.enums import MeetingState
from meetings.models import Meeting
from meetings.tokens import answer_link
from tests.factories.groups import GroupFactory, RoleFactory
from tests.factories.meetings import DraftFactory
from tests.factories.members import AffiliationFactory, CompanyFactory
from tests.faults.harness import ROOT, portal_environment
from tests.faults.sizes import size
from thamsklyngen import actions, health
from thamsklyngen.celery import app

State = Message.State
pytestmark = [
    pytest.mark.processes,
    pytest.mark.once,
    pytest.mark.xdist_group("faults"),
    pytest.mark.usefixtures("broker", "over_smtp"),
]


@pytest.fixture
def drafts(transactional_db):
    """``drafts(20, people=3)``: meetings that staff are about to call; answers who calls, and them."""

    def make(count, people=20):
        company, group = CompanyFactory(), GroupFactory()
        ties = [AffiliationFactory(company=company) for _ in range(people)]
        actor = ties[0].user
        RoleFactory(group=group, affiliation=ties[0], kind="leader")
        rows = [DraftFactory(group=group, created_by=actor) for _ in range(count)]
        for row in rows:
            row.audience_people.add(*ties)
        return actor, rows

    return make


def press_call(client, meeting):
    """The board member presses the button; status and seconds."""
    start = time.monotonic()
    response = client.post(f"/meetings/{meeting.pk}/call/")
    return response.status_code, time.monotonic() - start


def run_workers(broker, *, sweeper=True):
    """What workers do now: the tasks that the broker still has; with ``sweeper`` the minute's tick, too."""
    while broker.lpop("celery"):
        deliver.run()
    if sweeper:
        tick()


def check_all_arrived(sink, meetings, people):
    """Every person of every meeting has one mail."""
    rows = Message.objects.filter(about__in=[meeting.about for meeting in meetings])
    assert rows.count() == len(meetings) * people
    copies = Counter(mail["Message-ID"] for mail in sink.messages())
    assert copies == dict.fromkeys(rows.values_list("message_id", flat=True), 1)
    assert not Message.objects.waiting().exists()


# F03: the web process dies between COMMIT and publish


DEATHS = 20


def die_after_commit(drafts, servers):
    actor, meetings = drafts(DEATHS, people=3)
    ended = subprocess.run(
        [sys.executable, "-m", "tests.faults.dying", *[str(pk) for pk in (actor.pk, *[row.pk for row in meetings])]],
        cwd=ROOT,
        env=portal_environment(redis=f"redis+socket://{servers.folder}/valkey.sock"),
        check=False,
    )
    assert ended.returncode == 0
    assert Meeting.objects.filter(state=MeetingState.CALLED).count() == DEATHS
    return meetings


def test_a_web_process_that_dies_before_it_wakes_anybody_loses_nothing(drafts, servers, broker, over_smtp):
    meetings = die_after_commit(drafts, servers)
    assert not broker.exists("celery")
    run_workers(broker)
    check_all_arrived(over_smtp, meetings, 3)


def test_without_the_tick_what_nobody_was_woken_for_is_lost(drafts, servers, broker, over_smtp):
    meetings = die_after_commit(drafts, servers)
    run_workers(broker, sweeper=False)
    with pytest.raises(AssertionError):
        check_all_arrived(over_smtp, meetings, 3)


# F04: the broker refuses connections


AWAY = size(0, 60)  # seconds


def call_without_broker(servers, client_of, drafts):
    actor, [meeting] = drafts(1)
    client = client_of(actor)
    client.raise_request_exception = False
    servers.stop_valkey()
    status, seconds = press_call(client, meeting)
    time.sleep(AWAY)
    servers.start_valkey()
    return meeting, status, seconds


def check_called(status, seconds):
    assert status == 302
    assert seconds <= 2


def test_a_meeting_is_called_while_the_broker_is_away(servers, broker, client_of, drafts, over_smtp):
    meeting, status, seconds = call_without_broker(servers, client_of, drafts)
    check_called(status, seconds)
    run_workers(broker)
    check_all_arrived(over_smtp, [meeting], 20)


def test_a_wake_that_is_not_guarded_breaks_the_page(servers, client_of, drafts, monkeypatch):
    monkeypatch.setattr(queue, "_call", lambda task, **options: task.apply_async(retry=False, **options))
    _meeting, status, seconds = call_without_broker(servers, client_of, drafts)
    with pytest.raises(AssertionError):
        check_called(status, seconds)


def test_links_in_mails_answer_while_the_broker_is_away(servers, call_many, client):
    """The limits of such pages live there: without it they are open, and the signature still guards."""
    meeting = call_many(1)
    path = answer_link(meeting.invitations.get()).partition("testserver")[2]
    servers.stop_valkey()
    assert client.get(path).status_code == 200
    assert client.post(path, {"answer": "yes"}).status_code < 500
    assert client.get("/r/forged/").status_code == 404


# F06: the broker is emptied, limits and all; where they cannot be counted, reading is open and sign-in is closed


def check_closed(answer):
    assert answer.status_code == 503
    assert "Ikke akkurat nå" in answer.content.decode()
    assert answer["Retry-After"] == "60"


def sign_in_uncounted(servers, client, member):
    client.raise_request_exception = False
    servers.stop_valkey()
    try:
        return client.post("/accounts/login/code/", {"email": member.email})
    finally:
        servers.start_valkey()


def test_sign_in_is_closed_in_words_while_tries_cannot_be_counted(servers, client, member, over_smtp):
    check_closed(sign_in_uncounted(servers, client, member))
    assert not Message.objects.exists()
    assert client.post("/accounts/login/code/", {"email": member.email}).status_code == 302


def test_without_its_guard_the_closed_sign_in_is_a_fault(servers, client, member, settings):
    guard = "thamsklyngen.middleware.LimitsAwayMiddleware"
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != guard]
    with pytest.raises(AssertionError):
        check_closed(sign_in_uncounted(servers, client, member))


def test_an_emptied_broker_signs_nobody_out(broker, client_of, member):
    client = client_of(member)
    for _ in range(3):
        broker.flushall()
        assert client.get("/me/").status_code == 200


# F07: the broker hangs


PATIENCE = 5
FROZEN = size(0, 60)  # seconds in which people go on reading


def in_threads(*calls, patience):
    """Seconds that each of the calls took; None for those still at it."""
    took = [None] * len(calls)

    def work(number, call):
        start = time.monotonic()
        try:
            call()
        finally:
            connection.close()
        took[number] = time.monotonic() - start

    threads = [threading.Thread(target=work, args=one, daemon=True) for one in enumerate(calls)]
    end = time.monotonic() + patience
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0, end - time.monotonic()))
    return took, threads


def pages_under_a_frozen_broker(client_of, actor, meetings, *, patience):
    pages = ["/", "/me/", "/meetings/", f"/feed/{renew_feed(actor, now=timezone.now())}.ics"]
    reads = [lambda path=path: client_of(actor).get(path) for path in pages]
    calls = [lambda row=row: press_call(client_of(actor), row) for row in meetings]
    took, threads = in_threads(*reads, *calls, patience=patience)
    return took[: len(reads)], took[len(reads) :], threads


def check_not_stuck(reads, calls):
    assert None not in reads
    assert None not in calls
    assert max(reads) <= 2
    assert max(calls) <= PATIENCE


def test_no_page_hangs_with_the_broker(servers, broker, client_of, drafts, over_smtp):
    actor, meetings = drafts(3)
    client_of(actor).get("/me/")
    os.kill(servers.valkey.pid, signal.SIGSTOP)
    try:
        end = time.monotonic() + FROZEN
        reads, calls, _threads = pages_under_a_frozen_broker(client_of, actor, meetings, patience=PATIENCE)
        assert health.broker_answers() is False
        while time.monotonic() < end:
            reads += pages_under_a_frozen_broker(client_of, actor, [], patience=PATIENCE)[0]
    finally:
        os.kill(servers.valkey.pid, signal.SIGCONT)
    check_not_stuck(reads, calls)
    run_workers(broker)
    check_all_arrived(over_smtp, meetings, 20)


def test_without_a_timeout_pages_hang_with_the_broker(servers, client_of, drafts, settings):
    actor, meetings = drafts(2)
    app.conf.broker_transport_options = {}
    settings.CACHES = {"default": {**settings.CACHES["default"], "OPTIONS": {}}}
    app._after_fork()
    os.kill(servers.valkey.pid, signal.SIGSTOP)
    try:
        reads, calls, threads = pages_under_a_frozen_broker(client_of, actor, meetings, patience=PATIENCE)
    finally:
        os.kill(servers.valkey.pid, signal.SIGCONT)
    for thread in threads:
        thread.join(5)
    with pytest.raises(AssertionError):
        check_not_stuck(reads, calls)


# F08: the broker is full


def fill(broker, policy):
    """Wake-ups have come that nobody took, and there is less room than they need; answers how many are still there."""
    for _ in range(300):
        deliver.apply_async(retry=False)
    broker.config_set("maxmemory-policy", policy)
    broker.config_set("maxmemory", broker.info("memory")["used_memory"] - 100_000)
    with suppress(ResponseError):
        broker.set("one more", "1")
    return broker.llen("celery")


def check_alarm():
    actions.feel_pulse(actions.BEAT, now=timezone.now())
    report = health.findings(timezone.now())
    assert report["broker"] is False
    assert report["ok"] is False


def test_a_full_broker_rings_and_loses_nothing(broker, client_of, drafts, over_smtp):
    actor, [meeting] = drafts(1)
    assert fill(broker, "noeviction") == 300
    assert press_call(client_of(actor), meeting)[0] == 302
    check_alarm()
    broker.config_set("maxmemory", 0)
    tick()
    check_all_arrived(over_smtp, [meeting], 20)
    actions.feel_pulse(actions.BEAT, now=timezone.now())
    assert health.findings(timezone.now())["ok"]


def test_a_broker_that_throws_away_what_is_old_rings_nothing(broker):
    assert fill(broker, "allkeys-lru") == 0
    with pytest.raises(AssertionError):
        check_alarm()
