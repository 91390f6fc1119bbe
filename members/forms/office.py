"""Forms of the office's admin: what staff write down about companies, people and the cluster itself."""

import struct
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from members.addresses import owner_of
from members.domains import fold_domain, why_never
from members.enums import CompanyState
from members.forms.companies import CompanyFacts, clean_org_number
from members.forms.people import ProfileForm
from members.models import Affiliation, ClusterSettings, Company, CompanyDomain, User
from members.names import clean_address, clean_line, clean_phone

PNG = b"\x89PNG\r\n\x1a\n"
MOST_LOGO_BYTES = 1024 * 1024
MOST_LOGO_PIXELS = 4000


class CompanyOfficeForm(CompanyFacts):
    """A company with all that the office decides about it."""

    org_number = forms.CharField(
        label=_("Organisation number"),
        help_text=_("Nine digits; blanks, NO and MVA may stay. Leave it empty for foreign companies and networks."),
        max_length=30,
        required=False,
    )

    class Meta:
        model = Company
        fields = ("name", "org_number", "parent")
        widgets = {"about": forms.Textarea(attrs={"rows": 5})}

    def clean_org_number(self) -> str | None:
        return clean_org_number(self.cleaned_data["org_number"]) or None

    def clean_industry_code(self) -> str:
        return clean_line(self.cleaned_data["industry_code"])

    def clean_parent(self) -> Company | None:
        """Figures count one step up, so a unit belongs to a company that belongs to none."""
        parent: Company | None = self.cleaned_data["parent"]
        if parent is None:
            return None
        if parent.pk == self.instance.pk:
            raise ValidationError(_("A company cannot be part of itself."))
        if parent.parent_id is not None:
            raise ValidationError(_("Choose the company at the top: this one is itself part of another."))
        if self.instance.pk and self.instance.units.exists():
            raise ValidationError(_("Other companies are part of this one, so it cannot be part of another."))
        return parent


class PersonForm(ProfileForm):
    """A person's own facts, as the office corrects them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        forms.ModelForm.__init__(self, *args, **kwargs)
        if "name" in self.fields:  # not where the whole page is to be read
            self.fields["name"].required = True


class NewPersonForm(PersonForm):
    """A person whom the office writes down, with the company they work for."""

    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    company = forms.ModelChoiceField(
        label=_("Company"),
        queryset=Company.objects.active(),
        required=False,
        widget=AutocompleteSelect(Affiliation.company.field, admin.site),
        help_text=_("A person without e-mail needs one: its contact answers for them."),
    )

    class Meta:
        model = User
        fields = ("name", "phone", "job_title", "function", "language")

    def clean_email(self) -> str:
        text = self.cleaned_data["email"].strip()
        if not text:
            return ""
        address = clean_address(text)
        if owner_of(address) is not None:
            raise ValidationError(_("This address is in use."), code="taken")
        return address

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned["email"] and cleaned.get("company") is None:
            self.add_error("company", _("Write an e-mail address, or choose the company that answers for the person."))
        return cleaned


class TieForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person and a company that the office puts together."""

    class Meta:
        model = Affiliation
        fields = ("user", "company", "is_contact")

    def clean_company(self) -> Company:
        company: Company = self.cleaned_data["company"]
        if company.state != CompanyState.ACTIVE:
            raise ValidationError(_("This company does not take part in the cluster now."))
        return company

    def clean_user(self) -> User:
        user: User = self.cleaned_data["user"]
        if not user.is_active or user.anonymised_at is not None:
            raise ValidationError(_("This person's account is closed."))
        return user

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        user, company = cleaned.get("user"), cleaned.get("company")
        if user and company and Affiliation.objects.of(user).for_company(company).filter(state="active").exists():
            raise ValidationError(_("This person belongs to the company already."))
        return cleaned

    def validate_constraints(self) -> None:
        """A request that waits is answered by the same verb, so it is no obstacle."""


class NewDomainForm(forms.ModelForm):  # type: ignore[type-arg]
    """A domain that the office writes down for a company; it still takes an approval."""

    class Meta:
        model = CompanyDomain
        fields = ("company", "domain", "with_subdomains")

    def clean_domain(self) -> str:
        domain = fold_domain(self.cleaned_data["domain"])
        if reason := why_never(domain):
            raise ValidationError(reason, code="domain")
        return domain

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        known = CompanyDomain.objects.filter(company=cleaned.get("company"), domain=cleaned.get("domain"))
        if not self.errors and known.exists():
            self.add_error("domain", _("The company has this domain already."))
        return cleaned


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """The cluster's own settings. A logo comes as a PNG file, which cannot carry script."""

    logo_file = forms.FileField(
        label=_("New logo"),
        required=False,
        help_text=_("PNG, at most 1 MB. Shown 30 pixels high, on the dark bar at the top."),
        widget=forms.FileInput(attrs={"accept": "image/png"}),
    )
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    class Meta:
        model = ClusterSettings
        fields = ("name",)

    def clean_name(self) -> str:
        name = clean_line(self.cleaned_data["name"])
        if not name:
            raise ValidationError(_("Write the name of the cluster."), code="required")
        return name

    def clean_office_phone(self) -> str:
        return clean_phone(self.cleaned_data["office_phone"])

    def clean_logo_file(self) -> bytes | None:
        """The file's bytes; what they are is read from themselves, not from the file's name."""
        upload = self.cleaned_data["logo_file"]
        if upload is None:
            return None
        if upload.size > MOST_LOGO_BYTES:
            raise ValidationError(_("The logo is larger than 1 MB."))
        content: bytes = upload.read()
        if not content.startswith(PNG) or content[12:16] != b"IHDR" or len(content) < 45:
            raise ValidationError(_("The logo must be a PNG picture."))
        if not all(0 < side <= MOST_LOGO_PIXELS for side in struct.unpack(">II", content[16:24])):
            raise ValidationError(_("The logo is more than 4,000 pixels wide or high."))
        return content

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_reminder_days"), cleaned.get("last_reminder_days")
        if first is not None and last is not None and first < last:
            self.add_error("last_reminder_days", _("The last reminder comes after the first: fewer days before."))
        return cleaned
