"""A mail service that posts what comes in. Set it to send the raw mail: parts taken out of their mail lose the calendar."""

from __future__ import annotations

from typing import Any

from anymail.signals import inbound
from anymail.webhooks.base import AnymailBaseWebhookView

from mail.incoming.roads.listener import with_return_path
from mail.incoming.storing import TooLargeError, deliver
from mail.models import Source


def connect() -> None:
    """Take what the service posts."""
    inbound.connect(take, sender=None, weak=False, dispatch_uid="mail.incoming")


def take(sender: AnymailBaseWebhookView | None, event: Any, esp_name: str, **_more: Any) -> None:
    """Store one mail. An error becomes the service's 500, and it posts again."""
    mail = event.message
    recipients = [mail.envelope_recipient] if mail.envelope_recipient else [one.addr_spec for one in mail.to]
    raw = mail.as_bytes()
    if mail.envelope_sender is not None:
        raw = with_return_path(raw, mail.envelope_sender)
    try:
        deliver(raw, recipients, Source.WEBHOOK)
    except TooLargeError:
        return
