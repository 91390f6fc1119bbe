"""Lists as XLSX and CSV. Text stays text: no cell of ours is ever a formula (OWASP, CSV injection)."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767
# A spreadsheet takes a cell that begins so for a formula, blanks before it and full-width signs too
_FORMULA = re.compile(r"^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")

Value = str | int | float | bool | date | datetime | None


def harmless(text: str) -> str:
    """Text that no spreadsheet runs: an apostrophe before what looks like a formula, no signs that XML lacks."""
    text = _NOT_IN_XML.sub("", text)
    return f"'{text}" if _FORMULA.match(text) else text


def _plain(value: object) -> Value:
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0) if timezone.is_aware(value) else value
    if value is None or isinstance(value, bool | int | float | date):
        return value
    return harmless(str(value))


def as_xlsx(title: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook of one sheet with a frozen, bold header."""
    book = Workbook(write_only=True)
    page = book.create_sheet(_NOT_IN_TITLES.sub(" ", title)[:31].strip() or None)
    page.freeze_panes = "A2"
    cells = [_cell(page, str(words)) for words in header]
    for cell in cells:
        cell.font = Font(bold=True)
    page.append(cells)
    for row in rows:
        page.append([_cell(page, _plain(value)) for value in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _cell(page: Any, value: Value) -> Any:
    """A cell whose text is text, also where it reads like an error of the spreadsheet."""
    cell = WriteOnlyCell(page, value=value[:LONGEST_CELL] if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def as_csv(header: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """Semicolons and a BOM, which is what a Norwegian Excel opens rightly."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([str(words) for words in header])
    for row in rows:
        writer.writerow(["" if (plain := _plain(value)) is None else plain for value in row])
    return text.getvalue().encode("utf-8-sig")


def download(content: bytes, name: str, kind: str) -> HttpResponse:
    """The file as an attachment that no cache keeps."""
    response = HttpResponse(content, content_type=XLSX if kind == "xlsx" else "text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response
