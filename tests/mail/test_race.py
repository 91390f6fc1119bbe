import threading
from collections import Counter

import pytest
from django.db import connection
from django.utils import timezone

from mail.delivery import deliver_due
from mail.models import Message
from mail.queue import Draft, enqueue_many
from tests.mail.unclaimed import switch_off


@pytest.fixture
def deliver_in_parallel(words, over_smtp, settings, monkeypatch):
    """Two workers at once on thirty mails; answers how often each Message-ID reached the server."""
    settings.MAIL_BATCH = 10
    over_smtp.seconds_a_mail = 0.005

    def run():
        enqueue_many("tests.note", [Draft(recipient=f"address:p{n}@example.org") for n in range(30)])
        start = threading.Barrier(2)
        failures = []

        def work():
            try:
                start.wait()
                deliver_due(timezone.now(), crowded=False)
            except Exception as error:
                failures.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures
        return Counter(mail["Message-ID"] for mail in over_smtp.messages())

    return run


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_mail_once(deliver_in_parallel):
    copies = deliver_in_parallel()
    assert len(copies) == 30
    assert set(copies.values()) == {1}
    assert not Message.objects.waiting().exists()


@pytest.mark.django_db(transaction=True)
def test_without_the_claim_two_workers_send_mails_twice(deliver_in_parallel, monkeypatch):
    switch_off(monkeypatch.setattr)
    assert max(deliver_in_parallel().values()) > 1
