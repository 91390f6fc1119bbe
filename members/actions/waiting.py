"""Requests that wait: contacts are reminded after a working day, staff after three, and in the end they run out."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from members.actions.affiliations import expire_request
from members.clock import OSLO
from members.models import Affiliation
from members.notices import outgoing
from members.workdays import add_working_days, is_working_day

CONTACT_AFTER = 1
STAFF_AFTER = 3
RUNS_OUT_AFTER = timedelta(days=90)
OFFICE_HOURS = (time(7), time(17))


def is_office_time(now: datetime) -> bool:
    """Tell whether people are at work: reminders at night help nobody."""
    local = timezone.localtime(now, OSLO)
    return is_working_day(local.date()) and OFFICE_HOURS[0] <= local.time() < OFFICE_HOURS[1]


def remind_waiting_requests(now: datetime) -> int:
    """Send what is due and has not been sent; says how many requests were acted on. Safe to run twice."""
    if not is_office_time(now):
        return 0
    waiting = Affiliation.objects.requested().filter(requested_at__isnull=False, company__state="active")
    due = waiting.filter(contact_reminded_at__isnull=True) | waiting.filter(staff_told_at__isnull=True)
    return sum(_remind(tie, now) for tie in due.select_related("company").order_by("requested_at", "pk"))


@transaction.atomic
def _remind(tie: Affiliation, now: datetime) -> bool:
    asked = tie.requested_at
    assert asked is not None
    acted = False
    row = Affiliation.objects.requested().filter(pk=tie.pk)
    if add_working_days(asked, CONTACT_AFTER) <= now and row.filter(contact_reminded_at=None).update(
        contact_reminded_at=now
    ):
        outgoing.remind_contacts(tie)
        acted = True
    if add_working_days(asked, STAFF_AFTER) <= now and row.filter(staff_told_at=None).update(staff_told_at=now):
        outgoing.tell_staff_of_overdue(tie)
        acted = True
    return acted


def expire_old_requests(now: datetime) -> int:
    """Requests that nobody decided for 90 days run out; the person may ask again."""
    old = Affiliation.objects.requested().filter(requested_at__lt=now - RUNS_OUT_AFTER)
    return sum(expire_request(tie, now=now) for tie in old)
