from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from mail.models import Message, Relay
from thamsklyngen import actions, health
from thamsklyngen.celery import BEAT, app
from thamsklyngen.models import Heartbeat
from thamsklyngen.tasks import beat_tick

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _still(settings):
    """A queue folder, and a clock that stands still."""
    settings.QUEUE_DIR.mkdir(exist_ok=True)
    with time_machine.travel("2026-11-24T09:00:00+00:00", tick=False):
        yield


@pytest.fixture
def ticking():
    actions.feel_pulse(actions.BEAT, now=timezone.now())


def test_all_well(client, ticking):
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {
        "ok": True,
        "database": True,
        "broker": True,
        "beat_age": 0,
        "oldest_unsent_mail": 0,
        "mail_server": True,
    }
    assert "no-store" in response.headers["Cache-Control"]


def test_no_tick_yet_is_not_well(client):
    response = client.get("/healthz")
    assert (response.status_code, response.json()["beat_age"]) == (503, None)


def test_an_old_tick_is_not_well(client):
    actions.feel_pulse(actions.BEAT, now=timezone.now() - timedelta(minutes=6))
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["beat_age"] == 360


def test_mail_that_should_be_out_long_since_is_not_well(client, ticking):
    Message.objects.create(kind="x", recipient="user:1", not_before=timezone.now() - timedelta(minutes=31))
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["oldest_unsent_mail"] == 31 * 60


@pytest.mark.parametrize(("minutes", "status"), [(1, 200), (2, 503)])
def test_a_mail_server_that_refuses_us_is_said_after_a_minute(client, ticking, minutes, status):
    waits = timezone.now() - timedelta(minutes=minutes)
    Message.objects.create(kind="x", recipient="user:1", not_before=waits)
    Relay.objects.create(pk=1, refusing_since=waits)
    response = client.get("/healthz")
    assert (response.status_code, response.json()["mail_server"]) == (status, status == 200)


def test_mail_that_is_to_wait_is_well(client, ticking):
    Message.objects.create(kind="x", recipient="user:1", not_before=timezone.now() + timedelta(days=1))
    assert client.get("/healthz").status_code == 200


def test_a_silent_database_is_said_and_nothing_more(client, ticking, monkeypatch):
    def silent(*_args):
        raise OperationalError("connection to 10.0.0.5 as portal failed")

    monkeypatch.setattr(health.connection, "ensure_connection", silent)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["database"] is False
    assert "10.0.0.5" not in response.content.decode()


def test_a_broker_that_is_away_is_said(client, ticking, monkeypatch):
    monkeypatch.setattr(app.conf, "broker_url", "redis://127.0.0.1:1/0")
    response = client.get("/healthz")
    assert (response.status_code, response.json()["broker"]) == (503, False)


def test_it_costs_two_queries_and_no_session(client, ticking, django_assert_num_queries):
    with django_assert_num_queries(2):
        response = client.get("/healthz")
    assert not response.cookies


def test_only_reading_is_allowed(client):
    assert client.post("/healthz").status_code == 405


def test_the_task_notes_the_tick_in_one_row():
    beat_tick.delay()
    beat_tick.delay()
    assert Heartbeat.objects.count() == 1
    assert Heartbeat.objects.age(actions.BEAT, timezone.now()) < timedelta(minutes=1)


def test_every_row_of_the_beat_table_names_a_task_that_exists_and_expires():
    app.loader.import_default_modules()
    for name, _when, wait in BEAT:
        assert name in app.tasks, name
        assert wait > 0


def test_beat_runs_in_utc_and_messages_are_json():
    assert app.conf.timezone == "UTC"
    assert settings.USE_TZ
    assert app.conf.accept_content == ["json"]
    assert app.conf.result_backend is None
