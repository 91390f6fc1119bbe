"""Pictures, walked through part by part: whole, of a size that can be shown, and without what tells where, when and with
what they were taken. Nothing is decoded; what stands behind the picture's own end is left out.
"""

import re
import struct
import zlib
from collections.abc import Callable
from functools import wraps

from django.utils.translation import gettext_lazy as _

from meetings.files.words import NotWhole, Unfit

MOST_PIXELS = 200_000_000
MOST_FRAMES = 1_000
MOST_PARTS = 100_000  # pictures have hundreds; a file made of nothing else would keep us busy


class TooManyPixels(Unfit):
    words = _("The picture has more than 200 million pixels. Save it smaller.")


class TooManyFrames(Unfit):
    words = _("The moving picture has more than 1,000 frames. Save it shorter.")


def _check_size(width: int, height: int) -> None:
    if not width or not height:
        raise NotWhole
    if width * height > MOST_PIXELS:
        raise TooManyPixels


def _walk(read: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Whoever runs over the end of a picture has met one that is not whole."""

    @wraps(read)
    def whole(content: bytes) -> bytes:
        try:
            return read(content)
        except (IndexError, struct.error) as error:
            raise NotWhole from error

    return whole


# JPEG

SCAN, END, EXIF = 0xDA, 0xD9, 0xE1
ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
TOLD = frozenset({*range(0xE0, 0xF0), 0xFE})  # application data and comments
NEXT = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
TURNED = 0x0112


@_walk
def without_place_jpeg(content: bytes) -> bytes:
    """Of what a camera writes beside the picture only its colours stay, and how it is turned."""
    out, at, has_size = [content[:2]], 2, False
    for _part in range(MOST_PARTS):
        if content[at] != 0xFF:
            raise NotWhole
        while content[at] == 0xFF:
            at += 1
        marker, at = content[at], at + 1
        if marker == END and has_size:
            return b"".join([*out, b"\xff\xd9"])
        if marker in ALONE:
            out.append(bytes((0xFF, marker)))
            continue
        segment = _segment(content, at)
        at += len(segment)
        if marker in FRAMES:
            height, width = struct.unpack(">2H", segment[3:7])
            _check_size(width, height)
            has_size = True
        out.append(_kept(marker, segment))
        if marker == SCAN:
            following = NEXT.search(content, at)
            if following is None:
                raise NotWhole
            out.append(content[at : following.start()])
            at = following.start()
    raise NotWhole


def _segment(content: bytes, at: int) -> bytes:
    (length,) = struct.unpack(">H", content[at : at + 2])
    segment = content[at : at + length]
    if length < 2 or len(segment) != length:
        raise NotWhole
    return segment


def _kept(marker: int, segment: bytes) -> bytes:
    told = segment[2:]
    is_shown = marker in {0xE0, 0xEE} or (marker == 0xE2 and told.startswith(b"ICC_PROFILE"))
    if marker not in TOLD or is_shown:
        return bytes((0xFF, marker)) + segment
    if marker == EXIF and told.startswith(b"Exif\0\0"):
        return _only_turned(told[6:])
    return b""


def _only_turned(tiff: bytes) -> bytes:
    """Exif data that says no more than how the camera was held; nothing when it was held upright."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return b""
    (at,) = struct.unpack(f"{order}L", tiff[4:8])
    count = int.from_bytes(tiff[at : at + 2], "little" if order == "<" else "big")
    for place in range(min(count, 200)):
        entry = tiff[at + 2 + 12 * place : at + 14 + 12 * place]
        if len(entry) == 12 and struct.unpack(f"{order}H", entry[:2])[0] == TURNED:
            (turned,) = struct.unpack(f"{order}H", entry[8:10])
            if 2 <= turned <= 8:
                data = b"Exif\0\0II*\0" + struct.pack("<LHHHLHHL", 8, 1, TURNED, 3, 1, turned, 0, 0)
                return b"\xff\xe1" + struct.pack(">H", len(data) + 2) + data
    return b""


# PNG

PNG_TOLD = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})


@_walk
def without_place_png(content: bytes) -> bytes:
    """Without its texts, and each part as long and as right as it says."""
    out, at = [content[:8]], 8
    for _part in range(MOST_PARTS):
        length, name = struct.unpack(">L4s", content[at : at + 8])
        end = at + 12 + length
        part = content[at:end]
        if len(part) != 12 + length or zlib.crc32(part[4:-4]) != int.from_bytes(part[-4:], "big"):
            raise NotWhole
        if (at == 8) != (name == b"IHDR"):
            raise NotWhole
        if name == b"IHDR":
            _check_size(*struct.unpack(">2L", part[8:16]))
        if name == b"acTL" and int.from_bytes(part[8:12], "big") > MOST_FRAMES:
            raise TooManyFrames
        if name not in PNG_TOLD:
            out.append(part)
        if name == b"IEND":
            return b"".join(out)
        at = end
    raise NotWhole


# WebP

WEBP_TOLD = frozenset({b"EXIF", b"XMP "})
SAYS_TOLD = 0x0C  # the header's flags that such parts follow


@_walk
def without_place_webp(content: bytes) -> bytes:
    """Without Exif and XMP; the header says so, too."""
    end = 8 + int.from_bytes(content[4:8], "little")
    if end > len(content) or end < 20:
        raise NotWhole
    parts: list[bytes] = []
    at, frames = 12, 0
    while at < end:
        name, length = struct.unpack("<4sL", content[at : at + 8])
        part = content[at : at + 8 + length]
        at += 8 + length + length % 2
        if len(part) != 8 + length or at > end:
            raise NotWhole
        if not parts:
            _check_size(*_webp_size(name, part[8:]))
        frames += name == b"ANMF"
        if frames > MOST_FRAMES:
            raise TooManyFrames
        if name == b"VP8X":
            part = part[:8] + bytes((part[8] & ~SAYS_TOLD,)) + part[9:]
        if name not in WEBP_TOLD:
            parts.append(part + b"\0" * (length % 2))
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<L", len(body)) + body


def _webp_size(name: bytes, data: bytes) -> tuple[int, int]:
    if name == b"VP8X":
        return 1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little")
    if name == b"VP8 " and data[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<2H", data[6:10])
        return width & 0x3FFF, height & 0x3FFF
    if name == b"VP8L" and data[:1] == b"\x2f":
        bits = int.from_bytes(data[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    raise NotWhole


# GIF


@_walk
def without_place_gif(content: bytes) -> bytes:
    """Up to its own end, without comments and what editing programs note."""
    width, height, flags = struct.unpack("<2HB", content[6:11])
    _check_size(width, height)
    at = 13 + _table(flags)
    out, frames = [content[:at]], 0
    while (mark := content[at]) != 0x3B:
        begun = at
        if mark == 0x2C:
            frames += 1
            if frames > MOST_FRAMES:
                raise TooManyFrames
            at = _past_blocks(content, at + 11 + _table(content[at + 9]))
            out.append(content[begun:at])
        elif mark == 0x21:
            at = _past_blocks(content, at + 2)
            if _is_shown(content[begun + 1], content[begun + 3 : begun + 14]):
                out.append(content[begun:at])
        else:
            raise NotWhole
    if not frames:
        raise NotWhole
    return b"".join(out) + b"\x3b"


def _table(flags: int) -> int:
    """How long the table of colours is that these flags announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _past_blocks(content: bytes, at: int) -> int:
    while length := content[at]:
        at += length + 1
    return at + 1


def _is_shown(label: int, name: bytes) -> bool:
    """Timing, and how often it plays; neither comments nor what programs note for themselves."""
    return label == 0xF9 or (label == 0xFF and name in {b"NETSCAPE2.0", b"ANIMEXTS1.0"})
