"""Words that may rest in the database only under lock: codes and links of account mail."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def _key(secret: str) -> Fernet:
    digest = hashlib.sha256(b"mail.seal:" + secret.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def _locks() -> MultiFernet:
    return MultiFernet([_key(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def seal(values: Mapping[str, Any]) -> str:
    """The values, readable only with this portal's secret key."""
    return _locks().encrypt(json.dumps(dict(values)).encode()).decode()


def unseal(sealed: str) -> dict[str, Any]:
    """The sealed values; nothing when there are none or the key is gone."""
    if not sealed:
        return {}
    try:
        opened: dict[str, Any] = json.loads(_locks().decrypt(sealed.encode()))
    except InvalidToken:
        return {}
    return opened
