"""From an uploaded file to rows of text. Whatever is in a cell stays text; nothing is calculated."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from openpyxl import load_workbook

MOST_BYTES = 6 * 1024 * 1024
MOST_UNPACKED = 60 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 60
LONGEST_CELL = 2_000
OLE_HEADER = b"\xd0\xcf\x11\xe0"  # old .xls, and every encrypted workbook


class Unreadable(Exception):
    """The file cannot be read. The message is for the one who uploaded it."""


@dataclass(frozen=True)
class Sheet:
    """A header and its rows; each row with the number that a spreadsheet shows beside it."""

    header: list[str]
    rows: list[tuple[int, list[str]]]


def read_sheet(content: bytes) -> Sheet:
    """Read XLSX or CSV (``;``, ``,`` or tab; UTF-8, UTF-16 with BOM, or Latin-1).

    Raises Unreadable for what is too large, encrypted, full of macros, or not a sheet at all.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(_("The file is larger than 6 MB."))
    if content.startswith(OLE_HEADER):
        raise Unreadable(_("The file is encrypted or in the old XLS format. Save it as XLSX without a password."))
    lines = _xlsx_lines(content) if content.startswith(b"PK") else _csv_lines(content)
    return _as_sheet(lines)


def _as_sheet(lines: Iterable[tuple[int, list[str]]]) -> Sheet:
    filled = ((number, cells) for number, cells in lines if any(cells))
    first = next(filled, None)
    if first is None:
        raise Unreadable(_("The file has no lines."))
    header = first[1]
    if len(header) > MOST_COLUMNS:
        raise Unreadable(_("The sheet has more than 60 columns."))
    rows: list[tuple[int, list[str]]] = []
    for number, cells in filled:
        if len(rows) == MOST_ROWS:
            raise Unreadable(_("The sheet has more than 5,000 lines. Split it in two."))
        rows.append((number, cells))
    return Sheet(header, rows)


def _cell(value: object) -> str:
    """A cell as text: numbers without a false decimal, days as ISO 8601, signs that print nothing away."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime | date):
        value = value.isoformat()[:10]
    text = "".join(sign for sign in str(value) if sign.isprintable() or sign == " ")
    return text[:LONGEST_CELL].strip()


def _xlsx_lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    _check_archive(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        page = book.worksheets[0]
        for number, row in enumerate(page.iter_rows(values_only=True), start=1):
            if number > MOST_ROWS * 2:
                break
            yield number, [_cell(value) for value in row]
        book.close()
    except Unreadable:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part of the archive makes it raise
        raise Unreadable(_("The file is not a whole XLSX sheet.")) from error


def _check_archive(content: bytes) -> None:
    """Refuse bombs and macros before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise Unreadable(_("The file is not a whole XLSX sheet.")) from error
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise Unreadable(_("The file is not a whole XLSX sheet."))
    if any("vbaproject" in name.lower() for name in names):
        raise Unreadable(_("The file has macros. Save it as XLSX."))
    if sum(part.file_size for part in parts) > MOST_UNPACKED or len(parts) > 1_000:
        raise Unreadable(_("The file unpacks to more than a sheet of 5,000 lines can be."))


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\x00" in content:
            raise Unreadable(_("The file is not text. Save it as CSV in UTF-8, or as XLSX.")) from None
        return content.decode("cp1252", errors="replace")


def _csv_lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decode(content)
    if "\x00" in text:
        raise Unreadable(_("The file is not text. Save it as CSV in UTF-8, or as XLSX."))
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(";,\t", key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in lines:
            yield lines.line_num, [_cell(cell) for cell in cells]
    except csv.Error as error:
        raise Unreadable(
            _("Line %(line)s cannot be read. Is a quotation mark missing?") % {"line": lines.line_num}
        ) from error
