"""What the fault tests share: a mail server double, and meetings that are called for many at once.

Each test has a control: the same run with its protection switched off, in which the same check must break.
"""

import os

import pytest
from django.utils import timezone
from kombu import pools
from redis import Redis

from mail import kinds
from mail.kinds import kind_of
from mail.models import Message
from mail.queue import Draft, enqueue_many
from mail.tasks import deliver, deliver_urgent
from meetings.actions.meetings import call_meeting
from tests.factories.groups import GroupFactory
from tests.factories.meetings import DraftFactory
from tests.factories.members import AffiliationFactory, CompanyFactory, UserFactory
from tests.faults.harness import KIND
from tests.mail.conftest import over_smtp, relay, wakes, words  # noqa: F401  fixtures
from tests.servers import Servers
from thamsklyngen import env
from thamsklyngen.celery import app


@pytest.fixture
def queue_mails(monkeypatch):
    """``queue_mails(200)``: so many mails of the worker's own kind; answers their rows."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    monkeypatch.setattr(deliver, "apply_async", lambda **_: None)

    def queue(count):
        kinds.register(KIND, lambda _rows: {}, label="Note")
        assert enqueue_many(KIND, [Draft(recipient=f"address:p{n}@example.org") for n in range(count)]) == count
        return Message.objects.filter(kind=kind_of(KIND).name)

    return queue


@pytest.fixture
def call_many(transactional_db):
    """``call_many(60, address=…)``: a meeting that is called for so many people; ``address`` gives each a local part."""

    def call(count, address=lambda number: f"p{number}"):
        company = CompanyFactory()
        meeting = DraftFactory(group=GroupFactory())
        ties = [
            AffiliationFactory(company=company, user__email=f"{address(number)}@example.org") for number in range(count)
        ]
        meeting.audience_people.add(*ties)
        call_meeting(meeting, actor=UserFactory(is_staff=True), now=timezone.now(), reason="prøve")
        meeting.refresh_from_db()
        return meeting

    return call


@pytest.fixture(scope="module")
def servers():
    """A Valkey of the module's own, to be stopped, killed, filled and frozen."""
    assert os.environ.get("TEST_REDIS_URL"), "needs PostgreSQL and Valkey: python -m tests.servers"
    own = Servers()
    own.start_valkey()
    yield own
    own.stop()


@pytest.fixture
def broker(servers, settings, monkeypatch, transactional_db):
    """This process hands its tasks to that Valkey and keeps its limits there, as the web process does."""
    if servers.valkey is None:
        servers.start_valkey()
    url = f"redis+socket://{servers.folder}/valkey.sock"
    monkeypatch.delattr(deliver, "apply_async")
    monkeypatch.delattr(deliver_urgent, "apply_async")
    address, options = env.broker_settings(url, servers.folder)
    changed = {"broker_url": address, "broker_transport_options": options, "task_always_eager": False}
    kept = {name: app.conf[name] for name in changed}
    app.conf.update(changed)
    settings.CACHES = {"default": env.cache_settings(url, servers.folder)}
    app._after_fork()  # lines to the broker before this one are forgotten
    client = Redis(unix_socket_path=f"{servers.folder}/valkey.sock")
    client.config_set("maxmemory", 0)
    client.config_set("maxmemory-policy", "noeviction")
    client.flushall()
    yield client
    client.close()
    pools.reset()
    app.conf.update(kept)
    app._after_fork()
