"""Files to send: good ones of each kind that is taken, as small as they get, and what makes others bad."""

import base64
import io
import struct
import zipfile
import zlib
from pathlib import Path

from django.conf import settings

# Eight by four pixels, painted by a browser
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/4gHYSUNDX1BST0ZJTEUAAQEAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABh"
    "Y3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAAB"
    "UAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAA"
    "AAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9Y"
    "WVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAM"
    "ZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADb/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBC"
    "YFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSk"
    "pKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAEAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/"
    "xAAYEAEBAAMAAAAAAAAAAAAAAAAAAgERMf/EABUBAQEAAAAAAAAAAAAAAAAAAAQF/8QAFxEBAQEBAAAAAAAAAAAAAAAAAQIAEf/a"
    "AAwDAQACEQMRAD8AlTMzzGgBmmnq64BJw3//2Q=="
)
WEBP = base64.b64decode(
    "UklGRi4CAABXRUJQVlA4WAoAAAAgAAAABwAAAwAASUNDUMgBAAAAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABh"
    "Y3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAAB"
    "UAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAA"
    "AAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9Y"
    "WVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAM"
    "ZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADZWUDggQAAAADACAJ0BKggABAAEAGglsAJ0ugB+F4LS"
    "LA0AAP7u7nH3sZFJtnsSj2q9n4GUkB//HWsv9zKOeq/39hvsN4aAAAA="
)
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAECAYAAACzzX7wAAAAKklEQVR4AYTMsQkAAAgDwceZ3H+C7KSWwUID1z0JUDlBuQk4FyJx"
    "u34fGgAA//8SgUNcAAAABklEQVQDAF3REmFBD8ILAAAAAElFTkSuQmCC"
)
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


PLACE = b"63.3N 9.85E"
TYPES = {
    "docx": ("wordprocessingml.document.main+xml", "word/document.xml"),
    "xlsx": ("spreadsheetml.sheet.main+xml", "xl/workbook.xml"),
    "pptx": ("presentationml.presentation.main+xml", "ppt/presentation.xml"),
}
OPEN = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}


def pdf(words: str = "Hei") -> bytes:
    """A page that viewers open."""
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        f"<< /Length {len(words) + 30} >>\nstream\nBT /F 24 Tf 20 100 Td ({words}) Tj ET\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body, places = "%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 6\n0000000000 65535 f \n{table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return (body + end).encode()


def archive(parts: dict[str, bytes | str], *, stored: tuple[str, ...] = ()) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content, zipfile.ZIP_STORED if name in stored else None)
    return out.getvalue()


def types(*names: str) -> str:
    lines = "".join(f'<Override PartName="/{n}" ContentType="{name}"/>' for n, name in enumerate(names))
    return f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{lines}</Types>'


def main_type(kind: str) -> str:
    return f"application/vnd.openxmlformats-officedocument.{TYPES[kind][0]}"


def office(kind: str = "docx", *more_types: str, **more: bytes | str) -> bytes:
    """A small Office file with further parts; ``__`` in a name stands for a slash, ``_`` before its ending for a dot."""
    parts = {name.replace("__", "/").replace("_bin", ".bin"): content for name, content in more.items()}
    return archive(
        {"[Content_Types].xml": types(main_type(kind), *more_types), TYPES[kind][1]: f"<x>{kind}</x>", **parts}
    )


def open_document(kind: str = "odt", **more: str) -> bytes:
    first = f"application/vnd.oasis.opendocument.{OPEN[kind]}"
    parts = {name.replace("__", "/"): text for name, text in more.items()}
    return archive({"mimetype": first, "content.xml": "<x/>", **parts}, stored=("mimetype",))


def jpeg_taken(turned: int = 6) -> bytes:
    """A photo that says where it was taken, and how the camera was held."""
    place = PLACE + b"\0"
    entries = struct.pack("<HHLHH", 0x0112, 3, 1, turned, 0) + struct.pack("<HHLL", 0x8825, 2, len(place), 38)
    tiff = b"II*\0" + struct.pack("<LH", 8, 2) + entries + struct.pack("<L", 0) + place
    exif = b"Exif\0\0" + tiff
    xmp = b"http://ns.adobe.com/xap/1.0/\0" + PLACE
    segments = b"".join(
        b"\xff" + mark + struct.pack(">H", len(text) + 2) + text
        for mark, text in ((b"\xe1", exif), (b"\xe1", xmp), (b"\xfe", PLACE), (b"\xed", PLACE))
    )
    return JPEG[:2] + segments + JPEG[2:] + PLACE


def png_part(name: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data))


def png_taken() -> bytes:
    told = b"".join(png_part(name, PLACE) for name in (b"eXIf", b"tEXt", b"iTXt", b"zTXt"))
    return PNG[:33] + told + PNG[33:] + PLACE


def png_of(width: int, height: int) -> bytes:
    return PNG[:8] + png_part(b"IHDR", struct.pack(">2L5B", width, height, 8, 6, 0, 0, 0)) + PNG[33:]


def webp_taken() -> bytes:
    chunks = WEBP[12:20] + bytes((WEBP[20] | 0x0C,)) + WEBP[21:]
    for name in (b"EXIF", b"XMP "):
        chunks += name + struct.pack("<L", len(PLACE)) + PLACE + b"\0"
    return b"RIFF" + struct.pack("<L", len(chunks) + 4) + b"WEBP" + chunks + PLACE


def gif_taken(frames: int = 1) -> bytes:
    """With a comment, with XMP, and as many frames."""
    comment = b"\x21\xfe" + bytes((len(PLACE),)) + PLACE + b"\0"
    xmp = b"\x21\xff\x0bXMP DataXMP" + bytes((len(PLACE),)) + PLACE + b"\0"
    return GIF[:19] + comment + xmp + GIF[19:-1] * frames + b";" + PLACE


def on_disk() -> list[str]:
    """The names of all documents' files, finished or not."""
    return sorted(path.name for path in Path(settings.MEDIA_ROOT, "documents").glob("*/*"))
