"""Who may do what with a project. Rights are relations on a day; nothing here is stored."""

from datetime import date

from groups.rules import sits_on_board
from members.models import Affiliation, Company
from members.rules import Someone as Person
from projects.enums import ProjectState
from projects.models import Participation, Project


def may_steer(user: Person, project: Project, on_day: date) -> bool:
    """The board of the project's group: title, aim, state and owner."""
    return sits_on_board(user, project.group, on_day)


def takes_companies(project: Project) -> bool:
    """Companies join and leave while it is planned or running."""
    return project.state in {ProjectState.PLANNED, ProjectState.RUNNING}


def ties_of(user: Person, on_day: date) -> list[Affiliation]:
    """The companies that the person speaks for on the day, the main one first."""
    if not user.is_authenticated:
        return []
    return list(Affiliation.objects.of(user).active(on_day).select_related("company"))


def may_leave(participation: Participation) -> bool:
    """A company leaves when it likes, but not while it owns the project."""
    return participation.company_id != participation.project.owner_id


def shows_name(company: Company, viewer: Person) -> bool:
    """Signed-in people see who takes part; others those that stand in the public list."""
    return viewer.is_authenticated or company.is_public
