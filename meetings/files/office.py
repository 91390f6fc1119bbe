"""Office files and OpenDocument: which of them an archive is, without unpacking it.

Programs that read archives disagree about odd ones, so an archive must be plain: it begins with its first part, its
list of parts ends the file and is no longer than such files need, and no two parts share a name.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Collection
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from meetings.enums import MediaType
from meetings.files.words import HasMacros, NotWhole, TooMuchInside, Unfit

CONTENT_TYPES = "[Content_Types].xml"
MOST_CONTENT_TYPES = 512 * 1024
MOST_LISTED = 1024 * 1024  # octets of the list of parts: some ten thousand
MOST_UNPACKED = 500 * 1024 * 1024
END_OF_LIST = struct.Struct("<4s4H2LH")
END_OF_LARGE_LIST = b"PK\x06\x07"
FIRST_PART = b"mimetype"

# What zipfile makes of broken archives
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, LookupError, ValueError, EOFError, RuntimeError)

# The content type of a file's main part, and the folder it lies in
OFFICE = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": (MediaType.DOCX, "word/"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": (MediaType.XLSX, "xl/"),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": (MediaType.PPTX, "ppt/"),
}
MACRO_PARTS = ("vbaproject", "vbadata", "macrosheets/", "activex/")
MACRO_TYPES = ("macroenabled", "vbaproject", "vbadata", "macrosheet", "activex")
OPEN_MACROS = ("basic/", "scripts/")
OPEN_DOCUMENTS = {str(kind).encode(): kind for kind in (MediaType.ODT, MediaType.ODS, MediaType.ODP)}


def office_kind(content: bytes) -> MediaType:
    """Which of them it is. Unfit for other archives, and for those with macros, a password or odd insides."""
    _check_list(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = _names(archive.infolist())
            if CONTENT_TYPES.lower() in names:
                return _office(_read_types(archive), names)
    except BROKEN as error:
        raise NotWhole from error
    return _open_document(content, names)


def _check_list(content: bytes) -> None:
    """Refuse before the list of parts is read: its length is what the memory of reading it follows."""
    end = content[-END_OF_LIST.size :]
    if len(end) < END_OF_LIST.size:
        raise NotWhole
    mark, disk, first_disk, here, parts, length, start, comment = END_OF_LIST.unpack(end)
    is_plain = mark == b"PK\x05\x06" and not (disk or first_disk or comment) and here == parts
    if not is_plain or start + length + END_OF_LIST.size != len(content) or content[-42:-38] == END_OF_LARGE_LIST:
        raise NotWhole
    if length > MOST_LISTED:
        raise TooMuchInside


def _names(parts: Collection[zipfile.ZipInfo]) -> set[str]:
    names = {part.filename.lower() for part in parts}
    is_odd = any(
        part.flag_bits & 1 or part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for part in parts
    )
    if is_odd or len(names) != len(parts):
        raise NotWhole
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise TooMuchInside
    return names


def _read_types(archive: zipfile.ZipFile) -> set[str]:
    """The content types of all parts, from the one part that lists them; no more of it is read than such lists have."""
    with archive.open(CONTENT_TYPES) as part:
        text = part.read(MOST_CONTENT_TYPES + 1)
    if len(text) > MOST_CONTENT_TYPES:
        raise TooMuchInside
    try:
        tree: Element = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError) as error:
        raise NotWhole from error
    return {element.get("ContentType", "").strip().lower() for element in tree.iter()}


def _office(types: Collection[str], names: Collection[str]) -> MediaType:
    if any(word in one for one in types for word in MACRO_TYPES) or any(
        word in name for name in names for word in MACRO_PARTS
    ):
        raise HasMacros
    for main, (kind, folder) in OFFICE.items():
        if main in types and any(name.startswith(folder) for name in names):
            return kind
    raise Unfit


def _open_document(content: bytes, names: Collection[str]) -> MediaType:
    """OpenDocument says what it is in its first part, unpacked, so that it can be read where it stands."""
    name_length, extra_length = struct.unpack("<2H", content[26:30])
    length = int.from_bytes(content[22:26], "little")
    start = 30 + name_length + extra_length
    is_first = content[30 : 30 + name_length] == FIRST_PART and content[8:10] == b"\0\0"
    kind = OPEN_DOCUMENTS.get(content[start : start + length]) if is_first else None
    if kind is None or "content.xml" not in names:
        raise Unfit
    if any(name.startswith(OPEN_MACROS) for name in names):
        raise HasMacros
    return kind
