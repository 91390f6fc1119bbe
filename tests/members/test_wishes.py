"""What mail a person wants, and stopping it from the mail."""

import pytest
from django.test import Client
from django.urls import reverse

from mail.links import make_token
from members import actions
from members.models import MailWish
from members.notices import not_wanting, unsubscribe_url, wants

pytestmark = pytest.mark.django_db
KIND = "members.join_request"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def path(user, kind=KIND):
    return unsubscribe_url(user, kind).removeprefix("http://testserver")


def test_no_row_means_wanted_and_essential_mail_has_no_choice(contact):
    assert wants(contact, KIND)
    actions.set_wishes(contact, wishes={KIND: "off", "members.invite": "off", "members.request_decided": "off"})
    assert not wants(contact, KIND)
    assert wants(contact, "members.request_decided")
    assert list(MailWish.objects.values_list("kind", flat=True)) == [KIND]


def test_asking_for_many_people_is_one_query(contact, colleague, django_assert_num_queries):
    actions.unsubscribe(contact, kind=KIND)
    with django_assert_num_queries(1):
        assert not_wanting([contact.pk, colleague.pk], KIND) == {contact.pk}


def test_one_click_in_the_mail_program_stops_the_mail_without_cookie(contact):
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(path(contact), ONE_CLICK).status_code == 200
    assert not wants(contact, KIND)
    assert browser.post(path(contact), ONE_CLICK).status_code == 200


def test_opening_the_link_changes_nothing(client, contact):
    for method in (client.get, client.head):
        assert method(path(contact)).status_code == 200
    assert wants(contact, KIND)


@pytest.mark.parametrize("body", [{}, {"List-Unsubscribe": "One-click"}, {"answer": "yes"}])
def test_a_wrong_body_is_refused(client, contact, body):
    assert client.post(path(contact), body).status_code == 400
    assert wants(contact, KIND)


def test_a_forged_link_or_one_of_another_purpose_stops_nothing(client, contact):
    for token in (
        "abc",
        path(contact).split("/")[2][:-2],
        make_token("answer", f"{contact.pk}.{KIND}"),
        make_token("unsubscribe", f"{contact.pk}.no.such"),
        make_token("unsubscribe", ""),
    ):
        response = client.post(reverse("members:unsubscribe", args=[token]), ONE_CLICK)
        assert response.status_code == 200
        assert contact.name not in response.content.decode()
    assert not MailWish.objects.exists()


def test_the_page_offers_the_office_s_mails_to_staff_alone(client_of, colleague, staff):
    url = reverse("members:mail")
    kinds = lambda user: {choice.kind for choice in client_of(user).get(url).context["choices"]}  # noqa: E731
    assert "members.company_applied" in kinds(staff)
    assert "members.company_applied" not in kinds(colleague)
    assert KIND in kinds(colleague)


def test_each_kind_is_chosen_by_itself(client_of, colleague):
    url = reverse("members:mail")
    client_of(colleague).post(url, {KIND: "off", "members.no.such": "off"})
    assert not wants(colleague, KIND)
    assert wants(colleague, "members.request_reminder")
    client_of(colleague).post(url, {KIND: "now"})
    assert wants(colleague, KIND)


def test_a_kind_that_is_not_in_the_form_stays_as_it_was(client_of, colleague):
    client_of(colleague).post(reverse("members:mail"), {KIND: "off"})
    client_of(colleague).post(reverse("members:mail"), {"members.request_reminder": "off"})
    assert not wants(colleague, KIND)


def test_who_unsubscribed_gets_no_such_mail_any_more(newcomer, company, contact, post_office):
    from django.utils import timezone

    actions.ask_to_join(newcomer, company, now=timezone.now())
    actions.unsubscribe(contact, kind=KIND)
    assert post_office() == []
