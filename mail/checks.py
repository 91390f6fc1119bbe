"""What would keep mail from leaving or from being believed, said before the portal goes live."""

from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as Finding


@register(Tags.security, deploy=True)
def check_mail(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """The sender, the links' address, the mail server and the broker."""
    found: list[CheckMessage] = []
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    if "." not in domain:
        found.append(
            Finding(
                "DEFAULT_FROM_EMAIL has no address at a real domain.",
                hint="Set it to an address that the mail server may send from.",
                id="mail.W001",
            )
        )
    if not settings.SITE_URL.startswith("https://"):
        found.append(Finding("SITE_URL is not https: links in mails would be insecure.", id="mail.W002"))
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        found.append(Finding("EMAIL_URL names no mail server: no mail leaves this machine.", id="mail.W003"))
    if settings.CELERY_BROKER_URL.startswith("filesystem:"):
        found.append(Finding("The task queue is kept in files: set REDIS_URL.", id="mail.W004"))
    if settings.RSVP_DOMAIN and not settings.INBOUND_URL:
        found.append(Finding("RSVP_DOMAIN asks calendars to answer, and INBOUND_URL reads none.", id="mail.W006"))
    if settings.INBOUND_URL and not settings.INBOUND.authserv_ids:
        found.append(
            Finding(
                "INBOUND_URL names no server whose word on senders counts.",
                hint="Add ?authserv=the.mail.server to it, as it stands in Authentication-Results.",
                id="mail.W007",
            )
        )
    if 3 * (settings.EMAIL_TIMEOUT or 0) > settings.MAIL_LEASE_SECONDS:
        found.append(
            Finding(
                "MAIL_LEASE_SECONDS is shorter than one slow mail: it could be sent twice.",
                id="mail.W005",
            )
        )
    return found
