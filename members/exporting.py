"""Lists as XLSX and CSV. Text stays text: no cell of ours is ever a formula (OWASP, CSV injection)."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

Value = str | int | float | bool | date | datetime | None


def harmless(text: str) -> str:
    """Put ' before text that a spreadsheet would calculate."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _plain(value: object) -> Value:
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0) if timezone.is_aware(value) else value
    if value is None or isinstance(value, bool | int | float | date):
        return value
    return harmless(str(value))


def as_xlsx(title: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook of one sheet with a frozen, bold header."""
    book = Workbook(write_only=True)
    page = book.create_sheet(title[:31])
    page.freeze_panes = "A2"
    cells = [WriteOnlyCell(page, value=str(words)) for words in header]
    for cell in cells:
        cell.font = Font(bold=True)
    page.append(cells)
    for row in rows:
        page.append([_plain(value) for value in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


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
