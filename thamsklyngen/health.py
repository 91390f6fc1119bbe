"""/healthz: is the portal alive as a whole? Yes or no and ages, nothing that helps a stranger."""

import os
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError as BrokerError

from mail.models import Message, Relay
from thamsklyngen.actions import BEAT
from thamsklyngen.celery import app
from thamsklyngen.models import Heartbeat

OLDEST_TICK = timedelta(minutes=5)
OLDEST_MAIL = timedelta(minutes=30)
OLDEST_REFUSED = timedelta(minutes=1)  # one pause: what refuses us longer does not heal by itself


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all is well, 503 when not; the answer says which part and how old."""
    report = findings(timezone.now())
    return JsonResponse(report, status=200 if report["ok"] else 503)


def findings(now: datetime) -> dict[str, Any]:
    """What /healthz says at `now`."""
    broker = broker_answers()
    try:
        connection.ensure_connection()
        tick = Heartbeat.objects.age(BEAT, now)
        mail = oldest_unsent_mail(now)
        server = mail_server_takes(mail)
    except DatabaseError:
        silent = {"beat_age": None, "oldest_unsent_mail": None, "mail_server": None}
        return {"ok": False, "database": False, "broker": broker, **silent}
    well = broker and server and tick is not None and tick <= OLDEST_TICK and mail <= OLDEST_MAIL
    return {
        "ok": well,
        "database": True,
        "broker": broker,
        "beat_age": None if tick is None else int(tick.total_seconds()),
        "oldest_unsent_mail": int(mail.total_seconds()),
        "mail_server": server,
    }


def oldest_unsent_mail(now: datetime) -> timedelta:
    """How long the mail that has waited longest is overdue."""
    since = Message.objects.oldest_due(now)
    return now - since if since else timedelta()


def mail_server_takes(waited: timedelta) -> bool:
    """False when the mail server refuses us and mail has waited for that."""
    return waited <= OLDEST_REFUSED or Relay.load().refusing_since is None


def broker_answers() -> bool:
    """True when a task could be handed over now."""
    if app.conf.broker_url.startswith("filesystem://"):
        return os.access(settings.QUEUE_DIR, os.W_OK)
    broker = app.connection_for_write(connect_timeout=2)
    try:
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
        # One that is full still answers; it is this that it refuses
        broker.default_channel.client.set("thamsklyngen:health", "1", ex=60)
    except (OSError, BrokerError, *broker.connection_errors, *broker.channel_errors):
        return False
    finally:
        broker.release()
    return True
