"""Jobs of the register. Each finds what is due in the database and is safe to run twice."""

from celery import shared_task
from django.utils import timezone

from members import actions, digests


@shared_task(name="members.remind", time_limit=300, soft_time_limit=270)
def remind() -> None:
    """Remind contacts and tell staff of requests that wait; let very old ones run out."""
    now = timezone.now()
    actions.expire_old_requests(now)
    actions.remind_waiting_requests(now)


@shared_task(name="members.send_digests", time_limit=300, soft_time_limit=270)
def send_digests() -> None:
    """Queue the weekly mails that are due, and close those that are out."""
    digests.send_digests(timezone.now())
