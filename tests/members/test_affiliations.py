"""Who belongs where: asking, deciding, leaving, handing on."""

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from mail.models import Message
from members import actions
from members.enums import AffiliationState, CompanyState, DomainState
from members.errors import AlreadyDecided, CompanyNotOpen, LastContact, Refused
from members.models import Affiliation, CompanyDomain
from members.rules import belongs_to, is_contact, main_affiliation
from tests.factories.members import AffiliationFactory, CompanyFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 24)


def verified(user, address=None):
    EmailAddress.objects.create(user=user, email=address or user.email, verified=True, primary=True)


def test_a_request_goes_to_the_contacts_by_mail_and_gives_no_right_yet(newcomer, company, contact):
    tie = actions.ask_to_join(newcomer, company, message=" Jeg er planlegger ", now=NOW)
    assert tie.state == AffiliationState.REQUESTED
    assert tie.message == "Jeg er planlegger"
    assert not belongs_to(newcomer, company)
    assert [row.recipient for row in Message.objects.all()] == [f"user:{contact.pk}"]


def test_a_request_to_a_company_without_contact_goes_to_staff(newcomer, company, staff):
    actions.ask_to_join(newcomer, company, now=NOW)
    row = Message.objects.get()
    assert (row.kind, row.recipient) == ("members.join_request_staff", f"user:{staff.pk}")


def test_asking_twice_is_asking_once(newcomer, company, contact):
    first = actions.ask_to_join(newcomer, company, now=NOW)
    assert actions.ask_to_join(newcomer, company, now=NOW) == first
    assert Message.objects.count() == 1


@pytest.mark.parametrize("state", [CompanyState.APPLIED, CompanyState.FORMER, CompanyState.REJECTED])
def test_nobody_can_ask_to_join_a_company_that_does_not_take_part(newcomer, state):
    with pytest.raises(CompanyNotOpen):
        actions.ask_to_join(newcomer, CompanyFactory(state=state), now=NOW)
    assert not Affiliation.objects.exists()


def test_a_verified_address_at_the_approved_domain_joins_at_once(newcomer, company, contact):
    CompanyDomain.objects.create(company=company, domain="example.com", state=DomainState.APPROVED)
    verified(newcomer)
    tie = actions.ask_to_join(newcomer, company, now=NOW)
    assert (tie.state, tie.road, tie.started_on) == ("active", "domain", TODAY)
    assert tie.is_main
    assert not Message.objects.exists()


def test_an_unverified_address_at_the_approved_domain_has_to_ask(newcomer, company, contact):
    CompanyDomain.objects.create(company=company, domain="example.com", state=DomainState.APPROVED)
    assert actions.ask_to_join(newcomer, company, now=NOW).state == AffiliationState.REQUESTED


def test_the_approved_domain_opens_no_other_company(newcomer, company, other_company):
    CompanyDomain.objects.create(company=company, domain="example.com", state=DomainState.APPROVED)
    verified(newcomer)
    assert actions.ask_to_join(newcomer, other_company, now=NOW).state == AffiliationState.REQUESTED


def test_both_sides_hear_of_an_approval(newcomer, company, contact):
    tie = actions.ask_to_join(newcomer, company, now=NOW)
    actions.approve_affiliation(tie, actor=contact, now=NOW)
    tie.refresh_from_db()
    assert (tie.state, tie.decided_by, tie.is_main) == ("active", contact, True)
    kinds = set(Message.objects.exclude(state="withdrawn").values_list("kind", "recipient"))
    assert kinds == {("members.request_decided", f"user:{newcomer.pk}")}


def test_the_second_to_decide_gets_the_truth(newcomer, company, contact, staff):
    tie = actions.ask_to_join(newcomer, company, now=NOW)
    actions.decline_affiliation(tie, actor=staff, now=NOW)
    with pytest.raises(AlreadyDecided) as caught:
        actions.approve_affiliation(tie, actor=contact, now=NOW)
    assert caught.value.affiliation.state == AffiliationState.DECLINED
    assert caught.value.affiliation.decided_by == staff
    assert not belongs_to(newcomer, company)


def test_after_a_no_the_person_may_ask_again(newcomer, company, contact):
    tie = actions.ask_to_join(newcomer, company, now=NOW)
    actions.decline_affiliation(tie, actor=contact, now=NOW)
    assert actions.ask_to_join(newcomer, company, now=NOW) != tie


def test_a_withdrawn_request_cannot_be_approved(newcomer, company, contact):
    tie = actions.ask_to_join(newcomer, company, now=NOW)
    actions.withdraw_request(tie, actor=newcomer, now=NOW)
    with pytest.raises(AlreadyDecided):
        actions.approve_affiliation(tie, actor=contact, now=NOW)


def test_leaving_ends_every_right_the_same_day_and_the_next_company_becomes_main(colleague, company, contact):
    second = AffiliationFactory(user=colleague, is_main=False)
    tie = Affiliation.objects.get(user=colleague, company=company)
    actions.end_affiliation(tie, actor=contact, on_day=TODAY)
    assert not belongs_to(colleague, company)
    second.refresh_from_db()
    assert second.is_main
    assert main_affiliation(colleague) == second


def test_the_last_contact_cannot_leave_before_naming_a_successor(contact, colleague, company):
    tie = Affiliation.objects.get(user=contact)
    for deed in (
        lambda: actions.end_affiliation(tie, actor=contact, on_day=TODAY),
        lambda: actions.stand_down(tie, actor=contact),
    ):
        with pytest.raises(LastContact):
            deed()
    assert is_contact(contact, company)


def test_staff_cannot_end_the_last_contact_either_while_there_are_colleagues(contact, colleague, staff):
    with pytest.raises(LastContact):
        actions.end_affiliation(Affiliation.objects.get(user=contact), actor=staff, on_day=TODAY)


def test_staff_may_end_the_only_person_of_a_company(contact, company, staff):
    actions.end_affiliation(Affiliation.objects.get(user=contact), actor=staff, on_day=TODAY)
    assert not belongs_to(contact, company)


def test_the_contact_role_is_handed_on_and_then_the_old_contact_may_leave(contact, colleague, company):
    mine, heir = (Affiliation.objects.get(user=user, company=company) for user in (contact, colleague))
    actions.hand_contact_on(mine, to=heir, actor=contact)
    assert not is_contact(contact, company)
    assert is_contact(colleague, company)
    actions.end_affiliation(mine, actor=contact, on_day=TODAY)


def test_the_contact_role_never_goes_to_another_company(contact, other_member):
    heir = Affiliation.objects.get(user=other_member)
    with pytest.raises(Refused):
        actions.hand_contact_on(Affiliation.objects.get(user=contact), to=heir, actor=contact)
    heir.refresh_from_db()
    assert not heir.is_contact


def test_a_person_with_two_companies_chooses_the_main_one(colleague, company):
    second = AffiliationFactory(user=colleague, is_main=False)
    actions.choose_main(second, actor=colleague)
    assert main_affiliation(colleague) == second
    assert Affiliation.objects.of(colleague).filter(is_main=True).count() == 1


def test_a_person_without_email_is_added_by_the_contact(contact, company):
    tie = actions.add_colleague(company, name="Odd Operatør", phone="91234567", job_title="", actor=contact, now=NOW)
    assert (tie.user.email, tie.user.claimed_at, tie.state) == (None, None, "active")
    assert not tie.user.is_reachable


def test_rights_stop_when_the_company_leaves_the_cluster(contact, company, staff):
    actions.end_company(company, actor=staff, now=NOW)
    assert not is_contact(contact, company)
    assert not belongs_to(contact, company)
    actions.reinstate_company(company, actor=staff, now=NOW)
    assert is_contact(contact, company)


def test_find_or_make_person_never_doubles_or_changes_a_person(colleague):
    assert actions.find_or_make_person(email=" OLA@Example.com. ", name="En Annen") == colleague
    assert colleague.name == "Ola Kollega"
    made = actions.find_or_make_person(email="ny@example.com", name="Ny Person", language="nn")
    assert (made.claimed_at, made.language, made.has_usable_password()) == (None, "nn", False)


def test_a_person_is_found_by_a_verified_second_address(colleague):
    EmailAddress.objects.create(user=colleague, email="ola@privat.example", verified=True)
    EmailAddress.objects.create(user=colleague, email="ola@ubekreftet.example", verified=False)
    assert actions.find_or_make_person(email="ola@privat.example") == colleague
    assert actions.find_or_make_person(email="ola@ubekreftet.example") != colleague


def test_claiming_keeps_the_name_that_staff_wrote_and_happens_once():
    person = UserFactory(name="Ivar Import", claimed_at=None)
    assert actions.claim_person(person, now=NOW, name="Hacker", language="en")
    assert (person.name, person.language, person.claimed_at) == ("Ivar Import", "en", NOW)
    assert not actions.claim_person(person, now=timezone.now())


def test_staff_hear_of_a_company_whose_only_contact_can_no_longer_sign_in(contact, colleague, staff, company):
    from mail.models import Message
    from members.actions import make_contact, set_active

    second = make_contact(colleague.affiliations.get(), actor=staff).user
    set_active(contact, active=False, actor=staff)
    assert not Message.objects.filter(kind="members.no_contact").exists()
    set_active(second, active=False, actor=staff)
    assert not Message.objects.filter(kind="members.no_contact").exists()  # nobody is left to look after
    set_active(second, active=True, actor=staff)
    AffiliationFactory(company=company)
    set_active(second, active=False, actor=staff)
    assert Message.objects.get(kind="members.no_contact").recipient == f"user:{staff.pk}"
