"""Forms of groups and inputs: what is typed is kept, what is wrong is said beside the field."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from groups.actions.inputs import Cost, Writer
from groups.enums import Area, HowLong, HowMany, HowOften, InputKind, Joining, Station, Visibility
from groups.models import Group, Input, Theme
from groups.texts import LONGEST, clean_text, private_details
from members.enums import Language
from members.forms.lists import PlainSelect, capital
from members.models import Affiliation, Company

KINDS = (
    (InputKind.BOTTLENECK, gettext_lazy("Bottleneck")),
    (InputKind.WISH, gettext_lazy("Wish")),
    (InputKind.OFFER, gettext_lazy("Offer or need")),
)
AREAS = (
    (Area.PRODUCTION, gettext_lazy("Production")),
    (Area.ADMINISTRATION, gettext_lazy("Administration")),
)
OFTEN = (
    (HowOften.DAILY, gettext_lazy("Every day")),
    (HowOften.WEEKLY, gettext_lazy("Every week")),
    (HowOften.MONTHLY, gettext_lazy("Every month")),
    (HowOften.RARELY, gettext_lazy("Less often")),
)
LONG = (
    (HowLong.MINUTES, gettext_lazy("Under 15 min")),
    (HowLong.HOUR, gettext_lazy("15–60 min")),
    (HowLong.HALF_DAY, gettext_lazy("1–4 hours")),
    (HowLong.DAY, pgettext_lazy("how long", "More")),
)
MANY = (
    (HowMany.ONE, "1"),
    (HowMany.FEW, "2–3"),
    (HowMany.TEAM, "4–8"),
    (HowMany.MANY, pgettext_lazy("how many", "More")),
)


def _tiles(label: Any, choices: Any, *, required: bool = False) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=required, widget=forms.RadioSelect)


class CostForm(forms.Form):
    """Three quick choices, none of them required."""

    how_often = _tiles(gettext_lazy("How often?"), OFTEN)
    how_long = _tiles(gettext_lazy("How long each time?"), LONG)
    how_many = _tiles(gettext_lazy("How many are held up?"), MANY)

    def cost(self) -> Cost:
        """The choices as the actions take them."""
        data = self.cleaned_data
        return Cost(data.get("how_often", ""), data.get("how_long", ""), data.get("how_many", ""))


class InputForm(CostForm):
    """One thought, what it costs, and who sees whose it is."""

    text = forms.CharField(
        label=gettext_lazy("Your input"),
        help_text=gettext_lazy("Write the way you talk. Leave out prices, customers and names of colleagues."),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control-lg", "data-counter": LONGEST}),
    )
    kind = _tiles(gettext_lazy("What is it?"), KINDS, required=True)
    area = _tiles(gettext_lazy("Where is it felt the most?"), AREAS, required=True)
    company = forms.ModelChoiceField(
        label=gettext_lazy("Which company are you from?"),
        queryset=Company.objects.none(),
        required=False,
        empty_label=gettext_lazy("Choose company"),
    )
    visibility = _tiles(gettext_lazy("Who sees that it is you?"), (), required=True)
    ticket = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=1, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        writer: Writer,
        ties: Sequence[Affiliation] = (),
        companies: Any = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        start = {"kind": InputKind.BOTTLENECK, "visibility": Visibility.COMPANY, **(initial or {})}
        super().__init__(data, initial=start)
        self.writer, self.ties, self.hint = writer, ties, ""
        self._set_company(companies)
        visibility = self.fields["visibility"]
        assert isinstance(visibility, forms.ChoiceField)
        visibility.choices = who_sees(writer, many=len(ties) > 1)

    def _set_company(self, companies: Any) -> None:
        """Asked only when the door does not tell it, or the person has several."""
        field = self.fields["company"]
        assert isinstance(field, forms.ModelChoiceField)
        if len(self.ties) > 1:
            field.queryset = Company.objects.filter(pk__in=[tie.company_id for tie in self.ties])
            field.label, field.empty_label = _("For which company?"), None
            self.initial.setdefault("company", self.ties[0].company_id)
        elif self.writer.company is None and companies is not None:
            field.queryset = companies
        else:
            del self.fields["company"]

    def clean_text(self) -> str:
        return clean_text(self.cleaned_data["text"])

    def clean(self) -> dict[str, Any]:
        """A company where one is needed; and a word, once, when an anonymous text may tell who wrote it."""
        data = super().clean() or self.cleaned_data
        hidden = data.get("visibility") == Visibility.ANONYMOUS
        if "company" in self.fields and not data.get("company") and not hidden and not self.has_error("company"):
            self.add_error("company", _("Choose the company, or send it without anybody seeing who you are."))
        if hidden and data.get("text") and data.get("seen") != "1":
            self._point_out(data["text"])
        return data

    def _point_out(self, text: str) -> None:
        user, company = self.writer.user, self.writer.company
        names = [*(user.name.split() if user else ()), *([company.name] if company else ())]
        details = private_details(text, tuple(names))
        if details:
            self.hint = ", ".join(details)
            self.add_error(
                None,
                _("The text may tell who you are: %(details)s. Change it, or send it once more as it is.")
                % {"details": self.hint},
            )

    def chosen_writer(self) -> Writer:
        """The writer with the company and tie that were chosen."""
        company = self.cleaned_data.get("company") or self.writer.company
        tie = next((tie for tie in self.ties if company and tie.company_id == company.pk), self.writer.affiliation)
        known = self.writer.company is not None
        return Writer(
            user=self.writer.user,
            affiliation=tie,
            company=company,
            door=self.writer.door,
            confirmed=self.writer.confirmed and known,
        )


def who_sees(writer: Writer, *, many: bool = False) -> list[tuple[str, SafeString]]:
    """The four choices, each with a plain sentence; without a known person nobody can be named."""
    company = writer.company.name if writer.company and not many else _("your company")
    choices = [
        (
            Visibility.COMPANY,
            _("Only the company"),
            _("%(company)s, without your name. The board does not see the name either.") % {"company": company},
        ),
        (Visibility.BOARD, _("Only the group board"), _("Others see the input, but not who it comes from.")),
        (
            Visibility.ANONYMOUS,
            _("Nobody"),
            _("We store no name, company or time. You get a code to find it again."),
        ),
    ]
    if writer.user is not None:
        whole = _("%(name)s, %(company)s") % {"name": writer.user.display_name, "company": company}
        choices.insert(0, (Visibility.NAMED, _("Everybody in the group"), whole))
    return [
        (value, format_html("{}<small>{}</small>", label, capfirst(help_text))) for value, label, help_text in choices
    ]


class EditForm(CostForm):
    """The writer's own change of an input. Who sees it can change, but not to or from nobody."""

    text = InputForm.base_fields["text"]
    kind = InputForm.base_fields["kind"]
    area = InputForm.base_fields["area"]
    visibility = _tiles(gettext_lazy("Who sees that it is you?"), (), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, item: Input) -> None:
        fields = ("text", "kind", "area", "visibility", "version", "how_often", "how_long", "how_many")
        super().__init__(data, initial={field: getattr(item, field) for field in fields})
        if item.visibility == Visibility.ANONYMOUS:
            del self.fields["visibility"]
        else:
            writer = Writer(user=item.author, company=item.company)
            visibility = self.fields["visibility"]
            assert isinstance(visibility, forms.ChoiceField)
            visibility.choices = who_sees(writer)[:-1]

    def clean_text(self) -> str:
        return clean_text(self.cleaned_data["text"])


class FilterForm(forms.Form):
    """The reader's filters. What is not on the lists is ignored."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=200)
    station = forms.ChoiceField(label=gettext_lazy("State"), required=False, widget=PlainSelect)
    theme = forms.ModelChoiceField(
        label=gettext_lazy("Theme"),
        queryset=Theme.objects.none(),
        required=False,
        empty_label=gettext_lazy("All"),
        widget=PlainSelect,
    )
    area = forms.ChoiceField(label=gettext_lazy("Area"), required=False, widget=PlainSelect)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False, widget=PlainSelect)

    def __init__(self, data: Mapping[str, Any], *, themes: Any) -> None:
        super().__init__(data)
        every = ("", _("All"))
        shown = [choice for choice in Station if choice != Station.WITHDRAWN]
        choices: dict[str, list[tuple[str, Any]]] = {
            "station": [every, *capital((choice.value, choice.label) for choice in shown)],
            "area": [every, *((value.value, label) for value, label in AREAS)],
            "kind": [every, *((value.value, label) for value, label in KINDS)],
        }
        for name, values in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = values
            field.widget.attrs["class"] = "form-select"
        self.fields["q"].widget.attrs.update({"class": "form-control", "type": "search"})
        theme = self.fields["theme"]
        assert isinstance(theme, forms.ModelChoiceField)
        theme.queryset = themes
        theme.widget.attrs["class"] = "form-select"

    def chosen(self) -> dict[str, Any]:
        """What was chosen and makes sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class CompanyForm(forms.Form):
    """For which of several companies somebody acts."""

    company = _tiles(gettext_lazy("For which company?"), (), required=True)

    def __init__(self, data: Mapping[str, Any] | None = None, *, ties: Sequence[Affiliation]) -> None:
        super().__init__(data, initial={"company": str(ties[0].company_id)})
        company = self.fields["company"]
        assert isinstance(company, forms.ChoiceField)
        company.choices = [(str(tie.company_id), tie.company.name) for tie in ties]


class JoinForm(forms.Form):
    """A word to the board with a request to join."""

    message = forms.CharField(
        label=gettext_lazy("A word to the group board, if you like"), max_length=300, required=False
    )


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the board says about its own group."""

    joining = forms.ChoiceField(label=gettext_lazy("How to join"), choices=capital(Joining.choices))
    language = forms.ChoiceField(label=gettext_lazy("Language of the purpose"), choices=Language.choices)

    class Meta:
        model = Group
        fields = ("purpose", "language", "joining")
        labels = {"purpose": gettext_lazy("Why the group exists")}
        widgets = {"purpose": forms.Textarea(attrs={"rows": 6})}


class CodeForm(forms.Form):
    """A code somebody types: from a receipt, or from the wall."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=40)
