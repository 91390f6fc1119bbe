import pytest
from django.utils import timezone

from projects.models import Participation, Project
from tests.factories.groups import InputFactory
from tests.factories.projects import ParticipationFactory, ProjectFactory
from tests.office import change, clerk, costs, fresh, listing, office, verb, without_second_factor, words

__all__ = ["clerk", "office", "verb", "without_second_factor"]
pytestmark = pytest.mark.django_db


def test_projects_are_for_their_board_to_steer(office):
    row = ParticipationFactory(project=ProjectFactory(title="Tavlemøter"))
    project = row.project
    assert office.post(change(project), {"title": "Forfalsket", "state": "done"}).status_code == 403
    assert office.post(change(row), {"left_on": "2020-01-01"}).status_code == 403
    for model in (Project, Participation):
        assert office.get(f"{listing(model)}add/").status_code == 403
    assert office.post(change(project).replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert (fresh(project).title, fresh(project).state, fresh(row).left_on) == ("Tavlemøter", "planned", None)
    assert row.company.name in words(office.get(change(project)))


def test_lists_and_pages_cost_the_same_for_thirty_rows_as_for_three(office):
    now = timezone.now()
    first = ProjectFactory(created_at=now)

    def fill(number):
        for _ in range(number):
            project = ProjectFactory(created_at=now)
            InputFactory(round=project.theme.round, theme=project.theme, station="in_theme")
            ParticipationFactory(project=project)
            ParticipationFactory(project=first)

    pages = [listing(Project), listing(Participation), f"{listing(Project)}export/csv/", change(first)]
    fill(3)
    few = costs(office, pages)
    fill(27)
    assert costs(office, pages) == few
