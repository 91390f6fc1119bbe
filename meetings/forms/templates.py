"""A template's name, and for whom it is."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.forms.fields import LineField


class TemplateNameForm(forms.Form):
    """What the template is called."""

    name = LineField(
        label=_("Name of the template"),
        max_length=80,
        help_text=_("What you look for when you make the next meeting, such as “Work meeting, half a day”."),
    )


class TemplateForm(TemplateNameForm):
    """A new template: staff may make it for all groups."""

    for_all = forms.BooleanField(label=_("For all groups, not for this one alone"), required=False)

    def __init__(self, *args: Any, is_office: bool, has_group: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_office or not has_group:
            del self.fields["for_all"]
