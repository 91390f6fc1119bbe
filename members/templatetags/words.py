"""How dates, times, numbers and icons are written in pages and mails, in the reader's language."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BaseForm
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, pgettext

from members.enums import Language

register = template.Library()

OSLO = ZoneInfo("Europe/Oslo")
NO_BREAK_SPACE = "\u00a0"
EN_DASH = "\u2013"
WORD_JOINER = "\u2060"
_BEFORE_A_MONTH = re.compile(r"(?<=\d\.) (?=[a-z])|(?<=\d) (?=[A-Z])")
_WITHIN_A_RANGE = re.compile(rf"(?<={EN_DASH})(?=\d)")
# Further away than this, a day without its year could be taken for another.
YEAR_GOES_WITHOUT_SAYING = timedelta(days=180)

Number = int | float | Decimal


class Named(Protocol):
    """Whoever has initials for the round mark beside a name."""

    @property
    def initials(self) -> str: ...


def _language() -> str:
    """The active language as one that the portal speaks; anything else reads as bokmål."""
    code = (get_language() or "")[:2]
    return code if code in Language.values else Language.NB.value


def _in_oslo(moment: datetime) -> datetime:
    return timezone.localtime(moment, OSLO) if timezone.is_aware(moment) else moment


def _as_day(value: date) -> date:
    return _in_oslo(value).date() if isinstance(value, datetime) else value


def _today() -> date:
    return timezone.localdate(timezone=OSLO)


@lru_cache(maxsize=4096)
def _written(day: date, pattern: str, language: str) -> str:
    """A day in words; pages write the same few days again and again."""
    return format_date(day, pattern, locale=language)


def _pattern(day: date, *, weekday: bool) -> str:
    """The CLDR pattern of a day in words: Norwegian sets a full stop after the number, English does not."""
    pattern = "d MMMM" if _language() == Language.EN else "d. MMMM"
    if abs(day - _today()) > YEAR_GOES_WITHOUT_SAYING:
        pattern += " y"
    return f"EEEE {pattern}" if weekday else pattern


@register.filter
def day(value: date | None) -> str:
    """``torsdag 26. november``; with the year when that is not obvious."""
    if value is None:
        return ""
    on = _as_day(value)
    return _written(on, _pattern(on, weekday=True), _language())


@register.filter
def short_day(value: date | None) -> str:
    """``26. november``; with the year when that is not obvious."""
    if value is None:
        return ""
    on = _as_day(value)
    return _written(on, _pattern(on, weekday=False), _language())


def _digits(moment: datetime | time) -> str:
    shown = moment if isinstance(moment, time) else _in_oslo(moment)
    return shown.strftime("%H:%M" if _language() == Language.EN else "%H.%M")


@register.filter
def clock(value: datetime | time | None) -> str:
    """``kl. 12.00`` in Oslo; English ``12:00``."""
    if value is None:
        return ""
    return _digits(value) if _language() == Language.EN else f"kl.{NO_BREAK_SPACE}{_digits(value)}"


@register.filter
def clock_range(value: datetime | None, end: datetime | None) -> str:
    """``kl. 12.00–15.30``; the start alone when there is no end on the same day."""
    if value is None:
        return ""
    if end is None or _as_day(end) != _as_day(value):
        return clock(value)
    return f"{clock(value)}{EN_DASH}{_digits(end)}"


@register.filter
def time_range(value: time, end: time | None) -> str:
    """``kl. 12.00–15.30`` of no day; the start alone without an end."""
    return clock(value) if end is None else f"{clock(value)}{EN_DASH}{_digits(end)}"


@register.filter
def moment(value: datetime | None) -> str:
    """``torsdag 26. november kl. 12.00``."""
    if value is None:
        return ""
    return _join_day_and_clock(day(value), clock(value))


@register.filter
def moment_range(value: datetime | None, end: datetime | None) -> str:
    """``torsdag 26. november kl. 12.00–15.30``; over midnight both moments in full."""
    if value is None:
        return ""
    if end is not None and _as_day(end) != _as_day(value):
        return f"{moment(value)} {EN_DASH} {moment(end)}"
    return _join_day_and_clock(day(value), clock_range(value, end))


@register.filter
def unbroken(words: str) -> str:
    """For narrow pages: no line ends between a day and its month, or within a range of times. Mails do without."""
    return _WITHIN_A_RANGE.sub(WORD_JOINER, _BEFORE_A_MONTH.sub(NO_BREAK_SPACE, words))


def _join_day_and_clock(words: str, digits: str) -> str:
    if _language() != Language.EN:
        return f"{words} {digits}"
    return f"{words}, {digits}" if EN_DASH in digits else f"{words} at {digits}"


@register.filter
def month_abbr(value: date) -> str:
    """``nov``, for the date tile."""
    return _written(_as_day(value), "MMM", _language()).rstrip(".")


@register.filter
def month_name(value: date) -> str:
    """``november``."""
    return _written(_as_day(value), "LLLL", _language())


@register.filter
def day_range(value: datetime, end: datetime) -> str:
    """``tirsdag 5. kl. 12.00–15.30``, where the month stands above; over midnight the start alone."""
    pattern = "EEEE d" if _language() == Language.EN else "EEEE d."
    return _join_day_and_clock(_written(_as_day(value), pattern, _language()), clock_range(value, end))


@register.filter
def weekday_abbr(value: date) -> str:
    """``tor``, for the date tile."""
    return _written(_as_day(value), "ccc", _language()).rstrip(".")


@register.filter
def day_number(value: date) -> str:
    """``26``, for the date tile."""
    return str(_as_day(value).day)


@lru_cache(maxsize=4096)
def _decimal(value: Number, pattern: str, language: str) -> str:
    return format_decimal(value, format=pattern, locale=language)


@register.filter
def number(value: Number | None) -> str:
    """``1 200 000`` and ``2,5``: the reader's grouping and decimal sign, no false precision."""
    if value is None:
        return ""
    return _decimal(value, "#,##0.#", _language())


@register.filter
def kroner(value: Number | None) -> str:
    """``1 200 000 kr``; English ``NOK 1,200,000``."""
    if value is None:
        return ""
    amount = _decimal(value, "#,##0", _language())
    return f"NOK{NO_BREAK_SPACE}{amount}" if _language() == Language.EN else f"{amount}{NO_BREAK_SPACE}kr"


@register.filter
def hours_range(low: Number | None, high: Number | None = None) -> str:
    """``260–420 timer i måneden``: always a range unless both ends are the same."""
    start = high if low is None else low
    end = low if high is None else high
    if start is None or end is None:
        return ""
    text = number(start) if start == end else f"{number(start)}{EN_DASH}{number(end)}"
    words = ngettext("%(hours)s hour a month", "%(hours)s hours a month", 1 if end == 1 else 2)
    return words.replace("%(hours)s ", f"{text}{NO_BREAK_SPACE}")


@register.filter
def initials(person: Named | str | None) -> str:
    """Two letters for the round mark; also of a plain name."""
    if person is None:
        return ""
    if not isinstance(person, str):
        return person.initials
    parts = [part for part in person.split() if part[0].isalnum()]
    return "".join(part[0] for part in [*parts[:1], *parts[1:][-1:]]).upper()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A bootstrap-icon from the sprite; silent beside text, named when it stands alone."""
    if label:
        return format_html('<svg class="tk-i" role="img" aria-label="{}"><use href="{}"/></svg>', label, _source(name))
    return _silent_icon(name)


def _source(name: str) -> str:
    return f"{static('vendor/bootstrap-icons.svg')}#{name}"


@cache
def _silent_icon(name: str) -> SafeString:
    return format_html('<svg class="tk-i" aria-hidden="true"><use href="{}"/></svg>', _source(name))


@register.inclusion_tag("components/_trip.html")
def trip(at: int, of: int = 7, label: str = "") -> dict[str, Any]:
    """The small journey: ``of`` dots on a line, ``at`` is where it stands now."""
    steps = [
        {
            "x": 7 + 22 * place,
            "kind": "n" if place + 1 == at else "o" if place == 0 else "d" if place + 1 < at else "",
            "radius": "5.5" if place + 1 == at else "4.5",
            "next_x": 29 + 22 * place if place + 1 < of else None,
            "travelled": place + 1 < at,
        }
        for place in range(of)
    ]
    words = label or gettext("Step %(at)s of %(of)s") % {"at": at, "of": of}
    return {"steps": steps, "label": words, "width": 14 + 22 * (of - 1)}


@register.filter
def without_placeholders(form: BaseForm) -> BaseForm:
    """The form with labels alone: words inside a field vanish when one begins to write."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    return form


UNDO = "undo:"


def _is_quiet(message: Message) -> bool:
    return message.level_tag in {"success", "info", "debug"} and "note" not in message.tags.split()


@register.filter
def in_corner(messages: Iterable[Message] | None) -> list[Message]:
    """Good news: shown as toasts."""
    return [message for message in messages or () if _is_quiet(message)]


@register.filter
def in_page(messages: Iterable[Message] | None) -> list[Message]:
    """Warnings and errors, and what is tagged ``note``: shown above the content."""
    return [message for message in messages or () if not _is_quiet(message)]


@register.filter
def undo_path(message: Message) -> str:
    """The path behind an Undo button: given as ``extra_tags="undo:/path/"``, local paths only."""
    tag = next((tag for tag in message.tags.split() if tag.startswith(UNDO)), "")
    path = tag.removeprefix(UNDO)
    return path if path.startswith("/") and not path.startswith("//") else ""


@register.filter
def yes_no(value: object) -> str:
    """``ja`` or ``nei``."""
    return pgettext("answer", "yes") if value else pgettext("answer", "no")


BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


@register.filter
def device(user_agent: str) -> str:
    """``Firefox, Windows``: what a browser calls itself, as people know it."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part) or gettext("Unknown browser")
