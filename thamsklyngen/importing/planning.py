"""What a sheet would change: new, changed, unchanged and wrong, line by line. Nothing is written here."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _

from members.enums import AffiliationState
from members.folding import fold_email, fold_name, fold_org_number, org_number_is_valid
from members.models import Affiliation, Company, User
from thamsklyngen.importing.columns import LANGUAGES, YES, Columns, function_of, recognise, size_class
from thamsklyngen.importing.reading import Sheet

COMPANY_FIELDS = {"municipality": 60, "industry_code": 10}
PERSON_FIELDS = {"name": 120, "job_title": 80, "phone": 20}
_check_url = URLValidator(schemes=["http", "https"])


@dataclass
class CompanyChange:
    """A company that the sheet names: made new, changed in these fields, or left alone."""

    line: int
    key: str
    name: str
    org_number: str = ""
    pk: int | None = None
    fields: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        return "new" if self.pk is None else "changed" if self.fields else "unchanged"


@dataclass
class PersonChange:
    """A person that the sheet names, by e-mail, and the tie to the company on the same line."""

    line: int
    email: str
    name: str
    company_key: str = ""
    pk: int | None = None
    fields: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    new_tie: bool = False
    is_contact: bool = False

    @property
    def verdict(self) -> str:
        if self.pk is None:
            return "new"
        return "changed" if self.fields or self.new_tie else "unchanged"


@dataclass(frozen=True)
class Wrong:
    """A line that stops the whole import, and why."""

    line: int
    words: str


@dataclass
class Plan:
    """All that an import would do. With anything wrong in it, it is not done at all."""

    companies: list[CompanyChange]
    people: list[PersonChange]
    wrong: list[Wrong]
    ignored: list[str]

    def counts(self) -> dict[str, int]:
        """How many of each verdict, for companies and people."""
        found = {"wrong": len(self.wrong)}
        for kind, rows in (("companies", self.companies), ("people", self.people)):
            for verdict in ("new", "changed", "unchanged"):
                found[f"{kind}_{verdict}"] = sum(1 for row in rows if row.verdict == verdict)
        return found

    @property
    def rows(self) -> list[CompanyChange | PersonChange]:
        """All of them, companies first."""
        return [*self.companies, *self.people]

    @property
    def does_something(self) -> bool:
        return any(row.verdict != "unchanged" for row in self.rows)

    def digest(self) -> str:
        """The same for the same plan: what was shown is what is done, or it is shown once more."""
        rows = [asdict(row) for row in self.rows]
        return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()


class _Register:
    """What is in the database now, read in four queries however long the sheet is."""

    def __init__(self, emails: set[str]) -> None:
        companies = list(Company.objects.all())
        self.by_number = {company.org_number: company for company in companies if company.org_number}
        self.by_name: dict[str, list[Company]] = {}
        for company in companies:
            self.by_name.setdefault(company.name_folded, []).append(company)
        self.people = {person.email: person for person in User.objects.filter(email__in=emails)}
        self.ties = set(
            Affiliation.objects.filter(user__in=self.people.values(), state=AffiliationState.ACTIVE).values_list(
                "user_id", "company_id"
            )
        )

    def company(self, number: str, folded: str) -> Company | None:
        """By organisation number, else by the folded name; a name alone finds only one that is not two."""
        if number and number in self.by_number:
            return self.by_number[number]
        named = self.by_name.get(folded, [])
        if len(named) != 1 or (number and named[0].org_number):
            return None
        return named[0]


def make_plan(sheet: Sheet) -> Plan:
    """Compare the sheet with the register. Blank cells and missing lines change nothing."""
    columns = recognise(sheet.header)
    if not {"company", "org_number", "email"} & set(columns.places):
        words = _("No column is recognised. The sheet needs at least Bedrift (company) or E-post (e-mail).")
        return Plan([], [], [Wrong(1, words)], columns.ignored)
    rows = [(line, columns.values(cells)) for line, cells in sheet.rows]
    register = _Register({fold_email(values["email"]) for _line, values in rows if "email" in values})
    plan = _Planner(register, columns)
    for line, values in rows:
        plan.read(line, values)
    return Plan(list(plan.companies.values()), list(plan.people.values()), plan.wrong, columns.ignored)


class _Planner:
    """Walks the rows; a company or person named twice is one change, and contradictions are wrong."""

    def __init__(self, register: _Register, columns: Columns) -> None:
        self.register = register
        self.columns = columns
        self.companies: dict[str, CompanyChange] = {}
        self.people: dict[str, PersonChange] = {}
        self.wrong: list[Wrong] = []

    def read(self, line: int, values: dict[str, str]) -> None:
        company = self._company(line, values)
        self._person(line, values, company)

    def _say(self, line: int, words: str) -> None:
        self.wrong.append(Wrong(line, words))

    def _company(self, line: int, values: dict[str, str]) -> CompanyChange | None:
        name = values.get("company", "")
        number = fold_org_number(values.get("org_number", ""))
        if not name and not number:
            return None
        if number and not org_number_is_valid(number):
            self._say(line, _("%(number)s is not an organisation number.") % {"number": values["org_number"][:30]})
            return None
        if len(name) > 120:
            self._say(line, _("The company's name is longer than 120 signs."))
            return None
        found = self.register.company(number, fold_name(name))
        if found is None and not name:
            self._say(line, _("No company has the number %(number)s, and the line gives no name.") % {"number": number})
            return None
        key = number or (found.org_number if found else "") or fold_name(name)
        change = self.companies.get(key)
        if change is None:
            change = CompanyChange(line, key, found.name if found else name, number, found.pk if found else None)
            self.companies[key] = change
        self._company_fields(line, values, change, found)
        return change

    def _company_fields(self, line: int, values: dict[str, str], change: CompanyChange, found: Company | None) -> None:
        wanted = {name: values[name][:longest] for name, longest in COMPANY_FIELDS.items() if name in values}
        if change.org_number and not (found and found.org_number):
            wanted["org_number"] = change.org_number
        if "company_phone" in values:
            wanted["phone"] = values["company_phone"][:20]
        if "website" in values:
            self._website(line, values["website"], wanted)
        if "size" in values:
            size = size_class(values["size"])
            if size is None:
                self._say(line, _("%(text)s is not a number of employees.") % {"text": values["size"][:30]})
            else:
                wanted["size_class"] = size
        if found is None:
            wanted["name"] = change.name
        _note(change, found, wanted)

    def _website(self, line: int, text: str, wanted: dict[str, str]) -> None:
        address = text if "://" in text else f"https://{text}"
        try:
            _check_url(address)
        except ValidationError:
            self._say(line, _("%(text)s is not a web address.") % {"text": text[:60]})
        else:
            wanted["website"] = address[:200]

    def _person(self, line: int, values: dict[str, str], company: CompanyChange | None) -> None:
        name = values.get("name") or " ".join(
            part for part in (values.get("first_name"), values.get("last_name")) if part
        )
        if "email" not in values:
            if name:
                self._say(
                    line,
                    _("%(name)s has no e-mail. Add people without e-mail on the company's page.") % {"name": name[:60]},
                )
            return
        email = fold_email(values["email"])
        try:
            validate_email(email)
        except ValidationError:
            self._say(line, _("%(email)s is not an e-mail address.") % {"email": values["email"][:80]})
            return
        found = self.register.people.get(email)
        change = self.people.get(email)
        if change is None:
            change = PersonChange(line, email, name or (found.name if found else ""), pk=found.pk if found else None)
            self.people[email] = change
        self._tie(line, change, company, found, values)
        self._person_fields(values, change, found, name)

    def _tie(
        self, line: int, change: PersonChange, company: CompanyChange | None, found: User | None, values: dict[str, str]
    ) -> None:
        if company is None:
            return
        if change.company_key and change.company_key != company.key:
            self._say(line, _("%(email)s stands in two companies in this sheet.") % {"email": change.email})
            return
        change.company_key = company.key
        known = found is not None and company.pk is not None and (found.pk, company.pk) in self.register.ties
        change.new_tie = not known
        change.is_contact = change.is_contact or values.get("is_contact", "").lower() in YES

    def _person_fields(self, values: dict[str, str], change: PersonChange, found: User | None, name: str) -> None:
        wanted = {key: values[key][:longest] for key, longest in PERSON_FIELDS.items() if key in values}
        if name:
            wanted["name"] = name[:120]
        if "function" in values:
            wanted["function"] = function_of(values["function"])
        if values.get("language", "").lower() in LANGUAGES:
            wanted["language"] = LANGUAGES[values["language"].lower()]
        if found is not None and found.claimed_at is not None:
            # Who has signed in owns their own profile: the sheet only fills what stands empty.
            wanted = {key: text for key, text in wanted.items() if not getattr(found, key)}
        _note(change, found, wanted)


def _note(change: CompanyChange | PersonChange, found: Any, wanted: dict[str, str]) -> None:
    """Keep only what differs from the register, with what stood there."""
    for key, text in wanted.items():
        before = str(getattr(found, key) or "") if found is not None else ""
        if before != text:
            change.fields[key] = text
            change.before[key] = before
