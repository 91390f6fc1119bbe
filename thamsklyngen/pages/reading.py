"""Reading what stands in an address: bad values are as good as none."""

from datetime import datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime

LONGEST_QUERY = 100


def read_moment(text: str) -> datetime | None:
    """An aware moment in ISO 8601, or None for anything else."""
    try:
        moment = parse_datetime(text[:40])
    except ValueError:
        return None
    return moment if moment is not None and timezone.is_aware(moment) else None


def read_query(text: str) -> str:
    """What somebody searches for: trimmed, without control signs, at most 100 signs."""
    return "".join(sign for sign in text if sign.isprintable())[:LONGEST_QUERY].strip()
