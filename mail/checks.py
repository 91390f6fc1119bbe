"""What would keep mail from leaving or from being believed, said before the portal goes live."""

from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security, deploy=True)
def check_mail(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """The sender, the links' address, the mail server and the broker."""
    found: list[CheckMessage] = []
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    if "." not in domain:
        found.append(
            Warning(
                "DEFAULT_FROM_EMAIL has no address at a real domain.",
                hint="Set it to an address that the mail server may send from.",
                id="mail.W001",
            )
        )
    if not settings.SITE_URL.startswith("https://"):
        found.append(
            Warning("SITE_URL is not https: links in mails would be insecure.", id="mail.W002")
        )
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        found.append(
            Warning("EMAIL_URL names no mail server: no mail leaves this machine.", id="mail.W003")
        )
    if not settings.CELERY_BROKER_URL.startswith(("redis", "rediss", "sentinel")):
        found.append(
            Warning("The task queue is kept in files: set REDIS_URL.", id="mail.W004")
        )
    if settings.MAIL_LEASE_SECONDS < 3 * (settings.EMAIL_TIMEOUT or 0):
        found.append(
            Warning(
                "MAIL_LEASE_SECONDS is shorter than one slow mail: it could be sent twice.",
                id="mail.W005",
            )
        )
    return found
