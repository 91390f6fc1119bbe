"""Forms about people: the own profile, colleagues, successors."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.enums import Function
from members.forms.lists import PlainSelect, capital
from members.models import Affiliation, User
from members.names import clean_line, clean_person_name, clean_phone


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a person tells about themselves, and to whom."""

    class Meta:
        model = User
        fields = (
            "name",
            "job_title",
            "function",
            "phone",
            "language",
            "in_people_list",
            "shows_email",
            "shows_phone",
            "shows_attendance",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        function = self.fields["function"]
        assert isinstance(function, forms.ChoiceField)
        function.choices = [("", _("Not told")), *capital(Function.choices)]
        self.fields["name"].required = True
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["job_title"].widget.attrs["autocomplete"] = "organization-title"
        self.fields["phone"].widget = forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"})
        self.fields["phone"].help_text = _("The office and the contact of your company see it.")
        self.fields["language"].help_text = _("Pages and mails come in this language.")

    def clean_name(self) -> str:
        return clean_person_name(self.cleaned_data["name"])

    def clean_job_title(self) -> str:
        return clean_line(self.cleaned_data["job_title"])

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])


class ColleagueForm(forms.Form):
    """A colleague without e-mail."""

    name = forms.CharField(label=_("Name"), max_length=120)
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    job_title = forms.CharField(label=_("Job title"), max_length=80, required=False)

    def clean_name(self) -> str:
        return clean_person_name(self.cleaned_data["name"])

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])

    def clean_job_title(self) -> str:
        return clean_line(self.cleaned_data["job_title"])


class SuccessorForm(forms.Form):
    """Who takes the contact's role over."""

    to = forms.ModelChoiceField(label=_("Who takes over?"), queryset=Affiliation.objects.none())

    def __init__(self, *args: Any, people: "list[Affiliation]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Affiliation.objects.filter(pk__in=[tie.pk for tie in people]).select_related("user")
        field.empty_label = _("Choose a colleague")
        field.label_from_instance = lambda tie: tie.user.display_name  # type: ignore[method-assign, assignment]


def _search() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", "type": "search"})


class PeopleFilter(forms.Form):
    """Search in the list of people."""

    q = forms.CharField(label=_("Name or company"), max_length=80, required=False, widget=_search())
    function = forms.ChoiceField(
        label=_("Works with"),
        required=False,
        choices=capital([("", _("everything")), *Function.choices]),
        widget=PlainSelect(attrs={"class": "form-select"}),
    )

    def clean_q(self) -> str:
        return clean_line(self.cleaned_data["q"])


class CompanyFilter(forms.Form):
    """Search in the list of companies."""

    q = forms.CharField(label=_("Name"), max_length=80, required=False, widget=_search())

    def clean_q(self) -> str:
        return clean_line(self.cleaned_data["q"])
