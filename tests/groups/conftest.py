"""A round in the cast's group, and the form as a person fills it in."""

import datetime as dt

import pytest
from django.utils import timezone

from tests.factories.groups import RoundFactory


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def found(group):
    return RoundFactory(group=group)


@pytest.fixture
def room(found, company, other_company, now):
    """The round while its meeting lasts."""
    found.room_opens_at, found.room_closes_at = now - dt.timedelta(minutes=10), now + dt.timedelta(hours=2)
    found.save(update_fields=["room_opens_at", "room_closes_at"])
    found.invited_companies.add(company, other_company)
    return found


@pytest.fixture
def typed():
    """What the form sends."""

    def make(**more):
        return {
            "text": "Vi venter på verktøy ved hvert bytte på linje tre.",
            "kind": "bottleneck",
            "area": "production",
            "visibility": "company",
            "ticket": "t1",
            **more,
        }

    return make
