"""How long mail is remembered."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from mail.models import Incoming, Message, Outcome

SEAL_HOURS = 24  # no code or link of an account mail lives longer


def purge(now: datetime) -> int:
    """Forget the words and addresses of old mails, and locked codes that can be of no use any more."""
    Message.objects.exclude(sealed="").filter(created_at__lt=now - timedelta(hours=SEAL_HOURS)).update(sealed="")
    read = Incoming.objects.exclude(sealed="").exclude(outcome=Outcome.WAITING)
    read.filter(received_at__lt=now - timedelta(days=settings.INCOMING_KEEP_DAYS)).update(
        sealed="", envelope_to=[], message_id="", data={}
    )
    old = Message.objects.filter(created_at__lt=now - timedelta(days=settings.MAIL_KEEP_DAYS))
    old = old.exclude(state__in=[Message.State.QUEUED, Message.State.SENDING])
    old.filter(recipient__startswith="address:").update(recipient="address:")
    worded = ~Q(subject="") | ~Q(text="") | ~Q(html="") | ~Q(to="")
    return old.filter(worded).update(subject="", text="", html="", to="", error="")


def forget_recipient(ref: str) -> int:
    """Forget words and addresses of every mail to this recipient, and withdraw what has yet to go out."""
    rows = Message.objects.to_recipient(ref)
    rows.waiting().update(state=Message.State.WITHDRAWN, sealed="", claim="", claimed_until=None)
    return rows.update(subject="", text="", html="", to="", error="", sealed="")
