"""The line to the mail server: one connection for many mails, and a pause when the server refuses us."""

from __future__ import annotations

import smtplib
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

import structlog
from django.core.mail import get_connection

from mail.mime import Envelope
from mail.models import Relay
from mail.pipelining import hand_over

logger: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

PAUSE = timedelta(seconds=60)
LOSSES = 3  # connections lost in a row before the server itself is suspected


def paused(now: datetime) -> bool:
    """True while the server is left alone after it refused us."""
    return Relay.objects.filter(pk=1, paused_until__gt=now).exists()


class RelayRefusedError(Exception):
    """No connection, or no login: nothing was handed over."""


class Line:
    """One connection, opened at the first mail and again when it was lost."""

    def __init__(self) -> None:
        self.backend = get_connection(fail_silently=False)
        self.open = False
        self.refused = False
        self.losses = 0
        self.doubts = 0
        self.proven = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def send(self, envelope: Envelope) -> None:
        """Hand one mail over; raises what went wrong."""
        if not self.open:
            try:
                self.backend.open()
            except OSError as error:
                self.close()  # a server that refuses the login has answered: its connection is there
                raise RelayRefusedError(_words(error)) from error
            self.open = True
        try:
            self._hand_over(envelope)
        except Exception:
            self._check_connection()
            raise

    def _hand_over(self, envelope: Envelope) -> None:
        """By the server's own connection: Django's way there reads both addresses anew, a tenth of a mail's cost."""
        if self._smtp is None:
            self.backend.send_messages([envelope])
        else:
            raw = envelope.message().as_bytes(linesep="\r\n")
            hand_over(self._smtp, envelope.sender, envelope.recipient, raw)

    @property
    def _smtp(self) -> smtplib.SMTP | None:
        """The connection, where mail goes to a server and not to a folder or a list."""
        found = getattr(self.backend, "connection", None)
        return found if isinstance(found, smtplib.SMTP) else None

    def _check_connection(self) -> None:
        """After an error the connection is kept only if the server kept it."""
        if self._smtp is not None and self._smtp.sock is None:
            self.close()

    def close(self) -> None:
        """Say goodbye; a server that is gone already is no error."""
        self.open = False
        try:
            self.backend.close()
        except OSError:
            logger.info("mail.close_failed")

    def took(self) -> None:
        """The server takes mail: whatever was held against it is over."""
        self.losses = 0
        if not self.proven:
            self.proven = True
            Relay.objects.filter(pk=1).exclude(refusing_since=None).update(
                paused_until=None, refusing_since=None, error=""
            )

    def lost(self, error: str, now: datetime) -> None:
        """A connection broke in the middle; three in a row count as a refusal."""
        self.close()
        self.losses += 1
        if self.losses >= LOSSES:
            self.refuse(error, now)

    def doubt(self, error: str, now: datetime) -> None:
        """A refusal that may be meant for us: the third in a row counts as one, and the first after a pause."""
        self.doubts += 1
        if self.doubts >= LOSSES or Relay.load().refusing_since is not None:
            self.refuse(error, now)

    def refuse(self, error: str, now: datetime) -> None:
        """Leave the server alone for a minute; every worker sees it."""
        self.refused = True
        self.close()
        logger.error("mail.relay_refuses")
        row, _created = Relay.objects.get_or_create(pk=1)
        row.paused_until = now + PAUSE
        row.refusing_since = row.refusing_since or now
        row.error = error[:300]
        row.save(update_fields=["paused_until", "refusing_since", "error"])


def _words(error: OSError) -> str:
    code = getattr(error, "smtp_code", None)
    return f"{code} from the mail server" if code else f"no connection ({type(error).__name__})"
