"""What people write when they answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.actions.attendance import Visitor
from meetings.actions.handing import Colleague
from meetings.enums import Answer
from members.folding import fold_email, fold_name
from members.models import Affiliation, Company

UNDO = "undo"
ANSWERS = [(answer.value, answer.label) for answer in (Answer.YES, Answer.MAYBE, Answer.NO)]


class AnswerForm(forms.Form):
    """One of three answers, or taking the last one back, and a word to the organiser."""

    answer = forms.ChoiceField(choices=[*ANSWERS, (UNDO, UNDO)], error_messages={"required": _("Choose an answer.")})
    comment = forms.CharField(label=_("A word to the organiser"), max_length=500, required=False)

    def comment_given(self) -> str | None:
        """The word, or None when the page did not ask for one."""
        return str(self.cleaned_data["comment"]) if "comment" in self.data else None


class ColleagueByMailForm(forms.Form):
    """A colleague's address; without a session no names are shown to choose from."""

    email = forms.EmailField(
        label=_("Your colleague's work e-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(
        label=_("Your colleague's name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def colleague(self) -> Colleague:
        return Colleague(email=fold_email(self.cleaned_data["email"]), name=self.cleaned_data["name"])


class ColleagueForm(forms.Form):
    """A colleague picked from the company, or another by address."""

    colleague = forms.ModelChoiceField(
        label=_("Colleague"),
        queryset=Affiliation.objects.none(),
        required=False,
        empty_label=_("Somebody else, by e-mail"),
    )
    email = forms.EmailField(label=_("Your colleague's work e-mail"), max_length=254, required=False)

    def __init__(self, *args: Any, colleagues: list[Affiliation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["colleague"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Affiliation.objects.filter(pk__in=[tie.pk for tie in colleagues]).select_related("user")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("colleague") and not values.get("email") and not self.errors:
            self.add_error("email", _("Choose a colleague, or write an e-mail address."))
        return values

    def colleague_chosen(self) -> Colleague:
        tie = self.cleaned_data["colleague"]
        return Colleague(affiliation=tie, email="" if tie else fold_email(self.cleaned_data["email"]))


class VisitorForm(forms.Form):
    """Somebody who came without an invitation."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    company = forms.CharField(
        label=_("Company"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"list": "companies", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("E-mail, if they want the minutes"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def visitor(self) -> Visitor:
        """With the company of that name in the cluster, when there is exactly one."""
        written = " ".join(self.cleaned_data["company"].split())
        found = list(Company.objects.active().filter(name_folded=fold_name(written))[:2]) if written else []
        return Visitor(
            name=" ".join(self.cleaned_data["name"].split()),
            company=found[0] if len(found) == 1 else None,
            company_name=written,
            email=fold_email(self.cleaned_data.get("email") or ""),
        )


class CheckInForm(VisitorForm):
    """Who ticks themselves in without signing in. No list of companies to choose from, and no address."""

    email = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
        )
        self.fields["company"] = forms.CharField(
            label=_("Your company"),
            max_length=120,
            required=False,
            widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        )
