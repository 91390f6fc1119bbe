"""Limits on how often something may be done without signing in. The figures stand in settings.LIMITS.

They spare the portal work; what keeps strangers out are signatures. So they are open while nobody can count.
"""

import hashlib
from time import time

import structlog
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

logger: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


def is_within(limit: str, key: str) -> bool:
    """Count one more and tell whether it is within the limit; ``key`` says whose it is and is stored as a hash."""
    amount, seconds = settings.LIMITS[limit]
    window = int(time() // seconds)
    name = f"limit:{limit}:{window}:{hashlib.sha256(key.encode()).hexdigest()[:32]}"
    try:
        return _counted(name, seconds) <= amount
    except Exception as error:  # noqa: BLE001  whatever the cache's client raises: a page does not fall with it
        logger.warning("limits.not_counted", limit=limit, reason=type(error).__name__)
        return True


def _counted(name: str, seconds: int) -> int:
    cache.add(name, 0, seconds)
    try:
        count = cache.incr(name)
    except ValueError:  # the window ended between the two
        return 0
    cache.touch(name, seconds)  # not every cache keeps the end of life when it counts
    return int(count)


def address_of(request: HttpRequest) -> str:
    """The network address a request comes from, as the trusted proxies tell it. Never stored."""
    return str(get_adapter().get_client_ip(request))
