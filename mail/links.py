"""Signed links for mails and the pages behind them."""

import base64
import binascii
import re
from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer, TimestampSigner

LONGEST = 600
# What mail programs leave hanging on a link or break into it.
_TRAILING = re.compile(r"[\s.,;:!?>)\]}'\"»’”*]+$")
_BREAKS = re.compile(r"=?[\r\n]+[ \t]*|[ \t]+")


def absolute(path: str) -> str:
    """The full address of a path of this portal, never taken from a request."""
    return f"{settings.SITE_URL.rstrip('/')}/{path.lstrip('/')}"


def _signer(purpose: str) -> Signer:
    return Signer(salt=f"mail.links.{purpose}", sep=".")


def make_token(purpose: str, value: str) -> str:
    """A signed, url-safe token for one purpose. It outlives the secret key by SECRET_KEY_FALLBACKS."""
    encoded = base64.urlsafe_b64encode(value.encode()).rstrip(b"=").decode()
    return _signer(purpose).sign(encoded)


def _value(purpose: str, token: str) -> str | None:
    try:
        encoded = _signer(purpose).unsign(token)
        return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
    except (BadSignature, binascii.Error, ValueError):
        return None


def read_token(purpose: str, token: str) -> str | None:
    """The value, or None when the token is forged, cut short, or made for something else.

    Punctuation and line breaks that mail programs add are forgiven when the rest verifies.
    """
    if len(token) > LONGEST:
        return None
    value = _value(purpose, token)
    if value is None:
        mended = _TRAILING.sub("", _BREAKS.sub("", token))
        value = _value(purpose, mended) if mended != token else None
    return value


def _nonce_signer(purpose: str, token: str) -> TimestampSigner:
    return TimestampSigner(salt=f"mail.nonce.{purpose}.{token}", sep=".")


def make_nonce(purpose: str, token: str) -> str:
    """A page nonce: proves that the form was fetched before it was posted, without a cookie."""
    return _nonce_signer(purpose, token).sign("page")


def nonce_is_good(purpose: str, token: str, nonce: str, max_age: timedelta = timedelta(hours=2)) -> bool:
    """True if this nonce was made for exactly this page, and not too long ago."""
    try:
        return _nonce_signer(purpose, token).unsign(nonce, max_age=max_age) == "page"
    except BadSignature:
        return False
