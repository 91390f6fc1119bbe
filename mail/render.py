"""Words of a mail from its three templates."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template import Context, Template
from django.template.loader import get_template
from django.utils import translation

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
