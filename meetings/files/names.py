"""What a file is called when it is taken home: readable, harmless, and with the ending of what it is."""

from django.utils.translation import gettext as _

from meetings.enums import MediaType
from members.names import clean_line

LONGEST_STEM = 100
LONGEST_ENDING = 5
NOT_IN_NAMES = str.maketrans(dict.fromkeys('<>:"/\\|?*%', "_"))
# Windows opens a device under these names, whatever their ending
DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})

ENDINGS = {
    MediaType.PDF: ("pdf",),
    MediaType.JPEG: ("jpg", "jpeg"),
    MediaType.PNG: ("png",),
    MediaType.WEBP: ("webp",),
    MediaType.GIF: ("gif",),
    MediaType.DOCX: ("docx",),
    MediaType.XLSX: ("xlsx",),
    MediaType.PPTX: ("pptx",),
    MediaType.ODT: ("odt",),
    MediaType.ODS: ("ods",),
    MediaType.ODP: ("odp",),
}
ACCEPTED = ",".join(f".{ending}" for endings in ENDINGS.values() for ending in endings)


def stem_of(given: str) -> str:
    """The name without folders and ending, as people read it."""
    line = clean_line(given.replace("\\", "/").rpartition("/")[2])
    stem, dot, ending = line.rpartition(".")
    if not dot or len(ending) > LONGEST_ENDING or " " in ending:
        stem = line
    stem = stem.strip(" .")[:LONGEST_STEM].strip(" .")
    return stem or _("Document")


def name_for(given: str, media_type: MediaType) -> str:
    """The whole name. Its ending is that of the content, so that no program is misled by it."""
    stem = stem_of(given).translate(NOT_IN_NAMES)
    if stem.partition(".")[0].strip().lower() in DEVICES:
        stem = f"_{stem}"
    return f"{stem}.{ENDINGS[media_type][0]}"
