"""Lists to choose from."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst


def capital(choices: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Choices with a capital first: enums speak within a sentence, what stands in a list stands alone."""
    return [(value, capfirst(words)) for value, words in choices]


class PlainSelect(forms.Select):
    """For filter bars: a select written in one piece: Django renders two templates for each option, which a bar of filters feels."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The select with its options; no groups of options."""
        widget = self.get_context(name, value, attrs)["widget"]
        options = format_html_join(
            "",
            "<option{}>{}</option>",
            (
                (flatatt({"value": str(option["value"]), "selected": option["selected"]}), option["label"])
                for _group, options, _index in widget["optgroups"]
                for option in options
            ),
        )
        return format_html("<select{}>{}</select>", flatatt({"name": widget["name"], **widget["attrs"]}), options)
