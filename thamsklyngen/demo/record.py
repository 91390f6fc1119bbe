"""The published record of the first group, 2018: as history, and nothing more."""

from datetime import date

SOURCE = "thamsklyngen.no, «Oppstart av kompetansegruppen Effektiv produksjon»"

PAST_EVENTS = (
    {
        "on_day": date(2018, 11, 28),
        "when": "slutten av november 2018",
        "title": "Oppstartsmøte på Damphuset",
        "text": (
            "Om lag 40 deltakere møttes for å si hva som er de største flaskehalsene når interne prosesser skal bli "
            "mer effektive, i produksjon og administrasjon. Det som gikk igjen: prosjektstyring, intern kommunikasjon, "
            "styringsverktøy og muligheter i å digitalisere prosesser."
        ),
    },
    {
        "on_day": date(2018, 11, 29),
        "when": "november 2018",
        "title": "Det første gruppestyret",
        "text": (
            "Torbjørn Evjen (HAMOS, leder), Erik Dragset (Simpro), Erlend Gjønnes (Orkel) og "
            "Bjørn Saugestad (Elkem Thamshavn)."
        ),
    },
    {
        "on_day": date(2018, 12, 20),
        "when": "slutten av desember 2018",
        "title": "Mandatet til klyngestyret",
        "text": "Gruppestyret la fram mandatet på møtet i klyngestyret, som grunnlag for aktivitetene i 2019.",
    },
)
