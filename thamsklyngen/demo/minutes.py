"""The minutes of the demo's kickoff, and what was to be done after it."""

from datetime import date, timedelta

from meetings.actions.action_items import add_action, set_done
from meetings.actions.minutes import publish_minutes, save_minutes
from meetings.models import Meeting, Section
from members.models import Affiliation
from thamsklyngen.demo import cast
from thamsklyngen.demo.times import at

SECTIONS = (
    Section("", "Førti personer sa ja til å komme. Gruppestyret takker for oppmøtet."),
    Section(
        "Tre bedrifter forteller: der stopper det hos oss",
        "Tre bedrifter viste hvor flyten stopper hos dem: omstilling, venting på underlag og papir mellom systemer.",
    ),
    Section("Lapper: ett problem per lapp", "Lappene ligger i portalen. Runden står åpen til neste møte."),
    Section(
        "Veien videre",
        "Gruppestyret sorterer innspillene i temaer og legger fram hva vi prøver først.\n\n"
        "Vedtak: Neste møte er et arbeidsmøte på Damphuset.",
    ),
)


def write_minutes(meeting: Meeting, ties: dict[str, Affiliation], day: date) -> None:
    """Written the day after by the leader, published the day after that; one thing is done, one waits."""
    leader = ties[cast.LEADER].user
    written = at(day + timedelta(days=1), 9)
    version = save_minutes(meeting, sections=SECTIONS, base=0, actor=leader, now=written)
    done = add_action(
        meeting,
        what="Spørre Damphuset om rommet til neste møte",
        responsible=ties[cast.LEADER],
        due_on=day + timedelta(days=7),
        actor=leader,
        now=written,
    )
    add_action(
        meeting,
        what="Ta med bilder av tavla for omstilling til neste møte",
        responsible=ties[cast.MEMBER],
        due_on=day + timedelta(days=35),
        actor=leader,
        now=written,
    )
    out = at(day + timedelta(days=2), 9)
    publish_minutes(version.minutes, version=version.number, mail=False, actor=leader, now=out)
    set_done(done, is_done=True, actor=leader, now=at(day + timedelta(days=4), 10))
