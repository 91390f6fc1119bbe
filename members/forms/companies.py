"""Forms about companies: found, asked for, registered, shown."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from members.domains import domain_of, fold_domain, why_never
from members.enums import SizeClass
from members.folding import fold_name, fold_org_number, org_number_is_valid
from members.forms.lists import capital
from members.models import Company
from members.names import clean_line, clean_phone

_ORG_NUMBER_HELP = _("Nine digits; blanks, NO and MVA may stay.")


def clean_org_number(text: str) -> str:
    """Nine digits that pass the check of the register, or an error that says what is wrong."""
    number = fold_org_number(text)
    if not number:
        return ""
    if not (number.isascii() and number.isdigit() and len(number) == 9):
        raise ValidationError(_("An organisation number has nine digits."), code="digits")
    if not org_number_is_valid(number):
        raise ValidationError(_("There is no such organisation number. Look over the digits."), code="check")
    return number


class FindCompanyForm(forms.Form):
    """One field for both: nine digits are a number, all else is a name."""

    q = forms.CharField(
        label=_("Organisation number or name"),
        help_text=_ORG_NUMBER_HELP,
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control-lg", "autocomplete": "organization"}),
    )

    def clean_q(self) -> str:
        text = clean_line(self.cleaned_data["q"])
        bare = fold_org_number(text)
        if bare.isascii() and bare.isdigit() and len(bare) > 4:
            return clean_org_number(text)
        return text

    def matches(self) -> list[Company]:
        """Companies that fit what was typed, at most 20."""
        text = self.cleaned_data.get("q", "")
        rows = Company.objects.active().select_related("parent")
        if text.isdigit() and len(text) == 9:
            return list(rows.filter(org_number=text))
        if len(fold_name(text)) < 2:
            return []
        return list(rows.named(text)[:20])


class JoinForm(forms.Form):
    """Which company, and a word to its contact."""

    company = forms.ModelChoiceField(queryset=Company.objects.active(), widget=forms.RadioSelect)
    message = forms.CharField(
        label=_("A word to the contact"),
        help_text=_("For example what you work with. You need not write anything."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CompanyFacts(forms.ModelForm):  # type: ignore[type-arg]
    """What every form about a company checks."""

    website = forms.CharField(label=_("Website"), max_length=200, required=False)

    def clean_name(self) -> str:
        name = clean_line(self.cleaned_data["name"])
        if not any(sign.isalnum() for sign in name):
            raise ValidationError(_("Write the company's name."), code="required")
        return name

    def clean_municipality(self) -> str:
        return clean_line(self.cleaned_data["municipality"])

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])

    def clean_website(self) -> str:
        """Only pages of the web; never fetched."""
        address = clean_line(self.cleaned_data["website"])
        if not address:
            return ""
        if "://" not in address and ":" not in address and not address.startswith("/"):
            address = f"https://{address}"
        try:
            URLValidator(schemes=["http", "https"])(address)
        except ValidationError:
            raise ValidationError(_("Write a web address, for example https://firma.no."), code="website") from None
        return address


def label_size(field: forms.Field) -> None:
    """The size class as people speak of it."""
    assert isinstance(field, forms.ChoiceField)
    field.label = _("Number of employees")
    field.choices = [("", _("Not told")), *capital(SizeClass.choices)]


class ApplyForm(CompanyFacts):
    """A company that is not in the register yet."""

    org_number = forms.CharField(
        label=_("Organisation number"),
        help_text=_("Nine digits; blanks, NO and MVA may stay. Leave it empty for foreign companies and networks."),
        max_length=30,
        required=False,
    )
    domain = forms.CharField(
        label=_("E-mail domain of the company"),
        help_text=_("For example firma.no. If the office approves it, colleagues with such an address join at once."),
        max_length=120,
        required=False,
    )
    same_name_is_fine = forms.BooleanField(label=_("It is another company with the same name"), required=False)

    class Meta:
        model = Company
        fields = ("name", "municipality", "size_class", "website")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.namesake: Company | None = None
        label_size(self.fields["size_class"])
        if not self.is_bound:
            del self.fields["same_name_is_fine"]
        self.order_fields(
            ["org_number", "name", "same_name_is_fine", "municipality", "size_class", "website", "domain"]
        )

    def clean_org_number(self) -> str:
        number = clean_org_number(self.cleaned_data["org_number"])
        if number and Company.objects.filter(org_number=number).exists():
            raise ValidationError(_("This company is in the register. Find it and ask to join."), code="known")
        return number

    def clean_domain(self) -> str:
        domain = fold_domain(self.cleaned_data["domain"])
        if domain and (reason := why_never(domain)):
            raise ValidationError(reason, code="domain")
        return domain

    def clean(self) -> dict[str, Any]:
        """The same folded name is a warning: it may be the same company, and only people know."""
        cleaned = super().clean() or self.cleaned_data
        folded = fold_name(cleaned.get("name", ""))
        if folded and not cleaned.get("same_name_is_fine"):
            self.namesake = Company.objects.exclude(state="rejected").filter(name_folded=folded).first()
        if self.namesake is not None:
            self.add_error(
                "name",
                _("%(company)s is in the register. Is it yours, find it and ask to join; if not, tick below.")
                % {"company": self.namesake.name},
            )
        if self.namesake is None and "same_name_is_fine" not in self.data:
            del self.fields["same_name_is_fine"]
        return cleaned


class PageForm(CompanyFacts):
    """What the company's page tells."""

    class Meta:
        model = Company
        fields = ("name", "about", "website", "phone", "municipality", "size_class", "is_public")
        widgets = {"about": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].help_text = _("What you make and what you are good at. Shown to everybody.")
        self.fields["is_public"].label = _("Show the company in the public list")
        label_size(self.fields["size_class"])


class DomainForm(forms.Form):
    """An e-mail domain that the company asks staff to approve."""

    domain = forms.CharField(label=_("E-mail domain"), max_length=120)

    def clean_domain(self) -> str:
        domain = fold_domain(self.cleaned_data["domain"])
        if reason := why_never(domain):
            raise ValidationError(reason, code="domain")
        return domain


def suggested_domain(address: str) -> str:
    """The domain of a person's address when a company could own it."""
    domain = domain_of(address)
    return "" if why_never(domain) else domain
