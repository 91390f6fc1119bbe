"""How much of a sent file reaches our disk."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler


class CutHandler(FileUploadHandler):
    """Of what one request sends, no more is kept than the largest file that anybody takes, and one octet: so that the
    form sees that it was too large, and says so. The rest is read and forgotten.

    Everybody can send to any address; the form behind it comes to look only after the whole request was read.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.left = settings.DOCUMENT_BYTES + 1

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Hand on what there is room for; None ends the piece's way."""
        kept = raw_data[: self.left]
        self.left -= len(kept)
        return kept or None

    def file_complete(self, file_size: int) -> None:
        """The file itself is kept by the handlers that follow."""
