"""The task queue. The database is the memory; the broker only wakes workers.

Beat runs in UTC. What happens at a time of day in Oslo is decided by the task, from rows that are due.
"""

import logging.config
import os
import warnings
from typing import Any

from celery import Celery, signals
from celery.schedules import crontab
from kombu.entity import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thamsklyngen.settings")

URGENT = "urgent"

# Every periodic job of the portal: task name, when (UTC), seconds it may wait in the queue.
BEAT: list[tuple[str, crontab, int]] = [
    ("mail.tick", crontab(), 50),
    ("mail.fetch", crontab(), 50),
    ("mail.read_incoming", crontab(), 50),
    ("meetings.remind", crontab(), 50),
    ("meetings.sweep", crontab(minute=30, hour=2), 3600),
    ("members.remind", crontab(minute=5), 1800),
    ("members.send_digests", crontab(minute="*/10"), 500),
    ("mail.purge", crontab(minute=20, hour=2), 3600),
    ("thamsklyngen.beat_tick", crontab(), 50),
    ("thamsklyngen.clear_sessions", crontab(minute=40, hour=2), 3600),
]


def beat_table(rows: list[tuple[str, crontab, int]]) -> dict[str, dict[str, Any]]:
    """Beat's own form of the rows. A job that waited too long is dropped; the next one finds all that is due."""
    return {name: {"task": name, "schedule": when, "options": {"expires": wait}} for name, when, wait in rows}


app = Celery("thamsklyngen")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.add_defaults(
    {
        "accept_content": ["json"],
        "task_serializer": "json",
        "task_ignore_result": True,
        "result_backend": None,
        "task_time_limit": 600,
        "task_acks_late": True,
        "worker_prefetch_multiplier": 1,
        "worker_hijack_root_logger": False,
        "worker_send_task_events": False,
        "broker_connection_retry_on_startup": True,
        # A worker that is told nothing takes both queues; one is kept free for what somebody waits for
        "task_queues": [Queue("celery"), Queue(URGENT)],  # type: ignore[no-untyped-call]
        "task_routes": {"mail.deliver_urgent": {"queue": URGENT}},
        "timezone": "UTC",
        "beat_schedule": beat_table(BEAT),
    }
)
app.autodiscover_tasks()


@signals.setup_logging.connect
def use_the_portals_logging(**_kwargs: Any) -> None:
    """Worker and beat write the same JSON lines as the web process."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@signals.beat_init.connect
def tick_at_once(**_kwargs: Any) -> None:
    """After a start /healthz need not wait a minute for the first tick."""
    app.send_task("thamsklyngen.beat_tick", expires=50)


# In containers the worker is often root; messages are JSON, which is what the warning is about.
warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")
