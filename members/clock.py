"""The wall clock of Oslo. Everything else takes ``now`` or ``on_day``."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

OSLO = ZoneInfo("Europe/Oslo")


def oslo_today(now: datetime | None = None) -> date:
    """The day it is in Oslo, at ``now`` or at this moment."""
    return timezone.localdate(now, OSLO)
