"""Those of the story: 40 people in 10 companies, as the office has them in its sheet."""

from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook

COMPANIES = (
    "Ulvåsen Sveis AS", "Storvatnet Plast AS", "Geitfjellet Mekaniske AS", "Kvernbekken Elektro AS",
    "Solbusøya Verft AS", "Rindalsporten Tre AS", "Hostovatn Laks AS", "Bårdshaug Regnskap AS",
    "Grønøra Lakk AS", "Øyangen Automasjon AS",
)  # fmt: skip
FIRST = ("Astrid", "Bjarte", "Cecilie", "Dag", "Eivor", "Frode", "Guro", "Håvard", "Ingeborg", "Jostein")
LAST = ("Kvam", "Lyngstad", "Moen", "Nordbø")
LANGUAGES = {4: "nn", 9: "nn", 14: "en"}
TITLES = ("Operatør", "Planlegger", "Daglig leder", "Økonomi")


@dataclass(frozen=True)
class Guest:
    name: str
    email: str
    company: str
    number: str
    title: str
    language: str

    @property
    def first(self):
        return self.name.split()[0]


def org_number(seed):
    """A nine-digit number with its check digit."""
    for eight in range(98_100_000 + 37 * seed, 99_000_000):
        total = sum(int(digit) * weight for digit, weight in zip(str(eight), (3, 2, 7, 6, 5, 4, 3, 2), strict=True))
        if (check := -total % 11) < 10:
            return f"{eight}{check}"
    raise AssertionError


def ascii_of(text):
    return text.lower().translate(str.maketrans("æøå", "aoa"))


def guest(at):
    company = COMPANIES[at % 10]
    name = f"{FIRST[at % 10]} {LAST[at // 10]}"
    host = ascii_of(company.split()[0])
    return Guest(
        name=name,
        email=f"{ascii_of(name).replace(' ', '.')}@{host}.example",
        company=company,
        number=org_number(at % 10),
        title=TITLES[at // 10],
        language=LANGUAGES.get(at, "nb"),
    )


GUESTS = tuple(guest(at) for at in range(40))


def sheet():
    """The office's own sheet, as bytes of an XLSX."""
    book = Workbook()
    page = book.active
    page.append(["Bedrift", "Org.nr", "Kommune", "Navn", "E-post", "Stilling", "Språk"])
    for one in GUESTS:
        page.append([one.company, one.number, "Orkland", one.name, one.email, one.title, one.language])
    file = BytesIO()
    book.save(file)
    return file.getvalue()
