"""Companies and people of the demo. All living ones are fictional; organisation numbers are valid test numbers (3…)."""

from dataclasses import dataclass

from members.folding import org_number_is_valid

LOGIN_DOMAIN = "demo.example"
PASSWORD = "thamsklyngen"  # noqa: S105 - the demo's published password, refused outside DEMO=1


@dataclass(frozen=True)
class DemoCompany:
    """A company and its people: (name, job title, function)."""

    name: str
    size: str
    municipality: str
    industry: str
    about: str
    people: tuple[tuple[str, str, str], ...]
    kind: str = "company"
    membership: str = "core"


COMPANIES = (
    DemoCompany(
        "Fjordplast AS",
        "medium",
        "Orkland",
        "22.290",
        "Sprøytestøper deler til havbruk og bygg. 120 ansatte på to skift.",
        (
            ("Marte Haugen", "produksjonsleder", "operations"),
            ("Geir Solbakk", "daglig leder", "management"),
            ("Trine Moen", "planlegger", "planning"),
            ("Per Arne Vik", "skiftleder", "operations"),
        ),
    ),
    DemoCompany(
        "Kobberheim Stål AS",
        "large",
        "Orkland",
        "24.100",
        "Valser og kapper stål for offshore og bygg.",
        (
            ("Siv Tangvold", "produksjonssjef", "operations"),
            ("Harald Nesset", "vedlikeholdsleder", "maintenance"),
            ("Liv Grøtte", "økonomisjef", "finance"),
            ("Stian Aune", "skiftleder", "operations"),
            ("Hanne Kvam", "HMS-leder", "quality"),
        ),
    ),
    DemoCompany(
        "Vassbotn Maskin AS",
        "medium",
        "Orkland",
        "28.990",
        "Bygger maskiner og dreier deler på bestilling.",
        (
            ("Anders Myrhaug", "driftsleder", "operations"),
            ("Kjersti Fossum", "prosjektleder", "projects"),
            ("Roar Hegge", "montør", "operations"),
        ),
    ),
    DemoCompany(
        "Rømmedal Mat AS",
        "large",
        "Orkland",
        "10.110",
        "Foredler kylling og grønnsaker, pakker døgnet rundt.",
        (
            ("Eli Moskaug", "fabrikksjef", "management"),
            ("Camilla Bye", "kvalitetsleder", "quality"),
            ("Ali Rahimi", "operatør", "operations"),
            ("Ingrid Løkken", "logistikksjef", "logistics"),
        ),
    ),
    DemoCompany(
        "Tindvik Elektro AS",
        "medium",
        "Orkland",
        "43.210",
        "Tavlebygging og automasjon for industrien.",
        (
            ("Jonas Reitvik", "avdelingsleder", "engineering"),
            ("Silje Røe", "prosjektmedarbeider", "projects"),
            ("Amina Yusuf", "automasjonsingeniør", "engineering"),
        ),
    ),
    DemoCompany(
        "Ulvåsen Betong AS",
        "medium",
        "Skaun",
        "23.610",
        "Betongelementer og ferdigbetong.",
        (
            ("Knut Ulvåsen", "daglig leder", "management"),
            ("Bente Sagli", "planlegger", "planning"),
            ("Tor Espen Lium", "prosjektleder", "projects"),
        ),
    ),
    DemoCompany(
        "Høgmo Gjenvinning AS",
        "small",
        "Orkland",
        "38.320",
        "Henter, sorterer og selger metall, tre og plast.",
        (("Oddvar Brekkhus", "driftsleder", "operations"), ("Mona Skjerve", "regnskapsmedarbeider", "finance")),
    ),
    DemoCompany(
        "Snillfjord Sveis AS",
        "small",
        "Orkland",
        "25.110",
        "Sveiste konstruksjoner til oppdrett og offshore.",
        (("Arild Snekvik", "daglig leder", "management"), ("Frode Berdal", "sveiser", "operations")),
    ),
    DemoCompany(
        "Geitastrand Aluminium AS",
        "medium",
        "Orkland",
        "24.420",
        "Ekstruderer og bearbeider aluminiumprofiler.",
        (
            ("Randi Eggen", "produksjonsleder", "operations"),
            ("Vegard Holm", "controller", "finance"),
            ("Nils Petter Rian", "operatør", "operations"),
        ),
    ),
    DemoCompany(
        "Svorkbygda Trevare AS",
        "small",
        "Orkland",
        "16.230",
        "Vinduer og dører i tre.",
        (("Gunn Svorkmo", "daglig leder", "management"), ("Jan Olav Gjøås", "snekker", "operations")),
    ),
    DemoCompany(
        "Nordavind Logistikk AS",
        "medium",
        "Orkland",
        "52.290",
        "Spedisjon og lager ved kaia.",
        (
            ("Tone Elshaug", "lagerleder", "logistics"),
            ("Morten Skjetne", "transportkoordinator", "logistics"),
            ("Kari Kvåle", "salgssjef", "sales"),
        ),
    ),
    DemoCompany(
        "Lauvåsen Bakeri AS",
        "medium",
        "Skaun",
        "10.710",
        "Brød og flatbrød til hele Midt-Norge.",
        (("Heidi Lauvås", "driftsleder", "operations"), ("Sindre By", "vedlikeholdsleder", "maintenance")),
    ),
    DemoCompany(
        "Trollheim Kabel AS",
        "large",
        "Orkland",
        "27.320",
        "Kabler og koblingsutstyr for kraft og sjø.",
        (
            ("Espen Troøyen", "fabrikksjef", "management"),
            ("Wenche Dahl", "HR-leder", "people"),
            ("Rune Aasen", "teknisk sjef", "engineering"),
            ("Pål Indergård", "skiftleder", "operations"),
        ),
    ),
    DemoCompany(
        "Bårdshaug Verktøy AS",
        "micro",
        "Orkland",
        "25.730",
        "Verktøy og lærer for små serier.",
        (("Kåre Bårdshaug", "daglig leder", "management"),),
    ),
    DemoCompany(
        "Gjølme Overflate AS",
        "small",
        "Orkland",
        "25.610",
        "Lakkerer og galvaniserer for naboene.",
        (("Anne Britt Gjølme", "daglig leder", "management"), ("Dag Rune Ofstad", "formann", "operations")),
    ),
    DemoCompany(
        "Meldal Hydraulikk AS",
        "small",
        "Orkland",
        "28.120",
        "Sylindre, slanger og service.",
        (("Svein Resell", "verksmester", "operations"), ("Line Kalstad", "innkjøper", "logistics")),
    ),
    DemoCompany(
        "Rennebu Smådeler AS",
        "micro",
        "Rennebu",
        "25.620",
        "Dreide smådeler, fire ansatte.",
        (("Ola Drugu", "daglig leder", "management"),),
    ),
    DemoCompany(
        "Fannrem Elektronikk AS",
        "small",
        "Orkland",
        "26.110",
        "Kretskort og sensorer for krevende miljø.",
        (("Ida Fannrem", "it-ansvarlig", "it"), ("Lars Grande", "produksjonsingeniør", "engineering")),
    ),
    DemoCompany(
        "Skjenald Papir AS",
        "medium",
        "Orkland",
        "17.210",
        "Bølgepapp og emballasje.",
        (
            ("Turid Hoem", "økonomimedarbeider", "finance"),
            ("Bjarne Aspås", "driftsleder", "operations"),
            ("Ragnhild Møst", "verneombud", "quality"),
        ),
    ),
    DemoCompany(
        "Hemnkjølen Energi AS",
        "medium",
        "Heim",
        "35.300",
        "Fjernvarme og damp til industrien.",
        (("Ståle Kjølen", "driftssjef", "operations"), ("Maria Berg", "prosjektleder", "projects")),
    ),
    DemoCompany(
        "Orkfjord Havbruk AS",
        "medium",
        "Orkland",
        "03.211",
        "Settefisk og service til oppdrett.",
        (("Trygve Viggen", "driftsleder", "operations"), ("Julie Sandvær", "innkjøper", "logistics")),
    ),
    DemoCompany(
        "Moe Industriservice AS",
        "small",
        "Orkland",
        "33.120",
        "Mekanisk service, dag og natt.",
        (("Steinar Moe", "daglig leder", "management"), ("Tommy Haltbakk", "mekaniker", "maintenance")),
    ),
    DemoCompany(
        "Kaiside Regnskap AS",
        "micro",
        "Orkland",
        "69.201",
        "Lønn og regnskap for industribedrifter.",
        (("Gro Kaldahl", "regnskapsfører", "finance"),),
        kind="finance",
        membership="partner",
    ),
    DemoCompany(
        "Fjorden videregående skole",
        "medium",
        "Orkland",
        "85.320",
        "Yrkesfag for industrien, med lærlinger i halvparten av bedriftene.",
        (("Einar Forve", "avdelingsleder yrkesfag", "people"), ("Sissel Bakk", "faglærer", "people")),
        kind="research",
        membership="associated",
    ),
    DemoCompany(
        "Nesvollen næringshage",
        "micro",
        "Orkland",
        "70.200",
        "Hjelper små bedrifter i gang.",
        (("Guro Nesvoll", "rådgiver", "projects"), ("Berit Aunet", "styreleder", "management")),
        kind="public",
        membership="associated",
    ),
)

LEADER = "Siv Tangvold"
BOARD = ("Anders Myrhaug", "Eli Moskaug", "Jonas Reitvik")
MEMBER = "Marte Haugen"
CONTACT = "Geir Solbakk"
CHAIR = "Berit Aunet"
CLUSTER_BOARD = ("Knut Ulvåsen", "Espen Troøyen", "Gunn Svorkmo", "Randi Eggen")
STAFF = "Nora Klyngestad"
NEWCOMER = "Nils Nyvoll"

LOGINS = {
    "staff": STAFF,
    "leader": LEADER,
    "board": BOARD[0],
    "clusterboard": CHAIR,
    "contact": CONTACT,
    "member": MEMBER,
    "new": NEWCOMER,
}
WITHOUT_EMAIL = ("Frode Berdal", "Roar Hegge")
IN_NYNORSK = ("Ragnhild Møst", "Svein Resell", "Line Kalstad")
IN_ENGLISH = ("Ali Rahimi", "Lars Grande")


def org_numbers() -> list[str]:
    """One valid test number for each company, the same at every run."""
    numbers = (f"3{serial:07d}{check}" for serial in range(1_047_311, 1_060_000, 37) for check in range(10))
    valid = (number for number in numbers if org_number_is_valid(number))
    return [next(valid) for _company in COMPANIES]


def email_of(name: str, company: str) -> str:
    """A login address for the seven who have one, else an address at the company's own test domain."""
    for login, owner in LOGINS.items():
        if owner == name:
            return f"{login}@{LOGIN_DOMAIN}"
    return f"{_ascii(name).replace(' ', '.')}@{domain_of(company)}"


def domain_of(company: str) -> str:
    """``fjordplast.example``: a domain that can never exist (RFC 2606)."""
    return f"{_ascii(company.removesuffix(' AS')).replace(' ', '-')}.example"


def _ascii(text: str) -> str:
    table = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ö": "o", "é": "e"})
    return text.lower().translate(table)
