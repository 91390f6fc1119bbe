"""What a mail server's answer means for the row, and for the server itself."""

import smtplib
from dataclasses import dataclass
from datetime import timedelta

from mail.mime import UnsendableLetter
from mail.relay import RelayRefused

GAPS = (30, 60, 120, 300, 600, 1200, 2400, 3600, 7200)
TRIES = len(GAPS) + 1
SIZE_CODES = (452, 552)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`relay`: the server refuses us altogether. `unknown`: it may have taken the mail."""

    error: str
    retry: bool = False
    relay: bool = False
    unknown: bool = False


def gap(attempts: int) -> timedelta | None:
    """How long to wait after so many tries; None when it is time to give up."""
    return timedelta(seconds=GAPS[attempts - 1]) if attempts < TRIES else None


def judge(error: Exception) -> Verdict:
    """The verdict on one mail that did not go through."""
    if isinstance(error, UnsendableLetter):
        return Verdict(f"refused here: {error}")
    if isinstance(error, RelayRefused):
        return Verdict(str(error), retry=True, relay=True)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()), (550, b""))
        return _by_code(code, words)
    if isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code not in SIZE_CODES:
        return Verdict(_said(error.smtp_code, error.smtp_error), retry=True, relay=True)
    if isinstance(error, (smtplib.SMTPAuthenticationError, smtplib.SMTPConnectError)):
        return Verdict(_said(error.smtp_code, error.smtp_error), retry=True, relay=True)
    if isinstance(error, (smtplib.SMTPHeloError, smtplib.SMTPNotSupportedError)):
        return Verdict(type(error).__name__, retry=True, relay=True)
    if isinstance(error, smtplib.SMTPResponseException):
        return _by_code(error.smtp_code, error.smtp_error)
    if isinstance(error, OSError):  # dropped, timed out, reset: nobody knows how far it came
        return Verdict(f"connection lost ({type(error).__name__})", retry=True, unknown=True)
    return Verdict(f"could not be sent ({type(error).__name__})")


def _by_code(code: int, words: bytes | str) -> Verdict:
    return Verdict(_said(code, words), retry=400 <= code < 500)


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(text.split())}"[:300]
