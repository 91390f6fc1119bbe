"""The only table of this app: when each background process was last seen."""

from datetime import datetime, timedelta

from django.db import models


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    """Questions about the background processes."""

    def age(self, name: str, now: datetime) -> timedelta | None:
        """How long ago the pulse was felt; None if never."""
        seen = self.filter(name=name).values_list("seen_at", flat=True).first()
        return now - seen if seen else None


class Heartbeat(models.Model):
    """One row per pulse. Beat asks for it, a worker writes it: an old row means that one of the two stands still."""

    name = models.CharField(max_length=30, unique=True)
    seen_at = models.DateTimeField()

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
