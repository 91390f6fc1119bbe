"""Companies: found, registered, decided, shown, and their e-mail domains."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from mail.models import Message
from members import actions
from members.domains import company_for_address, fold_domain, free_mail_domains, twin_of, why_never
from members.enums import CompanyState, DomainState
from members.errors import CompanyDecided, DomainRefused
from members.folding import fold_name
from members.models import Affiliation, Company, CompanyDomain
from members.rules import is_contact
from tests.factories.members import AffiliationFactory, CompanyFactory, UserFactory, org_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def newcomers_browser(client_of, newcomer):
    return client_of(newcomer)


def find(client, text):
    return client.get(reverse("members:find_company"), {"q": text})


def names(response):
    return [company.name for company, _tie in response.context["hits"]]


@pytest.mark.parametrize("spelling", ["{0}", "{1} {2} {3}", "NO {0} MVA", "no{0}mva", " {1}\u00a0{2}.{3} ", "NO{0}MVA"])
def test_a_company_is_found_by_every_spelling_of_its_number(newcomers_browser, spelling):
    number = org_number()
    company = CompanyFactory(org_number=number)
    typed = spelling.format(number, number[:3], number[3:6], number[6:])
    assert names(find(newcomers_browser, typed)) == [company.name]


@pytest.mark.parametrize("typed", ["912345679", "91234567", "9123456789", "1" * 100])
def test_a_number_that_cannot_be_one_is_refused_in_words_and_kept(newcomers_browser, typed):
    response = find(newcomers_browser, typed)
    assert response.context["form"].errors["q"]
    assert typed in response.content.decode()


@pytest.mark.parametrize("typed", ["kobberheim", "KOBBERHEIM STÅL", "Kobberheim  Stål A/S", "heim stå"])
def test_a_company_is_found_by_its_folded_name(newcomers_browser, company, typed):
    assert names(find(newcomers_browser, typed.replace("A/S", "AS"))) == [company.name]


def test_companies_that_do_not_take_part_are_not_found(newcomers_browser):
    for state in (CompanyState.APPLIED, CompanyState.FORMER, CompanyState.REJECTED):
        CompanyFactory(name=f"Skjult {state}", state=state)
    assert names(find(newcomers_browser, "Skjult")) == []


def test_a_blank_search_shows_nothing_rather_than_everything(newcomers_browser, company):
    assert not find(newcomers_browser, "  ").context["hits"]
    assert not find(newcomers_browser, "AS").context["hits"]


def test_the_company_of_the_mail_domain_is_one_press_away(newcomers_browser, newcomer, company, colleague):
    CompanyDomain.objects.create(company=company, domain="example.com", state=DomainState.APPROVED)
    EmailAddress.objects.create(user=newcomer, email=newcomer.email, verified=True)
    page = newcomers_browser.get(reverse("members:find_company"))
    assert page.context["suggestion"] == company
    response = newcomers_browser.post(reverse("members:ask_to_join"), {"company": company.pk})
    assert response.url == reverse("groups")
    assert Affiliation.objects.get(user=newcomer).state == "active"


def test_an_unverified_address_suggests_nothing(newcomers_browser, newcomer, company):
    CompanyDomain.objects.create(company=company, domain="example.com", state=DomainState.APPROVED)
    EmailAddress.objects.create(user=newcomer, email=newcomer.email, verified=False)
    assert "suggestion" not in newcomers_browser.get(reverse("members:find_company")).context


def test_after_asking_the_person_sees_whom_to_ring_and_may_withdraw(newcomers_browser, newcomer, company, contact):
    response = newcomers_browser.post(reverse("members:ask_to_join"), {"company": company.pk, "message": "Hei"})
    assert response.url == reverse("members:waiting")
    page = newcomers_browser.get(response.url)
    assert "Kari" in page.content.decode()
    tie = Affiliation.objects.get(user=newcomer)
    newcomers_browser.post(reverse("members:withdraw_request", args=[tie.pk]))
    tie.refresh_from_db()
    assert tie.state == "withdrawn"


def test_nobody_withdraws_another_person_s_request(newcomers_browser, company, colleague):
    tie = actions.ask_to_join(UserFactory(), company, now=timezone.now())
    assert newcomers_browser.post(reverse("members:withdraw_request", args=[tie.pk])).status_code == 404


@pytest.mark.parametrize("value", ["", "abc", "999999", "-1", "1e9"])
def test_asking_for_a_company_that_is_not_there_writes_nothing(newcomers_browser, value):
    assert newcomers_browser.post(reverse("members:ask_to_join"), {"company": value}).status_code == 422
    assert not Affiliation.objects.exists()


def test_nobody_can_ask_more_companies_than_a_few_at_a_time(newcomers_browser, newcomer):
    for _ in range(7):
        newcomers_browser.post(reverse("members:ask_to_join"), {"company": CompanyFactory().pk})
    assert Affiliation.objects.of(newcomer).requested().count() == 5


def apply(client, **fields):
    data = {"name": "Ny Mekanikk AS", "org_number": org_number(), "municipality": "Orkland", "size_class": "small"}
    return client.post(reverse("members:new_company"), data | fields)


def test_a_new_company_waits_for_staff_and_its_founder_becomes_contact(newcomers_browser, newcomer, staff):
    response = apply(newcomers_browser, domain="nymekanikk.no", website="nymekanikk.no")
    assert response.url == reverse("members:waiting")
    company = Company.objects.get()
    assert (company.state, company.website) == ("applied", "https://nymekanikk.no")
    assert not is_contact(newcomer, company)
    kinds = set(Message.objects.values_list("kind", "recipient"))
    assert kinds == {(f"members.{kind}", f"user:{staff.pk}") for kind in ("company_applied", "domain_claimed")}
    actions.approve_company(company, actor=staff, now=timezone.now())
    company.refresh_from_db()
    assert company.state == "active"
    assert is_contact(newcomer, company)
    assert Message.objects.filter(kind="members.company_decided", recipient=f"user:{newcomer.pk}").exists()


def test_a_rejected_company_gives_nobody_anything_and_is_decided_once(newcomers_browser, newcomer, staff):
    apply(newcomers_browser)
    company = Company.objects.get()
    actions.reject_company(company, actor=staff, now=timezone.now())
    with pytest.raises(CompanyDecided):
        actions.approve_company(company, actor=staff, now=timezone.now())
    assert not Affiliation.objects.filter(state__in=["requested", "active"]).exists()


def test_a_company_that_is_in_the_register_is_not_registered_twice(newcomers_browser, company):
    response = apply(newcomers_browser, org_number=company.org_number)
    assert response.status_code == 422
    assert response.context["form"].errors["org_number"]
    assert Company.objects.count() == 1


@pytest.mark.parametrize("spelling", ["KOBBERHEIM  stål", "kobberheim stål as", "Kobberheim Stål ASA"])
def test_the_same_name_is_a_warning_that_people_can_answer(newcomers_browser, company, spelling):
    assert fold_name(spelling) == company.name_folded
    response = apply(newcomers_browser, name=spelling)
    assert response.status_code == 422
    assert company.name in response.content.decode()
    assert spelling in response.content.decode().replace("&nbsp;", " ") or "value=" in response.content.decode()
    assert apply(newcomers_browser, name=spelling, same_name_is_fine="on").status_code == 302
    assert Company.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("website", "javascript:alert(1)"),
        ("website", "data:text/html,x"),
        ("website", "//evil"),
        ("website", "ftp://firma.no"),
        ("org_number", "NO 12A 456 789"),
        ("org_number", "9" * 30),
        ("org_number", "912345679"),
        ("name", "   "),
        ("name", "\u200b"),
        ("name", "x" * 121),
        ("municipality", "x" * 61),
        ("size_class", "enorm"),
        ("domain", "gmail.com"),
        ("domain", "co.uk"),
        ("domain", "x" * 130),
    ],
)
def test_bad_facts_about_a_company_are_refused_beside_the_field_and_write_nothing(newcomers_browser, field, value):
    response = apply(newcomers_browser, **{field: value})
    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert not Company.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize("phone", ["ringmeg", "1" * 1000, "12", "+47 <script>", "٠١٢٣٤٥٦٧"])
def test_bad_phone_numbers_are_refused_on_the_company_s_page(client_of, contact, company, phone):
    response = client_of(contact).post(
        reverse("members:company_edit", args=[company.slug]), {"name": "X", "phone": phone}
    )
    assert response.context["form"].errors["phone"]


@pytest.mark.parametrize(
    "domain",
    ["gmail.com", "gmx.de", "web.de", "t-online.de", "mailinator.com", "hotmail.no", "online.no", "x.gmail.com"],
)
def test_free_mail_can_never_let_people_in(company, contact, domain):
    with pytest.raises(DomainRefused):
        actions.claim_domain(company, domain=domain, actor=contact)
    row = CompanyDomain(company=company, domain=domain)
    row.save()
    with pytest.raises(DomainRefused):
        actions.approve_domain(row, actor=contact, now=timezone.now())
    CompanyDomain.objects.update(state=DomainState.APPROVED)
    assert company_for_address(f"en@{domain}") is None


@pytest.mark.parametrize(
    "domain", ["co.uk", "de", "no", "github.io", "localhost", "kommune.no", "", "a..b", "1.2.3.4", "-a.no"]
)
def test_what_nobody_owns_is_refused(domain):
    assert why_never(domain)


def test_the_list_of_free_mail_says_its_version():
    from members.domains import FREE_MAIL_FILE

    assert "Version 20" in FREE_MAIL_FILE.read_text(encoding="utf-8").splitlines()[1]
    assert {"gmail.com", "outlook.com", "online.no"} <= free_mail_domains()
    assert all(domain == fold_domain(domain) for domain in free_mail_domains())


@pytest.mark.parametrize(
    ("address", "matches", "with_subdomains"),
    [
        ("a@firma.example", True, False),
        ("A@FIRMA.EXAMPLE.", True, False),
        ("a@evil-firma.example", False, True),
        ("a@firma.example.evil.example", False, True),
        ("a@sub.firma.example", False, False),
        ("a@sub.firma.example", True, True),
        ("a@xn--frma-7pa.example", False, True),
        ("a@fırma.example", False, True),
        ("firma.example@evil.example", False, True),
    ],
)
def test_only_the_exact_domain_lets_people_in_unless_subdomains_were_approved(
    company, address, matches, with_subdomains
):
    CompanyDomain.objects.create(
        company=company, domain="firma.example", state=DomainState.APPROVED, with_subdomains=with_subdomains
    )
    assert (company_for_address(address) == company) is matches


@pytest.mark.parametrize("state", [DomainState.CLAIMED, DomainState.REFUSED])
def test_a_domain_that_is_not_approved_lets_nobody_in(company, state):
    CompanyDomain.objects.create(company=company, domain="firma.example", state=state)
    assert company_for_address("a@firma.example") is None


def test_a_twin_in_other_letters_is_another_domain_and_shown_to_staff(company, other_company, staff, post_office):
    real = CompanyDomain.objects.create(company=company, domain="firma.example", state=DomainState.APPROVED)
    twin = actions.claim_domain(other_company, domain="fіrmа.example", actor=staff)
    assert twin.domain.startswith("xn--")
    assert twin_of(twin) == real
    assert company_for_address(f"a@{twin.domain}") is None
    assert company.name in post_office()[0].body


def test_claiming_a_domain_that_another_company_holds_says_nothing_about_the_holder(
    client_of, contact, company, other_company, staff
):
    CompanyDomain.objects.create(company=other_company, domain="firma.example", state=DomainState.APPROVED)
    response = client_of(contact).post(
        reverse("members:claim_domain", args=[company.slug]), {"domain": "firma.example"}, follow=True
    )
    assert other_company.name not in response.content.decode()
    row = CompanyDomain.objects.get(company=company)
    assert row.state == DomainState.CLAIMED
    with pytest.raises(DomainRefused):
        actions.approve_domain(row, actor=staff, now=timezone.now())


def test_the_domain_stays_with_the_company_when_its_founder_changes_address(company, contact):
    row = actions.claim_domain(company, domain="kobberheim.no", actor=contact)
    contact.email = "kari@privat.example"
    contact.save(update_fields=["email"])
    row.refresh_from_db()
    assert (row.company, row.domain) == (company, "kobberheim.no")


def test_everybody_sees_the_companies_that_agreed_and_members_see_all(client, client_of, member, company):
    CompanyFactory(name="Sky Bedrift AS", is_public=False)
    CompanyFactory(name="Søker AS", state=CompanyState.APPLIED)
    page = client.get(reverse("members:companies")).content.decode()
    assert company.name in page
    assert "Sky Bedrift" not in page
    inside = client_of(member).get(reverse("members:companies")).content.decode()
    assert "Sky Bedrift" in inside
    assert "Søker" not in inside


def test_the_list_of_companies_costs_the_same_with_many_and_pages_by_key(client, same_queries):
    CompanyFactory.create_batch(3)
    url = reverse("members:companies")
    CompanyFactory(name="Unik Bedrift")
    few = f"{url}?q=Unik"
    CompanyFactory.create_batch(60)
    same_queries(few, url)
    first = client.get(url).context["page"]
    assert len(first.rows) == 50
    second = client.get(url + first.older).context["page"]
    assert not {row.pk for row in first.rows} & {row.pk for row in second.rows}
    assert len(second.rows) == Company.objects.count() - 50
    assert [row.pk for row in client.get(url + second.newer).context["page"].rows] == [row.pk for row in first.rows]


@pytest.mark.parametrize(
    "query", ["?after=abc", "?after=999999999999999999999", "?before=-1", "?q=%00", "?q=" + "x" * 5000]
)
def test_odd_queries_never_break_the_list(client, company, query):
    assert client.get(reverse("members:companies") + query).status_code == 200


def test_the_contact_edits_the_page_colleagues_may_not_and_others_find_nothing(
    client_of, contact, colleague, outsider, company
):
    url = reverse("members:company_edit", args=[company.slug])
    assert client_of(colleague).get(url).status_code == 403
    assert client_of(outsider).get(url).status_code == 404
    assert client_of(None).get(url).status_code == 302
    response = client_of(contact).post(
        url,
        {
            "name": company.name,
            "about": "Vi sveiser.",
            "website": "https://kobberheim.no",
            "is_public": "on",
            "state": "former",
            "membership_kind": "partner",
        },
    )
    assert response.status_code == 302
    company.refresh_from_db()
    assert (company.about, company.state, company.membership_kind) == ("Vi sveiser.", "active", "core")


def test_the_contact_of_one_company_reaches_nothing_of_another(client_of, contact, other_company, leader):
    tie = Affiliation.objects.get(user=leader)
    client = client_of(contact)
    for name in ("approve", "decline", "end", "make_contact", "stand_down", "hand_on"):
        assert client.post(reverse(f"members:{name}", args=[other_company.slug, tie.pk])).status_code == 404
        own = reverse(f"members:{name}", args=["kobberheim-stal", tie.pk])
        assert client.post(own).status_code == 404
    tie.refresh_from_db()
    assert tie.state == "active"


def test_a_former_contact_with_a_session_has_no_right_on_the_next_request(
    client_of, contact, colleague, company, staff
):
    browser = client_of(contact)
    url = reverse("members:company_people", args=[company.slug])
    assert browser.get(url).status_code == 200
    mine, heir = (Affiliation.objects.get(user=user) for user in (contact, colleague))
    actions.hand_contact_on(mine, to=heir, actor=staff)
    assert browser.get(url).status_code == 403
    actions.end_affiliation(mine, actor=staff, on_day=timezone.localdate())
    assert browser.get(url).status_code == 404


def test_the_people_page_costs_the_same_with_many(client_of, contact, company, same_queries):
    browser = client_of(contact)
    url = reverse("members:company_people", args=[company.slug])
    AffiliationFactory.create_batch(2, company=company)
    few = len_queries(browser, url)
    AffiliationFactory.create_batch(30, company=company)
    AffiliationFactory.create_batch(10, company=company, state="requested", is_main=False, requested_at=timezone.now())
    assert len_queries(browser, url) == few


def len_queries(browser, url):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(url).status_code == 200
    return len(seen)
