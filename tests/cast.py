"""The cast everyone knows: one group, who sits where, and who stands outside.

``leader`` and ``board_member`` sit on the board of ``group``; ``member`` belongs to it; ``colleague`` works where
``member`` works; ``contact`` is that company's contact; ``other_member`` belongs to another group, in another company;
``outsider`` has a company but no group; ``newcomer`` has an account and no company; ``chair`` sits on the cluster board.
"""

import pytest
from django.test import Client

from members.models import User
from tests.factories.groups import ClusterBoardFactory, GroupFactory, MembershipFactory, RoleFactory
from tests.factories.members import AffiliationFactory, CompanyFactory, UserFactory


@pytest.fixture
def group(db):
    return GroupFactory(name="Effektiv produksjon", slug="effektiv-produksjon")


@pytest.fixture
def company(db):
    return CompanyFactory(name="Kobberheim Stål AS", slug="kobberheim-stal")


@pytest.fixture
def other_company(db):
    return CompanyFactory(name="Vassbotn Maskin AS", slug="vassbotn-maskin")


@pytest.fixture
def leader(group, other_company) -> User:
    tie = AffiliationFactory(user__name="Siv Tangvold", user__email="siv@example.com", company=other_company)
    RoleFactory(group=group, affiliation=tie, kind="leader")
    return tie.user


@pytest.fixture
def board_member(group) -> User:
    tie = AffiliationFactory(user__name="Anders Myrhaug", user__email="anders@example.com")
    RoleFactory(group=group, affiliation=tie)
    return tie.user


@pytest.fixture
def member(group, company) -> User:
    tie = AffiliationFactory(user__name="Marte Haugen", user__email="marte@example.com", company=company)
    MembershipFactory(group=group, affiliation=tie)
    return tie.user


@pytest.fixture
def contact(company) -> User:
    return AffiliationFactory(
        user__name="Kari Kontakt", user__email="kari@example.com", company=company, is_contact=True
    ).user


@pytest.fixture
def colleague(company) -> User:
    return AffiliationFactory(user__name="Ola Kollega", user__email="ola@example.com", company=company).user


@pytest.fixture
def other_member(db) -> User:
    tie = AffiliationFactory(user__name="Nina Nabo", user__email="nina@example.com")
    MembershipFactory(group__name="Logistikk", group__slug="logistikk", affiliation=tie)
    return tie.user


@pytest.fixture
def outsider(db) -> User:
    return AffiliationFactory(user__name="Ulf Utenfor", user__email="ulf@example.com").user


@pytest.fixture
def newcomer(db) -> User:
    return UserFactory(name="Nils Ny", email="nils@example.com")


@pytest.fixture
def chair(db) -> User:
    tie = AffiliationFactory(user__name="Berit Styre", user__email="berit@example.com")
    RoleFactory(group=ClusterBoardFactory(), affiliation=tie, kind="leader")
    return tie.user


@pytest.fixture
def staff(db) -> User:
    return UserFactory(name="Stine Stab", email="stine@example.com", is_staff=True, is_superuser=True)


@pytest.fixture
def client_of():
    """A signed-in browser for a person: ``client_of(member).get(...)``."""

    def make(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return make
