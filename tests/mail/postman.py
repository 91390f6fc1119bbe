"""Whole mails as other people's programs write them."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.utils import timezone

OURS = "mx.portal.example"


def letter(to, *, sender="marte@example.com", text="Hei", subject="SV: Møte", headers=(), **more):
    """A plain mail from a person."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = format_datetime(timezone.now())
    mail["Message-ID"] = more.pop("message_id", f"<{abs(hash((to, sender, text, subject)))}@example.com>")
    for name, value in headers:
        mail[name] = value
    mail.set_content(text)
    return mail


def report(to, *, status="5.1.1", action="failed", recipient="marte@example.com", inner=b"", kind="delivery-status"):
    """A mail server's report that a mail could not be delivered (RFC 3464)."""
    return (
        (
            f"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.org\r\nTo: {to}\r\nSubject: Undelivered Mail\r\n"
            f"Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
            f'Content-Type: multipart/report; report-type={kind}; boundary="grense"\r\n\r\n'
            f"--grense\r\nContent-Type: text/plain\r\n\r\nI could not deliver your mail.\r\n"
            f"--grense\r\nContent-Type: message/{kind}\r\n\r\n"
            f"Reporting-MTA: dns; mx.example.org\r\n\r\n"
            f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
            f"Diagnostic-Code: smtp; 550 {status} no such user\r\n\r\n"
            f"--grense\r\nContent-Type: message/rfc822\r\n\r\n"
        ).encode()
        + inner
        + b"\r\n--grense--\r\n"
    )


def proven(domain="example.com", *, by=OURS):
    """What our own mail server says of a mail whose sender is who they say."""
    return ("Authentication-Results", f"{by}; dkim=pass header.d={domain}; dmarc=pass header.from={domain}")


def forged(domain="example.com", *, by=OURS):
    return ("Authentication-Results", f"{by}; dkim=none; dmarc=fail (p=REJECT) header.from={domain}")
