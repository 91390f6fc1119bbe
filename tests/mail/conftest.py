"""A kind of mail for the tests, whose builder each test can steer."""

import pytest

from mail import kinds, queue
from mail.kinds import Letter, Unwanted
from mail.tasks import deliver, deliver_urgent


@pytest.fixture(autouse=True)
def wakes(monkeypatch):
    """Every wake-up of a worker, instead of the worker: tests say themselves when mail is sent."""
    calls = []
    monkeypatch.setattr(deliver, "apply_async", lambda **options: calls.append(options))
    monkeypatch.setattr(deliver_urgent, "apply_async", lambda **options: calls.append(options))
    monkeypatch.setattr(queue._Broker, "quiet_until", 0.0)
    monkeypatch.setattr(queue._Broker, "asked_until", 0.0)
    return calls


class Words:
    """What the builder of "tests.note" says: ordinary letters, unless a test plans otherwise by recipient."""

    def __init__(self):
        self.planned = {}
        self.asked = []

    def letter(self, row, **changes):
        values = {
            "to": row.recipient.removeprefix("address:"),
            "to_name": "Kari Nordmann",
            "subject": f"Møte {row.pk}",
            "text": "Hei på deg\n",
            "html": "<p>Hei på deg</p>\n",
            "language": "nb",
        }
        return Letter(**(values | changes))

    def __call__(self, rows):
        self.asked.append([row.pk for row in rows])
        answers = {}
        for row in rows:
            plan = self.planned.get(row.recipient, {})
            if callable(plan):
                plan = plan(row)
            if isinstance(plan, Exception):
                raise plan
            answers[row.pk] = plan if isinstance(plan, Unwanted) else self.letter(row, **plan)
        return answers


@pytest.fixture
def words(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    builder = Words()
    kinds.register("tests.note", builder, label="Note")
    kinds.register("tests.hourly", builder, label="Hourly", paced=True)
    kinds.register("tests.code", builder, label="Code", essential=True, urgent=True)
    return builder


@pytest.fixture
def relay():
    """A mail server double on loopback; see tests/mail/smtp.py for what addresses make it do."""
    from tests.mail.smtp import Sink

    with Sink() as sink:
        yield sink


@pytest.fixture
def over_smtp(relay, settings):
    """Mail goes to the double."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", relay.port
    settings.EMAIL_TIMEOUT = 5
    return relay
