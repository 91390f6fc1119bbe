"""Words of a mail from its three templates: rendered for one recipient, or once for many and filled for each."""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.template import Context, Template
from django.template.loader import get_template
from django.utils import translation
from django.utils.html import escape

from mail.styling import inline

_GAPS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")


@dataclass(frozen=True, slots=True)
class Words:
    """Subject on one line, plain text, HTML."""

    subject: str
    text: str
    html: str


def render(template: str, language: str, context: Mapping[str, Any]) -> Words:
    """The words of templates/emails/<template>/{subject.txt,body.txt,body.html} in one language.

    Plain text is not escaped, HTML always is, and gets its looks (see templates/emails/base.html). The caller gives everything the words need, the cluster's
    name and office under "cluster" included.
    """
    with translation.override(language):
        values = {**context, "language": language}
        subject = " ".join(_plain(f"emails/{template}/subject.txt", values).split())
        values["subject"] = subject
        text = _GAPS.sub("\n\n", _plain(f"emails/{template}/body.txt", values)).strip() + "\n"
        html = inline(get_template(f"emails/{template}/body.html").render(values))
    return Words(subject, text, html.strip() + "\n")


def _plain(name: str, values: dict[str, Any]) -> str:
    template: Template = get_template(name).template  # type: ignore[attr-defined]
    return template.render(Context(values, autoescape=False))


class Mould:
    """The words of a mail to many, rendered once with gaps for what differs from person to person.

    ``fill`` gives the very words that ``render`` gives, as long as the templates print a gap's value as it is (no
    filter) and ask no more of it than whether it is there; so what fills a gap is never empty.
    """

    def __init__(self, template: str, language: str, context: Mapping[str, Any], gaps: Iterable[str]) -> None:
        # Nobody can write a mark into a meeting's words: it is drawn anew for each mould
        mark = secrets.token_hex(8)
        self._gap = re.compile(rf"\ue000{mark}(\w+)\ue001")
        self._words = render(template, language, {**context, **{name: f"\ue000{mark}{name}\ue001" for name in gaps}})

    def fill(self, values: Mapping[str, str]) -> Words:
        """The words for one person."""
        words = self._words
        return Words(
            self._gap.sub(lambda gap: " ".join(values[gap[1]].split()), words.subject),
            self._gap.sub(lambda gap: values[gap[1]], words.text),
            self._gap.sub(lambda gap: escape(values[gap[1]]), words.html),
        )
