"""Reports of mail that could not be delivered (RFC 3464), matched to the row they are about."""

from __future__ import annotations

import re
from datetime import datetime
from email.message import Message as Part

from mail.addresses import note_bounce
from mail.incoming.outcomes import Result
from mail.incoming.reading import Mail
from mail.models import Message, Outcome, State
from mail.returns import row_behind

STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


def read_bounce(mail: Mail, now: datetime) -> Result | None:
    """What a report says of one of our mails; None when the mail is no report and did not come back to us.

    An absence note comes back the same way, with an empty envelope sender too, but is no report.
    """
    rows = [pk for pk in map(row_behind, mail.recipients) if pk is not None]
    if not rows:
        return Result(Outcome.IGNORED, "report_to_nobody") if mail.is_report else None
    row = Message.objects.filter(pk=rows[0], state=State.SENT).first()
    if row is None:
        return Result(Outcome.IGNORED, "mail_unknown")
    status = _status(mail.message) if mail.is_report else ""
    about, concerns = row.about, row.recipient
    if not status:
        reason = "automatic" if mail.is_automatic else "no_report"
        return Result(Outcome.IGNORED, reason, about=about, concerns=concerns)
    data = {"status": status, "mail": row.pk}
    if not status.startswith("5."):
        return Result(Outcome.IGNORED, "delayed", about=about, concerns=concerns, data=data)
    Message.objects.filter(pk=row.pk).update(error=f"came back: {status}")
    note_bounce(row.to, status, now=now)
    return Result(Outcome.BOUNCE, "undelivered", about=about, concerns=concerns, data=data)


def _status(message: Part) -> str:
    """The gravest status of a report's first failed or delayed recipient; nothing in a success report."""
    inner = message.get_payload()
    report = next(
        (
            part
            for part in (inner if isinstance(inner, list) else [])
            if isinstance(part, Part) and part.get_content_type() == "message/delivery-status"
        ),
        None,
    )
    blocks = report.get_payload() if report is not None else []
    for block in blocks if isinstance(blocks, list) else []:
        if not isinstance(block, Part):
            continue
        action = str(block.get("Action", "")).strip().lower()
        found = STATUS.search(str(block.get("Status", ""))[:200])
        if found and action in {"failed", "delayed"}:
            return found[0] if action == "failed" else f"4{found[0][1:]}"
    return ""
