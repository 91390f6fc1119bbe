"""Periodic tasks of the portal as a whole. Their times stand in thamsklyngen/celery.py."""

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from thamsklyngen import actions


@shared_task(name="thamsklyngen.beat_tick", time_limit=30, soft_time_limit=20)
def beat_tick() -> None:
    """Proof that beat and a worker both live; /healthz reads its age."""
    actions.feel_pulse(actions.BEAT, now=timezone.now())


@shared_task(name="thamsklyngen.clear_sessions")
def clear_sessions() -> None:
    """Remove sessions that have ended."""
    call_command("clearsessions")
