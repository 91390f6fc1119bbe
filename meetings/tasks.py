"""Periodic tasks of meetings. Their times stand in thamsklyngen/celery.py."""

from celery import shared_task
from django.utils import timezone

from meetings.actions.attendance import confirm_late_claims
from meetings.actions.diet import sweep_diets
from meetings.actions.documents import sweep_documents
from meetings.actions.guests import forget_guest_names
from meetings.actions.reminders import queue_due_reminders, queue_practical, queue_thanks
from meetings.actions.seats import fill_seats, release_held


@shared_task(name="meetings.remind", time_limit=120)
def remind() -> None:
    """Each minute: seats that came free or were not confirmed, companies seen at the door, and mails that are due.

    Safe to run twice.
    """
    now = timezone.now()
    fill_seats(now)
    release_held(now)
    confirm_late_claims(now)
    queue_due_reminders(now)
    queue_practical(now)
    queue_thanks(now)


@shared_task(name="meetings.sweep", time_limit=600)
def sweep() -> None:
    """At night: files that nobody can ask for any more, what kitchens need no more, and names of guests. Safe to run twice."""
    now = timezone.now()
    sweep_diets(now)
    forget_guest_names(now)
    sweep_documents(now)
