"""What a file is, read from its octets. The name and what the browser says it is are not asked."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from meetings.enums import MediaType
from meetings.files.office import office_kind
from meetings.files.pictures import without_place_gif, without_place_jpeg, without_place_png, without_place_webp
from meetings.files.words import NotWhole, OldOffice, Unfit

OLE_HEADER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # DOC, XLS, PPT, and everything newer that has a password
# What makes a PDF act by itself. A scan of what lies open: compressed parts are not looked into, viewers confine them.
ACTS = re.compile(rb"/(?:JavaScript|Launch|RichMedia)\b")
END_OF_PDF = 2048  # how far from its end a PDF may say that it ends

PICTURES: dict[bytes, tuple[MediaType, Callable[[bytes], bytes]]] = {
    b"\xff\xd8\xff": (MediaType.JPEG, without_place_jpeg),
    b"\x89PNG\r\n\x1a\n": (MediaType.PNG, without_place_png),
    b"GIF87a": (MediaType.GIF, without_place_gif),
    b"GIF89a": (MediaType.GIF, without_place_gif),
}


@dataclass(frozen=True, kw_only=True)
class FoundFile:
    """A file that is taken: the octets to keep, what they are, and whether a browser may open them in place."""

    content: bytes
    media_type: MediaType
    opens_inline: bool


def find_kind(content: bytes) -> FoundFile:
    """The file, photos without the place they were taken. Unfit, with a word, for everything that is not taken.

    Nothing is unpacked or drawn here.
    """
    for start, (media_type, without_place) in PICTURES.items():
        if content.startswith(start):
            return FoundFile(content=without_place(content), media_type=media_type, opens_inline=True)
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return FoundFile(content=without_place_webp(content), media_type=MediaType.WEBP, opens_inline=True)
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return FoundFile(content=content, media_type=office_kind(content), opens_inline=False)
    if content.startswith(OLE_HEADER):
        raise OldOffice
    raise Unfit


def _pdf(content: bytes) -> FoundFile:
    if b"%%EOF" not in content[-END_OF_PDF:]:
        raise NotWhole
    return FoundFile(content=content, media_type=MediaType.PDF, opens_inline=not ACTS.search(content))
