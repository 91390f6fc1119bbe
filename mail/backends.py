"""Mail as files, for trying out: each one an .eml that any mail program opens."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage


def folder() -> Path:
    """Where the files lie."""
    return Path(getattr(settings, "EMAIL_FILE_PATH", settings.VAR_DIR / "mail"))


class FileBackend(BaseEmailBackend):
    """Writes mails to EMAIL_FILE_PATH. A mail sent twice leaves two files."""

    def __init__(self, file_path: str | None = None, **kwargs: Any) -> None:
        super().__init__(fail_silently=bool(kwargs.get("fail_silently")))
        self.folder = Path(file_path) if file_path else folder()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each mail whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            raw = message.message().as_bytes()
            digest = hashlib.sha256(raw).hexdigest()[:8]
            name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{digest}.eml"
            draft = self.folder / f".{name}"
            draft.write_bytes(raw)
            draft.rename(self.folder / name)
        return len(email_messages)
