"""Where mail comes back to that cannot be delivered: an address of its own for each row (variable envelope return path).

The address carries the row's key and a signature, so that only the servers our mail went to can know it.
"""

import base64
import hashlib
import hmac
import re

from django.conf import settings

from mail.models import Message

KEY_OCTETS, SIGN_OCTETS = 6, 9  # together 24 letters of base32
_LOCAL = re.compile(r"retur-([a-z2-7]{24})")


def return_path(row: Message) -> str:
    """The envelope sender of this mail; empty when the portal receives none."""
    if not settings.RSVP_DOMAIN or row.pk is None:
        return ""
    key = int(row.pk).to_bytes(KEY_OCTETS, "big")
    token = base64.b32encode(key + _sign(key, settings.SECRET_KEY)).decode().lower()
    return f"retur-{token}@{settings.RSVP_DOMAIN}"


def row_behind(address: str) -> int | None:
    """The key of the row that this address belongs to; None when it is forged or something else."""
    local, _at, domain = address.strip().lower().rpartition("@")
    found = _LOCAL.fullmatch(local)
    if not found or domain != settings.RSVP_DOMAIN.lower():
        return None
    octets = base64.b32decode(found[1].upper())
    key, sign = octets[:KEY_OCTETS], octets[KEY_OCTETS:]
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    good = any(hmac.compare_digest(sign, _sign(key, secret)) for secret in secrets)
    return int.from_bytes(key, "big") if good else None


def _sign(key: bytes, secret: str) -> bytes:
    return hmac.new(b"mail.returns:" + secret.encode(), key, hashlib.sha256).digest()[:SIGN_OCTETS]
