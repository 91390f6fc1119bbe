"""Projects and who takes part."""

import datetime as dt

import factory
from django.utils import timezone

from projects.models import Participation, Project
from tests.factories.groups import ThemeFactory
from tests.factories.members import CompanyFactory


class ProjectFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Project

    title = factory.Sequence(lambda n: f"Prosjekt {n}")
    slug = factory.Sequence(lambda n: f"prosjekt-{n}")
    aim = "Alle vet hva de skal gjøre i morgen."
    theme = factory.SubFactory(ThemeFactory)
    group = factory.LazyAttribute(lambda o: o.theme.round.group)
    owner = factory.SubFactory(CompanyFactory)
    created_at = factory.LazyFunction(timezone.now)


class ParticipationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Participation

    project = factory.SubFactory(ProjectFactory)
    company = factory.SubFactory(CompanyFactory)
    joined_on = dt.date(2026, 1, 1)
