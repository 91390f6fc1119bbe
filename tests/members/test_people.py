"""The list of people, the card, the own profile: each shows what its owner chose."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members import actions
from members.models import Affiliation, User
from members.rules import main_affiliation
from tests.factories.members import AffiliationFactory

pytestmark = pytest.mark.django_db
PROFILE = {"name": "Ola Kollega", "language": "nb", "in_people_list": "on", "shows_attendance": "on"}


def test_the_list_is_for_members_alone(client_of, newcomer, member, staff):
    url = reverse("members:people")
    assert client_of(None).get(url).status_code == 302
    assert client_of(newcomer).get(url).status_code == 404
    assert client_of(member).get(url).status_code == 200
    assert client_of(staff).get(url).status_code == 200


def test_who_chose_not_to_stand_in_the_list_is_found_neither_there_nor_by_address(
    client_of, member, other_member, colleague
):
    User.objects.filter(pk__in=[other_member.pk, colleague.pk]).update(in_people_list=False)
    browser = client_of(member)
    assert other_member.name not in browser.get(reverse("members:people")).content.decode()
    assert browser.get(reverse("members:person", args=[other_member.pk])).status_code == 404
    assert browser.get(reverse("members:person", args=[colleague.pk])).status_code == 200


@pytest.mark.parametrize(("shows", "seen"), [(True, True), (False, False)])
def test_address_and_phone_are_shown_only_by_choice(client_of, member, other_member, shows, seen):
    User.objects.filter(pk=other_member.pk).update(shows_email=shows, shows_phone=shows, phone="912 34 567")
    page = client_of(member).get(reverse("members:person", args=[other_member.pk])).content.decode()
    assert (other_member.email in page) is seen
    assert ("912 34 567" in page) is seen


@pytest.mark.parametrize("field", ["is_active", "anonymised_at"])
def test_who_is_gone_has_no_card(client_of, member, other_member, field):
    from django.utils import timezone

    User.objects.filter(pk=other_member.pk).update(**{field: False if field == "is_active" else timezone.now()})
    assert client_of(member).get(reverse("members:person", args=[other_member.pk])).status_code == 404


@pytest.mark.parametrize("text", ["ærlend", "ÆRLEND", "Ærl", "ørsted mek"])
def test_people_are_found_by_name_and_company_in_any_case(client_of, member, text):
    tie = AffiliationFactory(user__name="Ærlend Åsen", company__name="Ørsted Mekaniske AS")
    page = client_of(member).get(reverse("members:people"), {"q": text})
    assert [row.pk for row in page.context["page"].rows] == [tie.user_id]


def test_a_person_with_two_companies_stands_once_with_both(client_of, member, colleague):
    AffiliationFactory(user=colleague, is_main=False, company__name="Annen Bedrift AS")
    page = client_of(member).get(reverse("members:people"), {"q": "Ola"})
    assert [row.pk for row in page.context["page"].rows] == [colleague.pk]
    assert "Annen Bedrift" in page.content.decode()


def count(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_the_list_of_people_costs_the_same_with_many_and_stays_small(client_of, member):
    browser, url = client_of(member), reverse("members:people")
    AffiliationFactory.create_batch(3)
    few = count(browser, url)
    AffiliationFactory.create_batch(80)
    assert count(browser, url) == few
    assert few <= 10
    assert len(browser.get(url).content) <= 40 * 1024


def test_i_change_my_own_profile_and_nothing_else(client_of, colleague, member):
    client_of(colleague).post(
        reverse("members:profile"),
        PROFILE
        | {
            "job_title": "Planlegger",
            "function": "planning",
            "phone": "91234567",
            "language": "nn",
            "is_staff": "on",
            "email": "ny@annen.example",
            "pk": member.pk,
            "claimed_at": "",
        },
    )
    colleague.refresh_from_db()
    assert (colleague.job_title, colleague.function, colleague.language) == ("Planlegger", "planning", "nn")
    assert (colleague.is_staff, colleague.email) == (False, "ola@example.com")
    assert colleague.claimed_at is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "Klyngestyret"),
        ("phone", "ring"),
        ("function", "sjef"),
        ("language", "sv"),
        ("job_title", "x" * 81),
    ],
)
def test_a_bad_profile_is_refused_beside_the_field_and_kept_as_typed(client_of, colleague, field, value):
    response = client_of(colleague).post(reverse("members:profile"), PROFILE | {field: value})
    assert response.status_code == 422
    assert response.context["form"].errors[field]
    before = colleague.name
    colleague.refresh_from_db()
    assert colleague.name == before


def test_the_next_page_comes_in_the_language_just_chosen(client_of, colleague):
    response = client_of(colleague).post(reverse("members:profile"), PROFILE | {"language": "en"}, follow=True)
    assert '<html lang="en"' in response.content.decode()


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "<img src=x onerror=alert(1)>", "{{7*7}} %s%n"])
def test_a_name_is_shown_literally_everywhere(client_of, member, colleague, contact, company, name):
    actions.update_profile(colleague, actor=colleague, name=name)
    from django.utils.html import escape

    for browser, url in (
        (client_of(member), reverse("members:people")),
        (client_of(member), reverse("members:person", args=[colleague.pk])),
        (client_of(contact), reverse("members:company_people", args=[company.slug])),
        (client_of(colleague), reverse("members:profile")),
    ):
        page = browser.get(url).content.decode()
        assert escape(name) in page
        assert "<img src=x" not in page


def test_i_choose_which_of_two_companies_i_act_for(client_of, colleague):
    second = AffiliationFactory(user=colleague, is_main=False)
    client_of(colleague).post(reverse("members:choose_main", args=[second.pk]))
    assert main_affiliation(colleague) == second


def test_nobody_chooses_or_leaves_for_another(client_of, colleague, member):
    tie = Affiliation.objects.get(user=member)
    for name in ("choose_main", "leave"):
        assert client_of(colleague).post(reverse(f"members:{name}", args=[tie.pk])).status_code == 404
    tie.refresh_from_db()
    assert tie.state == "active"


@pytest.mark.parametrize("name", ["choose_main", "leave", "withdraw_request"])
def test_deeds_need_a_post(client_of, colleague, name):
    tie = Affiliation.objects.get(user=colleague)
    assert client_of(colleague).get(reverse(f"members:{name}", args=[tie.pk])).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/people/",
        "/people/1/",
        "/me/profile/",
        "/me/mail/",
        "/companies/find/",
        "/companies/new/",
        "/companies/waiting/",
        "/companies/kobberheim-stal/people/",
        "/companies/kobberheim-stal/people/invite/",
        "/companies/kobberheim-stal/edit/",
    ],
)
def test_who_is_not_signed_in_is_asked_to_and_led_back(client, company, path):
    response = client.get(path)
    assert response.status_code == 302
    assert response.url == f"/accounts/login/?next={path}"
