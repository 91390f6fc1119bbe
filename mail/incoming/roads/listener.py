"""A mail server's last hop: LMTP (RFC 2033) behind Postfix or Exim, or SMTP from a relay in the same house."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import Error, close_old_connections

from mail.incoming.storing import LARGEST, TooLargeError, deliver
from mail.models import Source

logger: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

TAKEN = "250 2.0.0 kept"
NOT_OURS = "550 5.7.1 no mail for this domain here"
TOO_LARGE = "552 5.3.4 larger than any answer"
LATER = "451 4.3.0 cannot be kept now, try again"
MOST_RECIPIENTS = 20
TOO_MANY = "452 4.5.3 too many recipients"
_RETURN_PATH = re.compile(rb"\AReturn-Path:", re.IGNORECASE)


class Keeper:
    """Takes mail for our own domain and says yes only when it is stored."""

    def __init__(self, *, answers_each: bool) -> None:
        self.answers_each = answers_each  # LMTP answers once for each recipient
        self.hands = ThreadPoolExecutor(max_workers=1)

    async def handle_RCPT(  # noqa: N802  the library's own name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Nothing is passed on to other domains."""
        if address.rpartition("@")[2].lower() != settings.RSVP_DOMAIN:
            return NOT_OURS
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return TOO_MANY
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Store the mail; when that fails the server keeps it and tries again."""
        content = envelope.content or b""
        raw = with_return_path(content if isinstance(content, bytes) else content.encode(), envelope.mail_from or "")
        answer = await asyncio.get_running_loop().run_in_executor(self.hands, _keep, raw, list(envelope.rcpt_tos))
        return "\r\n".join([answer] * (len(envelope.rcpt_tos) if self.answers_each else 1))


def with_return_path(raw: bytes, sender: str) -> bytes:
    """The mail with its envelope sender on top, as a final mail server writes it (RFC 5321 4.4)."""
    if _RETURN_PATH.match(raw):
        return raw
    clean = "".join(char for char in sender if "!" <= char <= "~" and char not in "<>")
    return f"Return-Path: <{clean}>\r\n".encode() + raw


def _keep(raw: bytes, recipients: list[str]) -> str:
    close_old_connections()
    try:
        deliver(raw, recipients, Source.LMTP)
    except TooLargeError:
        return TOO_LARGE
    except Error as error:
        logger.error("mail.not_kept", reason=type(error).__name__)  # noqa: TRY400  the error's own words may hold a person's
        return LATER
    finally:
        close_old_connections()
    return TAKEN


class Listener(Controller):
    """The server on the address of INBOUND_URL."""

    def __init__(self, host: str, port: int, *, scheme: str) -> None:
        self.scheme = scheme
        super().__init__(Keeper(answers_each=scheme == "lmtp"), hostname=host, port=port)

    def factory(self) -> Any:
        """One conversation."""
        make = LMTP if self.scheme == "lmtp" else SMTP
        return make(self.handler, data_size_limit=LARGEST, hostname="portal", ident="portal", enable_SMTPUTF8=True)
