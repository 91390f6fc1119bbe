"""What the tests of the register share."""

import re

import pytest
from django.core import mail
from django.utils import timezone

from mail.delivery import deliver_due


@pytest.fixture
def post_office(db):
    """Deliver all that waits; answers the mails in order."""

    def deliver():
        mail.outbox.clear()
        deliver_due(timezone.now(), 200)
        return list(mail.outbox)

    return deliver


@pytest.fixture
def code_from(post_office):
    """The code in the newest mail to an address."""

    def read(address):
        sent = [message for message in post_office() if address in message.to[0]]
        assert sent, f"no mail to {address}"
        return re.search(r"^ *([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})?)$", sent[-1].body, re.MULTILINE).group(1)

    return read
