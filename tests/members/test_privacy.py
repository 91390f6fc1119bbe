"""Taking a person out in place, and the promise that every key to a person was thought of."""

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.utils import timezone

from mail.models import Message
from members import actions, privacy
from members.models import Affiliation, Company, Invite, User
from tests.factories.members import AffiliationFactory, UserFactory

pytestmark = pytest.mark.django_db


def keys_to_people():
    for model in apps.get_models(include_auto_created=False):
        if model.__name__.startswith("Historical"):
            continue  # copies of rows; emptied with them
        for field in model._meta.get_fields():
            concrete = field.concrete and field.is_relation and not field.auto_created
            if concrete and field.related_model in (User, Company):
                yield f"{model._meta.app_label}.{model.__name__}.{field.name}"


def test_every_key_to_a_person_or_company_was_thought_of():
    missing = set(keys_to_people()) - set(privacy.declared_keys())
    assert not missing, f"no app says what becomes of {sorted(missing)} when a person is taken out"


def test_no_app_speaks_for_a_key_that_is_gone():
    own = set(keys_to_people()) | {"members.User.groups", "members.User.user_permissions"}
    assert not {key for key in privacy.declared_keys() if key not in own}


@pytest.fixture
def person(company, staff):
    person = AffiliationFactory(
        user__name="Quintus Xylofonsen", user__email="quintus@firma.example", user__phone="91199119", company=company
    ).user
    EmailAddress.objects.create(user=person, email="quintus@firma.example", verified=True, primary=True)
    EmailAddress.objects.create(user=person, email="quintus@privat.example", verified=True)
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    actions.unsubscribe(person, kind="members.join_request")
    Invite.objects.create(
        company=company,
        email="quintus@privat.example",
        name="Quintus Xylofonsen",
        created_at=timezone.now(),
        expires_at=timezone.now(),
    )
    LogEntry.objects.create(
        user=staff,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(person.pk),
        object_repr="Quintus Xylofonsen",
        action_flag=2,
    )
    Message.objects.create(
        kind="members.join_request",
        recipient=f"user:{person.pk}",
        to="quintus@firma.example",
        subject="Hei Quintus",
        text="Quintus",
        state="sent",
        sent_at=timezone.now(),
    )
    Message.objects.create(kind="members.join_request", recipient=f"user:{person.pk}")
    actions.ask_to_join(
        person, AffiliationFactory(is_contact=True).company, message="Jeg er Quintus", now=timezone.now()
    )
    return person


def every_text_of_the_database():
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, (models.CharField, models.TextField, models.JSONField)):
                for value in model._base_manager.values_list(field.attname, flat=True):
                    yield f"{model.__name__}.{field.name}", str(value)


def test_nothing_of_the_person_is_left_anywhere_and_the_row_stays(person, staff):
    actions.anonymise_person(person, actor=staff, now=timezone.now())
    left = {where for where, text in every_text_of_the_database() if "uintus" in text or "91199119" in text}
    assert left == set()
    row = User.objects.get(pk=person.pk)
    assert (row.name, row.email, row.is_active) == ("", None, False)
    assert row.anonymised_at is not None
    assert str(row) not in ("", "None")
    assert not Authenticator.objects.exists()


def test_the_ties_end_and_stay_with_the_company(person, company, staff):
    actions.anonymise_person(person, actor=staff, now=timezone.now())
    assert sorted(Affiliation.objects.of(person).values_list("state", flat=True)) == ["ended", "withdrawn"]
    assert Affiliation.objects.of(person).for_company(company).exists()


def test_a_session_is_dead_on_the_next_request(client_of, person, staff):
    browser = client_of(person)
    assert browser.get("/me/profile/").status_code == 200
    actions.anonymise_person(person, actor=staff, now=timezone.now())
    assert browser.get("/me/profile/").status_code == 302


def test_staff_hear_when_the_last_contact_is_taken_out(contact, colleague, company, staff):
    actions.anonymise_person(contact, actor=staff, now=timezone.now())
    assert Message.objects.get(kind="members.no_contact").recipient == f"user:{staff.pk}"


def test_twice_is_the_same_as_once(person, staff):
    first = timezone.now()
    actions.anonymise_person(person, actor=staff, now=first)
    actions.anonymise_person(person, actor=staff, now=first + dt.timedelta(days=1))
    person.refresh_from_db()
    assert person.anonymised_at == first


def test_the_address_is_free_for_a_new_person_afterwards(person, staff):
    actions.anonymise_person(person, actor=staff, now=timezone.now())
    assert actions.find_or_make_person(email="quintus@firma.example") != person


def test_createstaff_makes_an_office_account_that_a_code_opens(capsys):
    call_command("createstaff", "Kontor@Klynge.example", name="Kontoret Sitt")
    person = User.objects.get(email="kontor@klynge.example")
    assert (person.is_staff, person.is_superuser, person.has_usable_password()) == (True, True, False)
    call_command("createstaff", "kontor@klynge.example")
    assert User.objects.count() == 1
    with pytest.raises(CommandError):
        call_command("createstaff", "ikke en adresse")


def test_resetmfa_removes_a_lost_second_factor():
    person = UserFactory(is_staff=True)
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    call_command("resetmfa", person.email.upper())
    assert not Authenticator.objects.exists()
    with pytest.raises(CommandError):
        call_command("resetmfa", "ingen@firma.example")


def test_the_database_keeps_one_main_company_and_one_open_tie(colleague, company):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        AffiliationFactory(user=colleague, company=company, is_main=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        AffiliationFactory(user=colleague, is_main=True)
    assert connection.vendor in {"sqlite", "postgresql"}
