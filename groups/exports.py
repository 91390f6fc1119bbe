"""The inputs of a round as a sheet. It travels further than the page, so it tells no more than the group may know."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from groups import rules
from groups.enums import Station
from groups.figures import voices_of
from groups.models import Group, Input, Round
from members.exporting import harmless

WIDTHS = (28, 70, 14, 16, 28, 28, 12, 12, 12, 18, 50, 14, 8, 12)

Cell = str | int | float | date | None


def inputs_sheet(group: Group, found: Round | None, *, on_board: bool) -> bytes:
    """One line per input of the round, duplicates too, with a reference to the line they stand under.

    What the board has yet to let through is on the board's own sheet alone.
    """
    book = Workbook()
    sheet: Any = book.active
    sheet.title = _("Inputs")[:31]
    sheet.append(_header())
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for line in _lines(found, on_board=on_board) if found else []:
        sheet.append([harmless(value) if isinstance(value, str) else value for value in line])
    for number, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCDEFGHIJKLMN"[number]].width = width
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(cell.value, str):
                cell.data_type = "s"
    sheet.freeze_panes = "A2"
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _header() -> list[str]:
    return [
        _("Theme"),
        _("Input"),
        _("Kind"),
        _("Area"),
        _("Company"),
        _("Writer"),
        _("Companies"),
        _("Hours, low"),
        _("Hours, high"),
        _("State"),
        _("The board's answer"),
        _("Week"),
        _("No."),
        _("Same as no."),
    ]


def _lines(found: Round, *, on_board: bool) -> list[Sequence[Cell]]:
    shown = Input.objects.filter(round=found).exclude(station=Station.WITHDRAWN)
    if found.board_first and not on_board:
        shown = shown.filter(released=True)
    rows = list(
        shown.for_figures()
        .select_related("author", "theme", "company")
        .order_by("theme__name", "merged_into_id", "-week", "pk")
    )
    numbers: dict[UUID | None, int] = {item.pk: number for number, item in enumerate(rows, start=1)}
    return [_line(item, numbers[item.pk], numbers.get(item.merged_into_id)) for item in rows]


def _line(item: Input, number: int, same_as: int | None) -> Sequence[Cell]:
    who = rules.byline(item)
    voices = list(voices_of(item))
    return [
        item.theme.name if item.theme else "",
        item.text,
        item.get_kind_display(),
        item.get_area_display() if item.area else "",
        who.company,
        who.name,
        len({voice.top for voice in voices if voice.top and voice.confirmed}),
        item.hours_low,
        item.hours_high,
        item.get_station_display(),
        item.reply,
        item.week,
        number,
        same_as,
    ]
