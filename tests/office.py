"""The admin in tests: a clerk of the office, the addresses of rows, and what pages cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.members import UserFactory


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False


@pytest.fixture
def clerk(db):
    """Staff who may not say who is staff."""
    return UserFactory(name="Knut Kontor", email="knut@example.com", is_staff=True)


@pytest.fixture
def office(clerk, client_of):
    return client_of(clerk)


def change(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def verb(row, name):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_verb", args=[row.pk, name])


def listing(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def words(response):
    return response.content.decode()


def costs(office, pages):
    found = {}
    for page in pages:
        office.get(page)
        with CaptureQueriesContext(connection) as seen:
            assert office.get(page).status_code == 200, page
        found[page] = len(seen)
    return found
