"""The worker's side of mail. Tasks are safe to run twice, late, or at the same time."""

from celery import shared_task
from django.utils import timezone

from mail import delivery, retention
from mail.incoming import processing
from mail.incoming.roads import imap


@shared_task(name="mail.deliver", time_limit=300)
def deliver() -> None:
    """Send what is due, unless enough workers are at it already."""
    delivery.deliver_due(timezone.now())


@shared_task(name="mail.deliver_urgent", time_limit=300)
def deliver_urgent() -> None:
    """Send codes and links that somebody waits for; on a queue of its own, whatever else is being sent."""
    delivery.deliver_due(timezone.now(), urgent=True)


@shared_task(name="mail.tick", time_limit=300)
def tick() -> None:
    """Each minute: free what dead workers held, then send what is due."""
    now = timezone.now()
    delivery.release_stuck(now)
    delivery.deliver_due(now, crowded=False)


@shared_task(name="mail.read_incoming", time_limit=300)
def read_incoming() -> None:
    """Read mail that has come in; woken by each, and each minute."""
    processing.process(timezone.now())


@shared_task(name="mail.fetch", time_limit=300)
def fetch() -> None:
    """Each minute: look into the mailbox, where there is one."""
    imap.fetch()


@shared_task(name="mail.purge", time_limit=300)
def purge() -> None:
    """Each night: forget the words of old mails."""
    retention.purge(timezone.now())
