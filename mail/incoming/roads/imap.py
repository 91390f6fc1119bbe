"""A mailbox with a catch-all: looked into each minute. What is stored is moved aside, nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import getaddresses
from imaplib import IMAP4

import structlog
from django.conf import settings
from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted, MailMessage
from imap_tools.errors import ImapToolsError

from mail.incoming.storing import TooLargeError, deliver
from mail.models import Source

logger: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

DONE = "Processed"
AT_ONCE = 200
SECONDS = 20
# Where servers write whom the envelope named, the surest first
ENVELOPE_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")


def fetch() -> int:
    """Store the unread mails of the mailbox; says how many. A server that is away is tried again in a minute.

    A mail is moved after it is stored: a crash in between brings it again, and the store knows it.
    """
    road = settings.INBOUND
    if road.road != "imap":
        return 0
    try:
        with _mailbox(road.scheme, road.host, road.port) as box:
            box.login(road.user, road.password, road.folder)
            if not box.folder.exists(DONE):
                box.folder.create(DONE)
            return sum(_take(box, mail) for mail in _unread(box))
    except (OSError, IMAP4.error, ImapToolsError) as error:
        logger.error("mail.mailbox_unreachable", reason=type(error).__name__)  # noqa: TRY400  the error's own words may hold a person's
        return 0


@contextmanager
def _mailbox(scheme: str, host: str, port: int) -> Iterator[BaseMailBox]:
    """A connection that is closed whatever happens on it; the library leaves it open when the login fails."""
    make = MailBox if scheme == "imaps" else MailBoxUnencrypted
    box = make(host, port=port, timeout=SECONDS)
    try:
        yield box
        box.logout()
    finally:
        with suppress(OSError):  # a goodbye has closed it already
            box.client.shutdown()


def _unread(box: BaseMailBox) -> Iterator[MailMessage]:
    yield from list(box.fetch("UNSEEN", limit=AT_ONCE, mark_seen=False, bulk=False))


def _take(box: BaseMailBox, mail: MailMessage) -> int:
    try:
        deliver(mail.obj.as_bytes(), recipients_of(mail), Source.IMAP)
    except TooLargeError:
        logger.warning("mail.too_large")
    box.move([str(mail.uid)], DONE)
    return 1


def recipients_of(mail: MailMessage) -> list[str]:
    """Our own addresses among those the mail was for."""
    lines = [str(line) for name in ENVELOPE_HEADERS for line in mail.obj.get_all(name, [])]
    found = {address.strip().lower() for _name, address in getaddresses(lines)}
    return sorted(address for address in found if address.rpartition("@")[2] == settings.RSVP_DOMAIN)
