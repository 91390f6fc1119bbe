"""Which column is what, by the header that Norwegian and English cluster offices write."""

import re
from dataclasses import dataclass

from members.enums import Function, SizeClass

# Field -> headers, folded: lower case, letters and digits alone.
HEADERS = {
    "company": ("bedrift", "bedriftsnavn", "firma", "firmanavn", "selskap", "organisasjon", "organisasjonsnavn", "medlem", "medlemsbedrift", "company", "companyname", "organisation", "organization"),
    "org_number": ("orgnr", "orgnummer", "organisasjonsnummer", "organisasjonsnr", "orgno", "organisationnumber", "organizationnumber", "vat", "vatnumber"),
    "name": ("navn", "fulltnavn", "kontaktperson", "person", "name", "fullname", "contactperson"),
    "first_name": ("fornavn", "firstname", "givenname"),
    "last_name": ("etternavn", "lastname", "surname", "familyname"),
    "email": ("epost", "epostadresse", "mail", "mailadresse", "email", "emailaddress"),
    "phone": ("telefon", "tlf", "telefonnummer", "mobil", "mobilnummer", "phone", "mobile", "phonenumber"),
    "job_title": ("stilling", "tittel", "stillingstittel", "rolle", "jobtitle", "title", "position"),
    "function": ("funksjon", "avdeling", "fagområde", "function", "department"),
    "language": ("språk", "målform", "language"),
    "is_contact": ("kontakt", "bedriftskontakt", "hovedkontakt", "contact", "companycontact", "maincontact"),
    "municipality": ("kommune", "sted", "poststed", "by", "municipality", "city", "town"),
    "size": ("størrelse", "ansatte", "antallansatte", "årsverk", "size", "employees", "numberofemployees"),
    "website": ("nettside", "hjemmeside", "web", "website", "url", "homepage"),
    "industry_code": ("næringskode", "bransjekode", "nace", "industrycode"),
    "company_phone": ("sentralbord", "bedriftstelefon", "switchboard", "companyphone"),
}  # fmt: skip
BY_HEADER = {header: field for field, headers in HEADERS.items() for header in headers}
TEMPLATE_HEADERS = ("Bedrift", "Organisasjonsnummer", "Kommune", "Ansatte", "Nettside", "Navn", "E-post", "Telefon", "Stilling", "Språk", "Bedriftskontakt")  # fmt: skip
YES = {"ja", "j", "x", "yes", "y", "1", "true", "sann"}
LANGUAGES = {"nb": "nb", "bokmål": "nb", "norsk": "nb", "no": "nb", "nn": "nn", "nynorsk": "nn", "en": "en", "engelsk": "en", "english": "en"}  # fmt: skip
SIZE_LIMITS = ((9, SizeClass.MICRO), (49, SizeClass.SMALL), (249, SizeClass.MEDIUM))


@dataclass(frozen=True)
class Columns:
    """What each column is; ``ignored`` are headers nobody knows."""

    places: dict[str, int]
    ignored: list[str]

    def values(self, cells: list[str]) -> dict[str, str]:
        """The known fields of one row, empty cells left out."""
        found = {field: cells[place] for field, place in self.places.items() if place < len(cells)}
        return {field: text for field, text in found.items() if text}


def fold_header(header: str) -> str:
    """``E-post-adresse *`` and ``epostadresse`` are the same header."""
    return re.sub(r"[^a-z0-9æøå]", "", header.lower())


def recognise(header: list[str]) -> Columns:
    """Find the fields; the first of two columns with the same meaning counts."""
    places: dict[str, int] = {}
    ignored = []
    for place, words in enumerate(header):
        field = BY_HEADER.get(fold_header(words))
        if field is None or field in places:
            if words:
                ignored.append(words)
            continue
        places[field] = place
    return Columns(places, ignored)


def size_class(text: str) -> str | None:
    """A number of employees, or a class by its own name, as a size class; None when it is neither."""
    folded = text.lower().strip()
    if folded in SizeClass.values:
        return folded
    digits = re.sub(r"[\s\u00a0.,]", "", folded)
    if not digits.isascii() or not digits.isdigit():
        return None
    number = int(digits[:9])
    return next((str(size.value) for limit, size in SIZE_LIMITS if number <= limit), SizeClass.LARGE.value)


def function_of(text: str) -> str:
    """A function by its stored name or its words in any of our languages is not guessed further: else ``other``."""
    folded = text.lower().strip()
    return folded if folded in Function.values else Function.OTHER.value
