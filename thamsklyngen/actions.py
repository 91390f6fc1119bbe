"""Writes of this app."""

from datetime import datetime

from thamsklyngen.models import Heartbeat

BEAT = "beat"


def feel_pulse(name: str, *, now: datetime) -> None:
    """Note that the pulse was felt at `now`."""
    Heartbeat.objects.update_or_create(name=name, defaults={"seen_at": now})
