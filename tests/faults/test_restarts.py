"""What workers lean on goes away in the middle of a mass mailing. Reliability matrix F05, F06, F09."""

import random
import signal
import threading
import time
from contextlib import contextmanager

import dj_database_url
import pytest
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone
from redis import Redis

from mail.models import Message
from meetings.actions.meetings import call_meeting
from meetings.enums import MeetingState
from meetings.models import Meeting
from tests.factories.groups import GroupFactory
from tests.factories.meetings import DraftFactory
from tests.factories.members import AffiliationFactory, CompanyFactory, UserFactory
from tests.faults.harness import Worker, all_sent, check_delivery, wait_until, wait_until_quiet
from tests.faults.sizes import size
from tests.mail.smtp import Sink
from tests.servers import Servers

pytestmark = [
    pytest.mark.processes,
    pytest.mark.once,
    pytest.mark.xdist_group("faults"),
    pytest.mark.django_db(transaction=True),
]
MAILS = size(200, 500)
SLICE = {"FAULTS_SLICE": "0.3"}  # so that a worker needs to be woken again and again


@pytest.fixture
def sink():
    with Sink(seconds_a_mail=0.02) as sink:
        yield sink


@pytest.fixture
def worker(servers, sink, tmp_path):
    if servers.valkey is None:
        servers.start_valkey()
    redis = f"redis+socket://{servers.folder}/valkey.sock"
    with Worker(sink.port, tmp_path, redis=redis, **SLICE) as worker:
        yield worker


def reach(sink, count, worker):
    wait_until(lambda: len(sink.mails) >= count, worker)


# F05: the broker restarts


RESTARTS = [(signal.SIGTERM, False), (signal.SIGKILL, False), (signal.SIGKILL, True)]


def restart_broker(servers, sink, worker, manner, keeps):
    reach(sink, MAILS // 5, worker)
    servers.stop_valkey(manner)
    time.sleep(1)
    servers.start_valkey(appendonly=keeps)


@pytest.mark.parametrize(("manner", "keeps"), RESTARTS, ids=["clean", "killed", "killed, with its file"])
def test_a_broker_that_restarts_loses_nothing(servers, queue_mails, sink, worker, manner, keeps):
    servers.stop_valkey()
    servers.start_valkey(appendonly=keeps)
    rows = queue_mails(MAILS)
    with worker.beats():
        worker.start()
        restart_broker(servers, sink, worker, manner, keeps)
        wait_until(all_sent, worker)
        worker.kill()
    check_delivery(sink, rows, kills=0)


def test_without_the_tick_a_restart_ends_the_mailing(servers, queue_mails, sink, worker):
    rows = queue_mails(MAILS)
    worker.start()
    worker.send("mail.deliver")
    restart_broker(servers, sink, worker, signal.SIGKILL, keeps=False)
    wait_until_quiet(sink, 4)
    with pytest.raises(AssertionError):
        check_delivery(sink, rows, kills=0)


# F06: the broker is emptied


def empty(servers):
    with Redis(unix_socket_path=f"{servers.folder}/valkey.sock") as client:
        client.flushall()


def test_a_broker_emptied_three_times_loses_nothing(servers, queue_mails, sink, worker):
    rows = queue_mails(MAILS)
    with worker.beats():
        worker.start()
        for quarter in (1, 2, 3):
            reach(sink, quarter * MAILS // 4, worker)
            empty(servers)
        wait_until(all_sent, worker)
        worker.kill()
    check_delivery(sink, rows, kills=0)


def emptied_before_the_worker_came(servers, worker):
    for _ in range(200):
        worker.send("mail.deliver")
    empty(servers)
    worker.start()


def test_wakes_that_are_thrown_away_before_a_worker_comes_lose_nothing(servers, queue_mails, sink, worker):
    rows = queue_mails(MAILS)
    emptied_before_the_worker_came(servers, worker)
    with worker.beats():
        wait_until(all_sent, worker)
        worker.kill()
    check_delivery(sink, rows, kills=0)


def test_without_the_tick_wakes_that_are_thrown_away_are_the_end(servers, queue_mails, sink, worker):
    rows = queue_mails(MAILS)
    emptied_before_the_worker_came(servers, worker)
    wait_until_quiet(sink, 4)
    with pytest.raises(AssertionError):
        check_delivery(sink, rows, kills=0)


# F09: the database restarts


KILLS = size(6, 10)
MEETINGS, PEOPLE = 12, 20


@pytest.fixture
def durable(servers, transactional_db):
    """A PostgreSQL that keeps what it has committed stands in for the tests' own."""
    own = Servers()
    own_settings = dj_database_url.parse(own.start_postgres(durable=True))
    own_settings["CONN_MAX_AGE"] = 60  # as in production; the tests keep none
    kept = {
        name: connection.settings_dict[name] for name in ("HOST", "NAME", "USER", "PASSWORD", "PORT", "CONN_MAX_AGE")
    }
    connection.close()
    connection.settings_dict.update({name: own_settings.get(name, "") for name in kept})
    call_command("migrate", verbosity=0)
    try:
        yield own
    finally:
        connection.close()
        connection.settings_dict.update(kept)
        own.stop()


@pytest.fixture
def drafts(durable):
    company, group = CompanyFactory(), GroupFactory()
    ties = [AffiliationFactory(company=company) for _ in range(PEOPLE)]
    rows = [DraftFactory(group=group) for _ in range(MEETINGS)]
    for row in rows:
        row.audience_people.add(*ties)
    return UserFactory(is_staff=True), rows


@contextmanager
def calling(actor, rows):
    """The web process calls one meeting after the other meanwhile; those of which it said that they are called."""
    done = []

    def work():
        for row in rows:
            time.sleep(0.3)
            try:
                close_old_connections()  # as each request begins
                call_meeting(Meeting.objects.get(pk=row.pk), actor=actor, now=timezone.now(), reason="prøve")
            except (OperationalError, InterfaceError):
                continue
            done.append(row.pk)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield done
    thread.join()


def wait_for_database(worker):
    def answers():
        try:
            return all_sent()
        except (OperationalError, InterfaceError):
            connection.close()
            return False

    wait_until(answers, worker)


def check_whole(done):
    """Whoever was told so has a meeting that is called, and no meeting is half called."""
    for meeting in Meeting.objects.all():
        mails = Message.objects.about(meeting.about).count()
        assert (meeting.state, mails) in {(MeetingState.CALLED, PEOPLE), (MeetingState.DRAFT, 0)}
        assert meeting.state == MeetingState.CALLED or meeting.pk not in done


def test_a_database_that_restarts_in_a_mailing_loses_nothing(durable, drafts, sink, tmp_path, servers):
    chance = random.Random(9)
    redis = f"redis+socket://{servers.folder}/valkey.sock"
    with Worker(sink.port, tmp_path, redis=redis) as worker, worker.beats(), calling(*drafts) as done:
        worker.start()
        for number in range(KILLS):
            time.sleep(chance.uniform(0.2, 0.8))
            durable.restart_postgres("immediate" if number % 2 else "fast")
            connection.close()
        wait_until(lambda: len(done) > 0, worker)
        wait_for_database(worker)
    wait_for_database_alone()
    assert done
    check_whole(done)
    check_delivery(sink, Message.objects.all(), kills=KILLS)


def wait_for_database_alone():
    connection.close()
    assert all_sent()


def read_after_a_restart(durable, client):
    connection.close()  # a fresh line is made with the settings of now
    assert client.get("/groups/").status_code == 200
    durable.restart_postgres("immediate")
    close_old_connections()  # as each request begins; the test's own client leaves it out
    return client.get("/groups/").status_code


def test_the_first_page_after_a_restart_is_whole(durable, client):
    client.raise_request_exception = False
    assert connection.settings_dict["CONN_HEALTH_CHECKS"]
    assert read_after_a_restart(durable, client) == 200


def test_without_health_checks_the_first_page_after_a_restart_breaks(durable, client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setitem(connection.settings_dict, "CONN_HEALTH_CHECKS", False)
    assert read_after_a_restart(durable, client) == 500
