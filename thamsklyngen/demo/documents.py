"""What the group's leader showed at the kickoff, put with the meeting afterwards."""

from datetime import date, timedelta

import typst

from meetings.actions.documents import add_document
from meetings.files.kinds import find_kind
from meetings.models import Meeting
from members.models import Affiliation
from thamsklyngen.demo import cast
from thamsklyngen.demo.times import at

TITLE = "Presentasjon: Hva stopper flyten?"
SLIDES = """
#set document(title: "Hva stopper flyten?")
#set page(width: 25.4cm, height: 14.3cm, margin: 1.8cm, fill: rgb("#f1f4f3"))
#set text(size: 22pt, lang: "nb", fill: rgb("#0d2c33"))
#set list(spacing: 1.1em)
= Hva stopper flyten?
Effektiv produksjon, oppstartsmøte på Damphuset
#pagebreak()
== Tre steder der det stopper
- Omstilling: verktøyet ligger ikke der det brukes
- Underlag: tegningen kommer etter jobben
- Papir mellom systemer: det samme skrives to ganger
#pagebreak()
== Lapper
+ Ett problem per lapp
+ Hvor ofte, hvor lenge, hvor mange
+ Heng den opp, så ser vi hvem som har det samme
"""


def add_slides(meeting: Meeting, ties: dict[str, Affiliation], day: date) -> None:
    """The day after, by the leader."""
    found = find_kind(typst.compile(SLIDES.encode(), format="pdf", pdf_standards=["ua-1"], ignore_system_fonts=True))
    leader, when = ties[cast.LEADER].user, at(day + timedelta(days=1), 9)
    add_document(meeting, found=found, given_name="Hva stopper flyten.pdf", title=TITLE, actor=leader, now=when)
