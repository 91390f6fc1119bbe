"""Companies, people and ties, valid and without surprises."""

import datetime as dt
import itertools

import factory
from django.utils import timezone

from members.enums import AffiliationRoad, AffiliationState, CompanyState
from members.models import Affiliation, Company, User

_serials = itertools.count(100_000)
_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)


def org_number(serial: int | None = None) -> str:
    """A nine-digit number with a right check digit, never used by a real company in tests (starts with 3)."""
    while True:
        serial = next(_serials) if serial is None else serial
        base = f"3{serial % 10_000_000:07d}"
        check = (11 - sum(w * int(d) for w, d in zip(_WEIGHTS, base, strict=True)) % 11) % 11
        if check < 10:
            return f"{base}{check}"
        serial = None


class CompanyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Company

    name = factory.Sequence(lambda n: f"Bedrift {n} AS")
    slug = factory.Sequence(lambda n: f"bedrift-{n}")
    org_number = factory.LazyFunction(org_number)
    state = CompanyState.ACTIVE
    size_class = "small"
    municipality = "Orkland"
    joined_on = dt.date(2020, 1, 1)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    name = factory.Sequence(lambda n: f"Person{n} Etternavn{n}")
    claimed_at = factory.LazyFunction(timezone.now)
    password = "!"


class AffiliationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Affiliation

    user = factory.SubFactory(UserFactory)
    company = factory.SubFactory(CompanyFactory)
    state = AffiliationState.ACTIVE
    road = AffiliationRoad.STAFF
    is_main = True
    started_on = dt.date(2020, 1, 1)
