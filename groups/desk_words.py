"""Steps on the desk in words: who did what to how many."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.enums import MoveKind
from groups.models import DeskMove, Theme
from members.models import User

Names = Mapping[int, str]


def theme_names(moves: Iterable[DeskMove]) -> dict[int, str]:
    """The names of all themes of the moves' round, gone ones too."""
    rounds = {move.round_id for move in moves}
    return dict(Theme.objects.filter(round__in=rounds).values_list("pk", "name")) if rounds else {}


def told(move: DeskMove, names: Names, reader: User) -> str:
    """One sentence: ``Anders moved 3 inputs to Vedlikehold``; what was undone says by whom."""
    deed = _("%(who)s %(deed)s") % {"who": _who(move.actor, reader), "deed": deed_of(move, names)}
    if move.undone_at is None:
        return deed
    return _("%(who)s undid this: %(deed)s") % {"who": _who(move.undone_by, reader), "deed": deed}


def _who(person: User | None, reader: User) -> str:
    if person is None:
        return _("Somebody")
    return _("You") if person.pk == reader.pk else person.short_name


def deed_of(move: DeskMove, names: Names) -> str:
    """What was done, without who did it."""
    count = sum(1 for pk, now in move.after["inputs"].items() if _stood_alone(pk, move) or not now["merged_into_id"])
    theme = _theme_after(move, names)
    kind = MoveKind(move.kind)
    if kind in _ABOUT_THEMES:
        return _ABOUT_THEMES[kind](move, theme)
    if kind is MoveKind.PLACE:
        return _placed(count, theme)
    words = {
        MoveKind.PARK: ngettext("parked %(count)s input", "parked %(count)s inputs", count),
        MoveKind.ANSWER: ngettext("answered %(count)s input", "answered %(count)s inputs", count),
        MoveKind.MERGE_INPUTS: ngettext("merged %(count)s duplicate", "merged %(count)s duplicates", count),
        MoveKind.UNMERGE: _("took a duplicate apart again"),
        MoveKind.RELEASE: ngettext("let %(count)s input through", "let %(count)s inputs through", count),
    }[kind]
    return words % {"count": count} if "%(count)s" in words else words


def _stood_alone(pk: str, move: DeskMove) -> bool:
    return not move.before["inputs"][pk]["merged_into_id"]


def _placed(count: int, theme: str) -> str:
    if not theme:
        words = ngettext("took %(count)s input out of its theme", "took %(count)s inputs out of their theme", count)
        return words % {"count": count}
    words = ngettext("moved %(count)s input to %(theme)s", "moved %(count)s inputs to %(theme)s", count)
    return words % {"count": count, "theme": theme}


def _theme_after(move: DeskMove, names: Names) -> str:
    themes = {state["theme_id"] for state in move.after["inputs"].values()}
    return names.get(themes.pop() or 0, "") if len(themes) == 1 else ""


def _name(move: DeskMove, when: str) -> str:
    states = getattr(move, when)["themes"].values()
    return next((state["name"] for state in states), "")


def _made(move: DeskMove, theme: str) -> str:
    return _("made the theme %(theme)s") % {"theme": _name(move, "after")}


def _renamed(move: DeskMove, theme: str) -> str:
    return _("renamed %(old)s to %(new)s") % {"old": _name(move, "before"), "new": _name(move, "after")}


def _merged(move: DeskMove, theme: str) -> str:
    return _("merged %(theme)s into another theme") % {"theme": _name(move, "before")}


def _split(move: DeskMove, theme: str) -> str:
    return _("split out %(theme)s") % {"theme": _name(move, "after")}


_ABOUT_THEMES = {
    MoveKind.CREATE: _made,
    MoveKind.RENAME: _renamed,
    MoveKind.MERGE_THEMES: _merged,
    MoveKind.SPLIT: _split,
}
