"""Receipt codes: the only tie between an anonymous writer and an input, and it lies with the writer alone."""

import hashlib
import hmac
import secrets
import uuid

from django.conf import settings

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 and O, no 1 and I
LENGTH = 16
GROUP = 4


def new_ticket() -> str:
    """A random mark for one form: the same form sent twice is one input. It names nobody."""
    return secrets.token_urlsafe(18)


def _derive(use: str, ticket: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), f"groups.receipts.{use}:{ticket}".encode(), "sha256")


def input_id(ticket: str) -> uuid.UUID:
    """The random id that belongs to a ticket."""
    return uuid.UUID(bytes=_derive("id", ticket)[:16], version=4)


def receipt_code(ticket: str) -> str:
    """The code that belongs to a ticket, in groups of four: 80 bits."""
    signs = "".join(ALPHABET[byte % len(ALPHABET)] for byte in _derive("code", ticket)[:LENGTH])
    return "-".join(signs[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def code_hash(code: str) -> str:
    """What is stored of a code. Blanks, dashes and case do not matter; empty for what cannot be a code."""
    signs = "".join(sign for sign in code.upper() if sign.isalnum())
    if len(signs) != LENGTH or any(sign not in ALPHABET for sign in signs):
        return ""
    return hashlib.sha256(f"groups.receipt:{signs}".encode()).hexdigest()
