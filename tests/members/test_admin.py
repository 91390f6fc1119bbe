import csv
import io
import struct

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from members.actions import anonymise_person, approve_company, end_affiliation
from members.clock import oslo_today
from members.errors import Refused
from members.exporting import as_csv, as_xlsx, harmless
from members.models import Affiliation, ClusterSettings, Company, CompanyDomain, Import, Invite, MailWish, User
from tests.factories.members import AffiliationFactory, CompanyFactory, UserFactory, org_number
from tests.office import change, clerk, costs, fresh, listing, office, verb, without_second_factor, words

__all__ = ["clerk", "office", "without_second_factor"]

pytestmark = pytest.mark.django_db


# Who comes in


def test_every_address_of_the_admin_is_closed_to_others(client_of, member, company):
    pages = [listing(model) for model in admin.site._registry]
    pages += [change(company), verb(company, "end"), f"{listing(Company)}export/csv/", listing(User)]
    for someone in (None, member):
        browser = client_of(someone)
        for page in pages:
            response = browser.get(page)
            assert response.status_code == 302, page
            assert "/login/" in response["Location"]


def test_a_forged_verb_of_a_member_changes_nothing(client_of, member, company):
    assert client_of(member).post(verb(company, "end")).status_code == 302
    assert fresh(company).state == "active"


def test_a_verb_without_its_csrf_token_is_refused(clerk, company):
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(clerk)
    assert browser.post(verb(company, "end")).status_code == 403
    assert fresh(company).state == "active"


# Forged forms


def test_no_form_makes_staff_of_a_person_or_sets_a_password(office, clerk, member):
    before = User.objects.values().get(pk=member.pk)
    own = User.objects.values().get(pk=clerk.pk)
    forged = {
        "is_superuser": "on",
        "is_staff": "on",
        "password": "x",
        "password1": "long enough word",
        "email": "boss@example.com",
        "claimed_at_0": "2020-01-01",
        "claimed_at_1": "12:00",
        "is_active": "",
    }
    for person in (member, clerk):
        office.post(change(person), {"name": person.name, "language": "nb", "in_people_list": "on", "shows_attendance": "on", **forged})  # fmt: skip
    assert User.objects.values().get(pk=member.pk) == before
    assert User.objects.values().get(pk=clerk.pk) == own


def test_a_new_person_gets_no_rights_whatever_the_form_says(office):
    office.post(
        f"{listing(User)}add/",
        {"name": "Ny Person", "email": "ny@example.com", "language": "nb", "is_staff": "on", "is_superuser": "on", "password": "x"},
    )  # fmt: skip
    person = User.objects.get(email="ny@example.com")
    assert (person.is_staff, person.is_superuser, person.claimed_at) == (False, False, None)
    assert not person.has_usable_password()


def test_no_form_moves_a_company_from_state_to_state(office):
    company = CompanyFactory(state="applied", joined_on=None)
    office.post(
        change(company),
        {"name": "Nytt navn AS", "kind": "company", "membership_kind": "core", "state": "active", "slug": "tatt"},
    )
    row = fresh(company)
    assert (row.name, row.state, row.slug, row.decided_by) == ("Nytt navn AS", "applied", company.slug, None)


def test_affiliations_and_domains_cannot_be_changed_by_form(office, company, member):
    tie = Affiliation.objects.get(user=member)
    domain = CompanyDomain.objects.create(company=company, domain="firma.example")
    assert office.post(change(tie), {"state": "ended", "is_contact": "on"}).status_code == 403
    assert office.post(change(domain), {"state": "approved"}).status_code == 403
    assert (fresh(tie).state, fresh(tie).is_contact, fresh(domain).state) == ("active", False, "claimed")


def test_nothing_of_the_register_is_deleted_here(office, company, member):
    for row in (company, member, Affiliation.objects.get(user=member)):
        page = change(row).replace("change", "delete")
        assert office.post(page, {"post": "yes"}).status_code == 403
        office.post(listing(type(row)), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
        assert type(row).objects.filter(pk=row.pk).exists()


def test_a_claimed_domain_may_be_deleted_and_an_approved_one_not(office, company):
    claimed = CompanyDomain.objects.create(company=company, domain="en.example")
    approved = CompanyDomain.objects.create(company=company, domain="to.example", state="approved")
    for row in (claimed, approved):
        office.post(change(row).replace("change", "delete"), {"post": "yes"})
    office.post(listing(CompanyDomain), {"action": "delete_selected", "_selected_action": [approved.pk], "post": "yes"})
    assert list(CompanyDomain.objects.all()) == [approved]


def test_an_address_cannot_ask_for_hidden_columns(office, member):
    for query in ("password__startswith=p", "is_superuser__exact=1", "history__name=x", "anonymised_at__isnull=1"):
        assert office.get(f"{listing(User)}?{query}").status_code == 400, query
    assert office.get(f"{listing(User)}?is_staff__exact=1").status_code == 200


def test_an_old_version_can_be_read_but_not_brought_back(office, company):
    company.name = "Ny"
    company.save(update_fields=["name"])
    version = company.history.last()
    page = f"{change(company).removesuffix('change/')}history/{version.pk}/"
    shown = office.get(page)
    assert shown.status_code == 200
    assert 'name="name"' not in words(shown)
    assert office.post(page, {"name": "Kobberheim Stål AS"}).status_code == 403
    assert fresh(company).name == "Ny"


# Companies


def test_staff_write_down_a_company_that_takes_part_at_once(office, clerk):
    number = org_number()
    spaced = f"{number[:3]} {number[3:6]} {number[6:]}"
    office.post(
        f"{listing(Company)}add/",
        {"name": "Ny Bedrift AS", "org_number": spaced, "kind": "company", "membership_kind": "core", "website": "ny.example", "is_public": "on"},
    )  # fmt: skip
    row = Company.objects.get(name="Ny Bedrift AS")
    assert (row.state, row.org_number, row.website, row.decided_by) == ("active", number, "https://ny.example", clerk)
    assert (row.slug, row.joined_on) == ("ny-bedrift-as", oslo_today())


def test_what_is_wrong_with_a_company_stands_beside_the_field_and_nothing_is_written(office, company):
    unit = CompanyFactory(parent=company)
    given = {"name": "Tull AS", "kind": "company", "membership_kind": "core", "org_number": "123456789"}
    page = words(office.post(f"{listing(Company)}add/", {**given, "parent": unit.pk}))
    assert "Tull AS" in page
    assert page.count('class="errorlist"') == 2
    given["org_number"] = company.org_number
    assert office.post(f"{listing(Company)}add/", given).status_code == 200
    assert not Company.objects.filter(name="Tull AS").exists()


def test_a_company_cannot_become_part_of_itself_or_of_its_own_unit(office, company):
    unit = CompanyFactory(parent=company)
    for parent in (company, unit):
        office.post(
            change(company), {"name": company.name, "kind": "company", "membership_kind": "core", "parent": parent.pk}
        )
        assert fresh(company).parent is None


def test_staff_change_what_the_office_decides_about_a_company(office, company):
    office.post(
        change(company),
        {"name": company.name, "org_number": company.org_number, "kind": "finance", "membership_kind": "partner"},
    )
    row = fresh(company)
    assert (row.kind, row.membership_kind, row.municipality) == ("finance", "partner", "")
    assert row.history.first().history_user.email == "knut@example.com"


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("approve", "applied", "active"),
        ("reject", "applied", "rejected"),
        ("end", "active", "former"),
        ("reinstate", "former", "active"),
        ("reinstate", "rejected", "active"),
    ],
)
def test_verbs_of_companies_work_in_their_state_and_in_no_other(office, name, before, after):
    good = CompanyFactory(state=before)
    assert verb(good, name) in words(office.get(change(good)))
    office.post(verb(good, name))
    assert fresh(good).state == after
    wrong = CompanyFactory(state=after)
    assert verb(wrong, name) not in words(office.get(change(wrong)))
    page = words(office.post(verb(wrong, name), follow=True))
    assert 'class="error"' in page
    assert fresh(wrong).state == after


def test_asking_for_a_verb_by_get_changes_nothing(office, company):
    page = words(office.get(verb(company, "end")))
    assert company.name in page
    assert fresh(company).state == "active"
    assert office.get(verb(company, "explode")).status_code == 404


def test_a_verb_of_a_list_runs_on_each_row_and_tells_of_those_it_left(office):
    waiting = CompanyFactory.create_batch(2, state="applied")
    done = CompanyFactory(state="active")
    rows = [row.pk for row in [*waiting, done]]
    page = words(office.post(listing(Company), {"action": "approve", "_selected_action": rows}, follow=True))
    assert [fresh(row).state for row in waiting] == ["active", "active"]
    assert page.count('class="success"') == 1
    assert f"{done}:" in page


def test_a_verb_of_a_list_that_warns_asks_first(office, company):
    chosen = {"action": "end", "_selected_action": [company.pk]}
    page = office.post(listing(Company), chosen)
    assert page.status_code == 200
    assert 'name="confirmed"' in words(page)
    assert fresh(company).state == "active"
    office.post(listing(Company), {**chosen, "confirmed": "1"})
    assert fresh(company).state == "former"


def test_somebody_who_was_first_is_told_of(office, clerk):
    company = CompanyFactory(state="applied")
    row = Company.objects.get(pk=company.pk)
    approve_company(company, actor=clerk, now=timezone.now())
    model_admin = admin.site._registry[Company]
    approve = next(one for one in model_admin.verbs if one.name == "approve")
    from members.office import Deed

    with pytest.raises(Refused):
        approve.run(row, Deed(actor=clerk, now=timezone.now()))


def test_companies_are_found_by_name_number_and_domain(office):
    found = CompanyFactory(name="Ørsta Blåsestål AS")
    CompanyFactory(name="Vassbotn Maskin AS")
    CompanyDomain.objects.create(company=found, domain="orsta.example")
    number = found.org_number
    for query in ("ørsta blåse", "ØRSTA", f"{number[:3]} {number[3:6]} {number[6:]}", "orsta.example"):
        page = words(office.get(listing(Company), {"q": query}))
        assert "Ørsta" in page, query
        assert "Vassbotn" not in page


# Domains


def test_domains_are_claimed_approved_and_refused(office, company):
    office.post(f"{listing(CompanyDomain)}add/", {"company": company.pk, "domain": "@Firma.EXAMPLE"})
    row = CompanyDomain.objects.get()
    assert (row.domain, row.state) == ("firma.example", "claimed")
    office.post(verb(row, "approve"))
    assert fresh(row).state == "approved"
    office.post(verb(row, "refuse"))
    assert fresh(row).state == "refused"


def test_a_free_mail_domain_and_another_companys_are_refused(office, company, other_company):
    page = office.post(f"{listing(CompanyDomain)}add/", {"company": company.pk, "domain": "gmail.com"})
    assert 'class="errorlist"' in words(page)
    CompanyDomain.objects.create(company=other_company, domain="firma.example", state="approved")
    row = CompanyDomain.objects.create(company=company, domain="firma.example")
    assert 'class="error"' in words(office.post(verb(row, "approve"), follow=True))
    assert fresh(row).state == "claimed"
    assert CompanyDomain.objects.count() == 2


# Affiliations


@pytest.mark.parametrize(("name", "after"), [("approve", "active"), ("decline", "declined")])
def test_requests_are_decided_once(office, company, name, after):
    tie = AffiliationFactory(company=company, state="requested", is_main=False, started_on=None)
    office.post(verb(tie, name))
    assert fresh(tie).state == after
    page = words(office.post(verb(tie, "approve"), follow=True))
    assert 'class="error"' in page
    assert fresh(tie).state == after


def test_the_last_contact_stays_and_the_office_is_told_why(office, contact, colleague):
    tie = Affiliation.objects.get(user=contact)
    for name in ("stand-down", "end"):
        assert 'class="error"' in words(office.post(verb(tie, name), follow=True))
    heir = Affiliation.objects.get(user=colleague)
    office.post(verb(heir, "contact"))
    office.post(verb(tie, "end"))
    assert (fresh(heir).is_contact, fresh(tie).state) == (True, "ended")


def test_staff_put_a_person_into_a_company(office, newcomer, company):
    page = f"{listing(Affiliation)}add/"
    office.post(page, {"user": newcomer.pk, "company": company.pk, "is_contact": "on", "state": "ended"})
    tie = Affiliation.objects.get(user=newcomer)
    assert (tie.state, tie.road, tie.is_contact, tie.is_main) == ("active", "staff", True, True)
    again = office.post(page, {"user": newcomer.pk, "company": company.pk})
    assert 'class="errorlist' in words(again)


def test_nobody_is_put_into_a_company_that_has_left(office, newcomer):
    company = CompanyFactory(state="former")
    page = office.post(f"{listing(Affiliation)}add/", {"user": newcomer.pk, "company": company.pk})
    assert 'class="errorlist"' in words(page)
    assert not Affiliation.objects.filter(user=newcomer).exists()


# People


def test_staff_write_down_a_person_with_and_without_e_mail(office, company):
    page = f"{listing(User)}add/"
    office.post(page, {"name": "Ola Uten", "language": "nn", "company": company.pk, "phone": "912 34 567"})
    tie = Affiliation.objects.get(user__name="Ola Uten")
    assert (tie.company, tie.state, tie.user.email, tie.user.language) == (company, "active", None, "nn")
    wrong = office.post(page, {"name": "Uten Alt", "language": "nb"})
    assert 'class="errorlist"' in words(wrong)
    office.post(page, {"name": "Mia Med", "email": "MIA@example.com ", "language": "nb", "company": company.pk})
    assert User.objects.get(email="mia@example.com").affiliations.get().company == company
    assert User.objects.filter(name="Uten Alt").count() == 0


def test_an_address_in_use_is_refused_beside_the_field(office, member):
    page = office.post(f"{listing(User)}add/", {"name": "Kopi", "email": member.email.upper(), "language": "nb"})
    assert 'class="errorlist"' in words(page)
    assert not User.objects.filter(name="Kopi").exists()


def test_no_hash_and_no_secret_is_shown(office, client_of, staff, member):
    member.set_password("a long enough password")
    member.save(update_fields=["password"])
    Authenticator.objects.create(user=member, type="totp", data={"secret": "GEHEIMSECRET"})
    session = UserSession.objects.create(user=member, ip="192.0.2.7", session_key="nokkelnokkel", user_agent="Firefox")
    for browser in (office, client_of(staff)):
        for page in (
            change(member),
            f"{change(member).removesuffix('change/')}history/",
            listing(Authenticator),
            change(Authenticator.objects.get()),
            listing(UserSession),
            change(session),
            f"{listing(User)}export/csv/",
        ):
            shown = words(browser.get(page))
            for secret in (member.password, "GEHEIMSECRET", "nokkelnokkel", "192.0.2.7"):
                assert secret not in shown, page


def test_second_factors_and_addresses_are_read_only_and_permissions_are_gone(office, member):
    factor = Authenticator.objects.create(user=member, type="totp", data={"secret": "GEHEIM"})
    address = EmailAddress.objects.create(user=member, email=member.email, verified=False)
    assert office.post(change(factor), {"data": "{}"}).status_code == 403
    assert office.post(change(address), {"verified": "on"}).status_code == 403
    office.post(listing(EmailAddress), {"action": "make_verified", "_selected_action": [address.pk]})
    assert not EmailAddress.objects.get().verified
    assert office.get("/admin/auth/group/").status_code == 404
    assert office.get("/admin/account/emailconfirmation/").status_code == 404


def test_a_session_can_be_ended(office, client_of, member):
    browser = client_of(member)
    key = browser.session.session_key
    row = UserSession.objects.create(user=member, ip="192.0.2.7", session_key=key, user_agent="Firefox")
    assert browser.get("/me/").status_code == 200
    office.post(verb(row, "end"), follow=True)
    assert browser.get("/me/").status_code == 302


def test_accounts_are_closed_and_opened_again(office, member, clerk):
    office.post(verb(member, "deactivate"))
    assert not fresh(member).is_active
    office.post(verb(member, "reactivate"))
    assert fresh(member).is_active
    office.post(verb(clerk, "deactivate"))
    assert fresh(clerk).is_active


def test_only_those_who_appoint_staff_decide_about_staff(office, client_of, staff, member, clerk):
    for name in ("deactivate", "anonymise", "rights"):
        office.post(verb(staff, name), {"is_staff": "", "is_superuser": ""})
    office.post(verb(member, "rights"), {"is_staff": "on", "is_superuser": "on"})
    row = fresh(staff)
    assert (row.is_active, row.is_staff, row.is_superuser, row.anonymised_at) == (True, True, True, None)
    assert not fresh(member).is_staff
    head = client_of(staff)
    head.post(verb(member, "rights"), {"is_staff": "on"})
    assert (fresh(member).is_staff, fresh(member).is_superuser) == (True, False)
    head.post(verb(staff, "rights"), {})
    assert fresh(staff).is_superuser


def test_anonymising_asks_first_and_leaves_no_name_in_the_log(office, member):
    name, address = member.name, member.email
    assert name in words(office.get(verb(member, "anonymise")))
    assert fresh(member).anonymised_at is None
    office.post(verb(member, "anonymise"))
    row = fresh(member)
    assert row.anonymised_at is not None
    texts = " ".join(f"{line.object_repr} {line.change_message}" for line in LogEntry.objects.all())
    assert name not in texts
    assert address not in texts
    assert office.post(change(row), {"name": "Tilbake", "language": "nb"}).status_code == 403
    office.post(verb(row, "reactivate"))
    assert (fresh(row).name, fresh(row).is_active) == ("", False)


def test_rows_that_name_people_are_logged_by_number(office, company):
    invite = Invite.objects.create(company=company, email="kari.nordmann@example.com", created_at=timezone.now(), expires_at=timezone.now())  # fmt: skip
    office.post(verb(invite, "revoke"))
    assert fresh(invite).revoked_at
    assert "kari.nordmann" not in LogEntry.objects.get().object_repr
    assert 'class="error"' in words(office.post(verb(invite, "revoke"), follow=True))


# Settings

PNG = (
    b"\x89PNG\r\n\x1a\n"
    + struct.pack(">I", 13)
    + b"IHDR"
    + struct.pack(">II", 200, 30)
    + b"\x08\x06\0\0\0"
    + b"\0" * 30
)
SETTINGS = {
    "name": "Prøveklyngen",
    "board_name": "Styret vårt",
    "office_name": "Kontoret",
    "first_reminder_days": "9",
    "last_reminder_days": "3",
    "ring_colour": "#112233",
}


def upload(content, name="logo.png"):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, content, content_type="image/png")


def settings_page():
    return reverse("admin:members_clustersettings_change", args=[1])


def test_looking_at_the_settings_writes_nothing(office):
    assert office.get(listing(ClusterSettings)).headers["Location"] == settings_page()
    assert "Thamsklyngen" in words(office.get(settings_page()))
    assert not ClusterSettings.objects.exists()


def test_staff_change_the_settings_and_the_logo(office):
    office.post(settings_page(), {**SETTINGS, "logo_file": upload(PNG)})
    row = ClusterSettings.load()
    assert (row.name, row.board_name, row.first_reminder_days, row.ring_colour) == (
        "Prøveklyngen",
        "Styret vårt",
        9,
        "#112233",
    )
    shown = office.get("/cluster-logo")
    assert (shown.content, shown["Content-Type"]) == (PNG, "image/png")
    office.post(settings_page(), SETTINGS)
    assert ClusterSettings.load().logo
    office.post(settings_page(), {**SETTINGS, "remove_logo": "on"})
    assert not ClusterSettings.load().logo
    assert ClusterSettings.objects.count() == 1


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\xff\xd8\xff" + b"\0" * 100,
        PNG[:20],
        PNG + b"\0" * (1024 * 1024),
        PNG[:16] + struct.pack(">II", 90_000, 90_000) + PNG[24:],
    ],
    ids=["svg", "jpeg", "cut", "large", "bomb"],
)
def test_what_is_not_a_small_png_is_no_logo(office, content):
    page = words(office.post(settings_page(), {**SETTINGS, "logo_file": upload(content)}))
    assert 'class="errorlist"' in page
    assert "Prøveklyngen" in page
    assert not ClusterSettings.objects.exists()


def test_wrong_settings_are_refused_beside_their_fields(office):
    wrong = {"ring_colour": "red; }", "last_reminder_days": "20", "office_email": "x", "name": " "}
    page = words(office.post(settings_page(), {**SETTINGS, **wrong}))
    assert page.count('class="errorlist"') == 4
    assert not ClusterSettings.objects.exists()


# Sheets


@pytest.mark.parametrize(
    "text", ["=1+1", " =1+1", "\t=1", "+47", "-1", "@SUM(A1)", "＝1", "\n=1", "\u00a0=1", "  @x", "\r+1"]
)
def test_what_a_spreadsheet_would_run_is_told_apart(text):
    assert harmless(text).startswith("'")


def test_signs_that_xml_lacks_do_not_break_a_sheet():
    content = as_xlsx("Liste: a/b [c]", ["Navn"], [["a\x00b\x0bc\ud800\uffff"], ["#DIV/0!"], ["x" * 40_000]])
    page = load_workbook(io.BytesIO(content)).active
    assert page["A2"].value == "abc"
    assert (page["A3"].value, page["A3"].data_type) == ("#DIV/0!", "s")
    assert as_csv(["Navn"], [["a\x00b"]]).decode("utf-8-sig").splitlines()[1] == "ab"


def test_lists_are_exported_harmless_whole_and_as_filtered(office):
    CompanyFactory(name='=HYPERLINK("http://ond.example")', municipality=" @SUM(1)", state="former")
    for number in range(60):
        CompanyFactory(name=f"Bedrift {number:02}")
    lines = list(csv.reader(io.StringIO(office.get(f"{listing(Company)}export/csv/").content.decode("utf-8-sig")), delimiter=";"))  # fmt: skip
    assert len(lines) == 62
    evil = next(line for line in lines if "HYPERLINK" in line[0])
    assert evil[0].startswith("'=")
    assert "' @SUM(1)" in evil
    response = office.get(f"{listing(Company)}export/xlsx/?state__exact=former")
    assert "no-store" in response["Cache-Control"]
    page = load_workbook(io.BytesIO(response.content)).active
    assert page.max_row == 2
    assert page["A2"].value == evil[0]
    assert page["A2"].data_type == "s"
    assert office.get(f"{listing(Company)}export/pdf/").status_code == 404
    assert office.get(f"{listing(Company)}export/csv/?name__startswith=B").status_code == 400


def test_the_list_links_to_its_sheets_and_to_the_import(office):
    page = words(office.get(f"{listing(User)}?is_staff__exact=1"))
    assert "export/xlsx/?is_staff__exact=1" in page
    assert reverse("import") in page
    assert reverse("import") in words(office.get("/admin/"))


# Cost


def fill(number):
    now = timezone.now()
    for _ in range(number):
        tie = AffiliationFactory(company__parent=CompanyFactory(), company__decided_by=UserFactory())
        CompanyDomain.objects.create(company=tie.company, domain=f"d{tie.pk}.example", claimed_by=tie.user, decided_by=UserFactory())  # fmt: skip
        Invite.objects.create(company=tie.company, email=f"i{tie.pk}@example.com", created_at=now, expires_at=now, invited_by=tie.user)  # fmt: skip
        MailWish.objects.create(user=tie.user, kind="meetings.reminder")
        Import.objects.create(created_at=now, created_by=tie.user)
        EmailAddress.objects.create(user=tie.user, email=tie.user.email)
        Authenticator.objects.create(user=tie.user, type="totp", data={})
        UserSession.objects.create(user=tie.user, ip="192.0.2.1", session_key=f"k{tie.pk}", user_agent="x")


def test_lists_sheets_and_look_ups_cost_the_same_for_thirty_rows_as_for_three(office):
    models = (Company, User, Affiliation, CompanyDomain, Invite, MailWish, Import, EmailAddress, Authenticator, UserSession)  # fmt: skip
    pages = [listing(model) for model in models] + [f"{listing(model)}export/csv/" for model in models]
    look = "/admin/autocomplete/?app_label=groups&model_name=role&field_name=affiliation"
    fill(3)
    few = costs(office, [*pages, look])
    fill(27)
    assert costs(office, [*pages, look]) == few


def test_a_company_page_costs_the_same_with_many_people(office, company, clerk):
    AffiliationFactory.create_batch(3, company=company)
    few = costs(office, [change(company)])
    AffiliationFactory.create_batch(27, company=company)
    assert costs(office, [change(company)]) == few


def test_an_ended_person_is_no_surprise(office, clerk, company, member):
    end_affiliation(Affiliation.objects.get(user=member), actor=clerk, on_day=oslo_today())
    anonymise_person(member, actor=clerk, now=timezone.now())
    for page in (listing(User), listing(Affiliation), change(company), change(member)):
        assert office.get(page).status_code == 200
