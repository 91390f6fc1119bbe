"""Limits on how often something may be done without signing in. The figures stand in settings.LIMITS."""

import hashlib
from time import time

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


def is_within(limit: str, key: str) -> bool:
    """Count one more and tell whether it is within the limit; ``key`` says whose it is and is stored as a hash."""
    amount, seconds = settings.LIMITS[limit]
    window = int(time() // seconds)
    name = f"limit:{limit}:{window}:{hashlib.sha256(key.encode()).hexdigest()[:32]}"
    cache.add(name, 0, seconds)
    try:
        count = cache.incr(name)
    except ValueError:  # the window ended between the two
        return True
    cache.touch(name, seconds)  # not every cache keeps the end of life when it counts
    return bool(count <= amount)


def address_of(request: HttpRequest) -> str:
    """The network address a request comes from, as the trusted proxies tell it. Never stored."""
    return str(get_adapter().get_client_ip(request))
