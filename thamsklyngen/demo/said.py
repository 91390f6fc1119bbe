"""What people of the demo said: the open labelled inputs, who said them, and how the board sorted them."""

import csv
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

DATA = Path(settings.BASE_DIR) / "groups" / "data" / "inputs_open.csv"

THEMES = {
    "project_management": "Prosjektstyring",
    "internal_communication": "Intern kommunikasjon",
    "management_tools": "Styringsverktøy",
    "process_digitalisation": "Digitalisering av prosesser",
    "planning_flow": "Planlegging og flyt",
    "maintenance": "Vedlikehold",
    "logistics": "Logistikk og transport",
    "competence": "Kompetanse",
}
# Rows of the file that lie unsorted on the desk, and what the board has already said about two of them.
UNSORTED = ("O21", "O22", "O23", "O27", "O29", "O30")
ANSWERED = {
    "O25": "Dette løser dere raskere direkte. Kontakten hos Meldal Hydraulikk tar gjerne en samtale om felles innkjøp."
}
PARKED = {"O24": "Vi tar det opp igjen når utdanningsgruppa er i gang til våren."}
MERGED = {"O03": "O02", "O06": "O05"}
PROJECT_THEME = "process_digitalisation"

# Who says what: (company, person). The rest is dealt out by company size in the order of the file.
VOICES = {
    "O13": ("Snillfjord Sveis AS", "Arild Snekvik"),
    "O16": ("Fjordplast AS", "Marte Haugen"),
    "O02": ("Kobberheim Stål AS", "Stian Aune"),
    "O14": ("Fjordplast AS", "Trine Moen"),
    "O09": ("Nordavind Logistikk AS", "Tone Elshaug"),
    "O10": ("Nordavind Logistikk AS", "Morten Skjetne"),
    "O23": ("Trollheim Kabel AS", "Espen Troøyen"),
    "O08": ("Skjenald Papir AS", "Ragnhild Møst"),
    "O22": ("Skjenald Papir AS", "Ragnhild Møst"),
    "O26": ("Trollheim Kabel AS", "Rune Aasen"),
    "O18": ("Bårdshaug Verktøy AS", "Kåre Bårdshaug"),
    "O21": ("Rømmedal Mat AS", "Camilla Bye"),
    "O17": ("Fannrem Elektronikk AS", "Lars Grande"),
    "O03": ("Rømmedal Mat AS", "Ali Rahimi"),
    "O28": ("Fannrem Elektronikk AS", "Ida Fannrem"),
    "O29": ("Skjenald Papir AS", "Turid Hoem"),
    "O30": ("Ulvåsen Betong AS", "Tor Espen Lium"),
    "O05": ("Høgmo Gjenvinning AS", "Mona Skjerve"),
}
ANONYMOUS = ("O06", "O20", "O27")
BOARD_ONLY = ("O15", "O24")
COMPANY_ONLY = ("O07", "O11", "O19", "O26")

COSTS = (
    ("daily", "minutes", "few"),
    ("weekly", "hour", "few"),
    ("weekly", "half_day", "one"),
    ("monthly", "day", "few"),
    ("daily", "hour", "one"),
    ("rarely", "day", "team"),
    ("weekly", "hour", "team"),
)


@dataclass(frozen=True)
class Said:
    """One row of the open data."""

    key: str
    language: str
    area: str
    theme: str
    size: str
    text: str

    @property
    def visibility(self) -> str:
        if self.key in ANONYMOUS:
            return "anonymous"
        if self.key in BOARD_ONLY:
            return "board"
        return "company" if self.key in COMPANY_ONLY else "named"


def inputs() -> list[Said]:
    """The thirty labelled inputs, in the order of the file."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return [
            Said(row["id"], row["lang"], row["area"], row["theme"], row["company_size"], row["text"])
            for row in csv.DictReader(file)
        ]
