"""What a mail server's answer means for the row, and for the server itself."""

import re
import smtplib
from dataclasses import dataclass
from datetime import timedelta

from mail.mime import UnsendableError
from mail.relay import RelayRefusedError

GAPS = (30, 60, 120, 300, 600, 1200, 2400, 3600, 7200)
TRIES = len(GAPS) + 1
SIZE_CODES = (452, 552)
DOUBTFUL_CODES = (530, 535, 554)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`relay`: the server refuses us altogether; `doubtful`: perhaps it does, perhaps it minds this mail alone.

    `unknown`: it may have taken the mail. `status`: RFC 3463, if it said.
    """

    error: str
    retry: bool = False
    relay: bool = False
    doubtful: bool = False
    unknown: bool = False
    status: str = ""


STATUS = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")


def gap(attempts: int) -> timedelta | None:
    """How long to wait after so many tries; None when it is time to give up."""
    return timedelta(seconds=GAPS[attempts - 1]) if attempts < TRIES else None


# The server refuses us, not this mail: nothing is held against the row, and the server gets a pause.
REFUSALS = (
    RelayRefusedError,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPNotSupportedError,
    smtplib.SMTPSenderRefused,
)


def judge(error: Exception) -> Verdict:
    """The verdict on one mail that did not go through."""
    code = _code(error)
    if isinstance(error, REFUSALS) and code not in SIZE_CODES:
        return Verdict(_said(error), retry=True, relay=True)
    if code is not None:
        said = _said(error)
        found = STATUS.search(said)
        status = found[0] if found else ""
        about_address = status if isinstance(error, smtplib.SMTPRecipientsRefused) else ""
        return Verdict(said, retry=400 <= code < 500, doubtful=_is_doubtful(code, status), status=about_address)
    if isinstance(error, OSError):  # dropped, timed out, reset: nobody knows how far it came
        return Verdict(f"connection lost ({type(error).__name__})", retry=True, unknown=True)
    return Verdict(_said(error))


def _is_doubtful(code: int, status: str) -> bool:
    """Refusals that a server gives for one mail, and for all of them when it no longer takes ours (RFC 3463 3.8)."""
    return status.startswith("5.7.") if status else code in DOUBTFUL_CODES


def _answer(error: Exception) -> tuple[int | None, bytes | str]:
    """Code and words of the server, from the several shapes smtplib gives them."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()), (550, b""))
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code, error.smtp_error
    return None, ""


def _code(error: Exception) -> int | None:
    return _answer(error)[0]


def _said(error: Exception) -> str:
    code, words = _answer(error)
    if code is None:
        ours = isinstance(error, (UnsendableError, RelayRefusedError))
        return str(error) if ours else f"could not be sent ({type(error).__name__})"
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(text.split())}"[:300]
