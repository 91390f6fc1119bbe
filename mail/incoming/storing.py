"""The one door for incoming mail: whatever the road, it is a row before anybody reads it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.parser import BytesHeaderParser

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from mail.models import Incoming, Source
from mail.seal import seal, unseal

logger: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

LARGEST = 1024 * 1024  # octets; a calendar's answer has some thousand


class TooLargeError(ValueError):
    """The mail is larger than any answer; the sender's server is told so."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The row of a mail, and whether it is new."""

    row: Incoming
    is_new: bool


@transaction.atomic
def deliver(raw: bytes, envelope_to: Iterable[str], source: Source) -> Delivered:
    """Keep a mail as it came, to be read when the transaction is through. The same mail to the same people again is one.

    Raises TooLargeError. Any other error means that nothing is stored and the road must offer the mail again.
    """
    if len(raw) > LARGEST:
        raise TooLargeError
    recipients = sorted({address.strip().lower()[:320] for address in envelope_to if address.strip()})
    digest = hashlib.sha256(b"\0".join([raw, *(address.encode("utf-8", "replace") for address in recipients)]))
    stored, is_new = Incoming.objects.get_or_create(
        raw_sha256=digest.hexdigest(),
        defaults={
            "source": source,
            "received_at": timezone.now(),
            "envelope_to": recipients,
            "message_id": _message_id(raw),
            "sealed": seal({"raw": base64.b64encode(raw).decode("ascii")}),
        },
    )
    if is_new:
        transaction.on_commit(wake)
    else:
        Incoming.objects.filter(pk=stored.pk).update(copies=F("copies") + 1)
    return Delivered(stored, is_new)


def raw_of(row: Incoming) -> bytes:
    """The mail as it came; nothing when it has been forgotten."""
    return base64.b64decode(unseal(row.sealed).get("raw", ""))


def wake() -> None:
    """Tell a worker that mail has come. Without a broker the tick finds it within a minute."""
    from mail.tasks import read_incoming

    try:
        read_incoming.apply_async(retry=False)
    except Exception as error:  # noqa: BLE001  whatever the broker's client raises: the row waits for the tick
        logger.warning("mail.wake_failed", reason=type(error).__name__)


def _message_id(raw: bytes) -> str:
    try:
        found = str(BytesHeaderParser().parsebytes(raw).get("Message-ID", ""))
    except (HeaderParseError, UnicodeError, ValueError):
        return ""
    return "".join(char for char in found if " " < char < "\x7f")[:200]
