"""Words to people: what every app needs for a mail, and the mails of the member register."""

from members.notices.base import (
    UNSUBSCRIBE,
    cluster_context,
    digest_after,
    is_essential,
    language_of,
    not_wanting,
    reader_language,
    set_aside,
    unsubscribe_url,
    wants,
)

__all__ = [
    "UNSUBSCRIBE",
    "cluster_context",
    "digest_after",
    "is_essential",
    "language_of",
    "not_wanting",
    "reader_language",
    "set_aside",
    "unsubscribe_url",
    "wants",
]
