"""The office's sheet: read, recognised, planned, written, taken back."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from groups.models import Interest
from mail.models import Message
from members.actions.imports import undo_import
from members.models import Affiliation, Company, Import, User
from tests.factories.groups import GroupFactory
from tests.factories.members import AffiliationFactory, CompanyFactory, UserFactory, org_number
from thamsklyngen.importing.planning import make_plan
from thamsklyngen.importing.reading import MOST_ROWS, Unreadable, read_sheet

HEADER = "Bedrift;Org.nr;Navn;E-post;Stilling;Ansatte"


def csv_of(*lines: str, header: str = HEADER, encoding: str = "utf-8") -> bytes:
    return "\r\n".join([header, *lines]).encode(encoding)


def xlsx_of(*rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def upload(client, content: bytes, name: str = "medlemmer.csv"):
    return client.post(reverse("import"), {"sheet": SimpleUploadedFile(name, content)})


def run(client, content: bytes):
    """Upload, look, confirm; answers the last response."""
    answer = upload(client, content)
    assert answer.status_code == 302, answer.context["form"].errors
    page = client.get(answer.url)
    return client.post(f"{answer.url}confirm/", {"digest": page.context["plan"].digest()})


@pytest.fixture
def office(client_of, staff):
    return client_of(staff)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_csv_is_read_in_every_encoding_an_office_saves(encoding):
    sheet = read_sheet(csv_of("Åsen Blåbær AS;;Kåre Ås;kare@example.com;;", encoding=encoding))
    assert sheet.rows == [(2, ["Åsen Blåbær AS", "", "Kåre Ås", "kare@example.com", "", ""])]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_is_read_with_every_delimiter(delimiter):
    content = f"Company{delimiter}Email\nAnn Inc{delimiter}ann@example.com\n".encode()
    assert read_sheet(content).rows == [(2, ["Ann Inc", "ann@example.com"])]


def test_xlsx_formula_stays_text():
    sheet = read_sheet(xlsx_of(["Bedrift", "E-post"], ['=HYPERLINK("http://x")', "a@example.com"]))
    assert sheet.rows[0][1][0] == '=HYPERLINK("http://x")'


def _bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "x")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 70_000_000)
    return content.getvalue()


def _macros() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/workbook.xml", "x")
        archive.writestr("xl/vbaProject.bin", "x")
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"PK\x03\x04 torn",
        b"\xd0\xcf\x11\xe0 old or encrypted",
        b'Bedrift;E-post\n"never closed;x\n',
        b"\x00\x01\x02",
        ";".join(f"kolonne {n}" for n in range(10_000)).encode() + b"\n1;2\n",
        ("Bedrift\n" + "A\n" * (MOST_ROWS + 1)).encode(),
        _bomb(),
        _macros(),
    ],
    ids=["empty", "blank", "torn", "ole", "quote", "binary", "wide", "long", "bomb", "macros"],
)
def test_unreadable_files_are_refused_with_a_word(content):
    with pytest.raises(Unreadable):
        read_sheet(content)


def test_unreadable_file_is_said_beside_the_field(office):
    answer = upload(office, b"PK\x03\x04 torn", "bok.xlsx")
    assert answer.status_code == 200
    assert answer.context["form"].errors["sheet"]
    assert not Company.objects.exists()


@pytest.mark.django_db
def test_new_company_and_person_come_in_and_nobody_is_mailed(office, staff):
    number = org_number()
    run(office, csv_of(f"Fjordplast AS;NO {number} MVA;Marte Haugen;MARTE@Fjordplast.example;leder;120"))
    company = Company.objects.get()
    person = User.objects.get(email="marte@fjordplast.example")
    tie = Affiliation.objects.get()
    assert (company.org_number, company.size_class, company.state) == (number, "medium", "active")
    assert (person.name, person.job_title, person.claimed_at) == ("Marte Haugen", "leder", None)
    assert (tie.user, tie.company, tie.state, tie.road, tie.is_main) == (person, company, "active", "import", True)
    assert not Message.objects.exists()
    assert Import.objects.get().created_by == staff


@pytest.mark.django_db
def test_second_run_changes_nothing(office):
    content = csv_of(f"Fjordplast AS;{org_number()};Marte Haugen;marte@example.com;leder;120", "Navnløs;;;;;")
    run(office, content)
    before = list(Company.history.values_list("pk")), list(User.history.values_list("pk"))
    run(office, content)
    assert (list(Company.history.values_list("pk")), list(User.history.values_list("pk"))) == before
    assert Import.objects.count() == 1


@pytest.mark.django_db
def test_blank_cell_and_missing_line_change_nothing(office):
    kept = CompanyFactory(name="Blir stående AS", municipality="Heim")
    run(office, csv_of(f"Blir stående AS;{kept.org_number};;;;", header=HEADER.replace("Ansatte", "Kommune")))
    kept.refresh_from_db()
    assert kept.municipality == "Heim"


@pytest.mark.django_db
def test_company_without_number_is_found_by_its_folded_name(office):
    company = CompanyFactory(name="Åsen Mek. AS", org_number=None)
    run(office, csv_of("ÅSEN MEK AS;;;;;300"))
    company.refresh_from_db()
    assert (Company.objects.count(), company.size_class) == (1, "large")


@pytest.mark.django_db
def test_one_wrong_line_stops_the_whole_import(office):
    lines = [f"Bedrift {n} AS;;Person {n};p{n}@example.com;;" for n in range(500)]
    lines[250] = "Feil AS;123456789;Feil;ikke en adresse;;"
    answer = upload(office, csv_of(*lines))
    page = office.get(answer.url)
    assert [row.line for row in page.context["plan"].wrong] == [252, 252]
    done = office.post(f"{answer.url}confirm/", {"digest": page.context["plan"].digest()})
    assert done.status_code == 302
    assert not Company.objects.exists()
    assert not Import.objects.exists()


@pytest.mark.django_db
def test_preview_writes_nothing(office, django_assert_num_queries):
    answer = upload(office, csv_of("Fjordplast AS;;Marte;marte@example.com;;"))
    page = office.get(answer.url)
    assert page.context["counts"]["companies_new"] == 1
    assert not Company.objects.exists()


@pytest.mark.django_db
def test_unknown_columns_are_named_and_never_stored(office):
    content = csv_of("Fjordplast AS;m@example.com;1;1", header="Bedrift;E-post;is_staff;is_superuser")
    answer = upload(office, content)
    page = office.get(answer.url)
    assert page.context["plan"].ignored == ["is_staff", "is_superuser"]
    office.post(f"{answer.url}confirm/", {"digest": page.context["plan"].digest()})
    person = User.objects.get(email="m@example.com")
    assert (person.is_staff, person.is_superuser) == (False, False)


@pytest.mark.django_db
def test_person_who_has_signed_in_keeps_the_profile(office):
    tie = AffiliationFactory(user__name="Eget Navn", user__email="eget@example.com", user__job_title="")
    run(office, csv_of(f"{tie.company.name};{tie.company.org_number};Annet Navn;eget@example.com;leder;"))
    tie.user.refresh_from_db()
    assert (tie.user.name, tie.user.job_title) == ("Eget Navn", "leder")


@pytest.mark.django_db
def test_register_changed_meanwhile_is_shown_once_more(office):
    answer = upload(office, csv_of("Fjordplast AS;;Marte;marte@example.com;;"))
    page = office.get(answer.url)
    UserFactory(email="marte@example.com")
    done = office.post(f"{answer.url}confirm/", {"digest": page.context["plan"].digest()})
    assert done.url == answer.url
    assert not Company.objects.exists()


@pytest.mark.django_db
def test_last_import_can_be_taken_back_once(office, staff):
    company = CompanyFactory(name="Gammel AS", municipality="Heim")
    number = company.org_number
    header = HEADER.replace("Ansatte", "Kommune")
    run(office, csv_of(f"Gammel AS;{number};Ny Person;ny@example.com;;Orkland", "Ny AS;;;;;Skaun", header=header))
    done = Import.objects.get()
    office.post(reverse("import_undo", args=[done.pk]))
    company.refresh_from_db()
    assert company.municipality == "Heim"
    assert set(User.objects.values_list("email", flat=True)) == {staff.email}
    assert list(Company.objects.values_list("name", flat=True)) == ["Gammel AS"]
    assert not Affiliation.objects.exists()
    again = office.post(reverse("import_undo", args=[done.pk]), follow=True)
    assert [message.level_tag for message in again.context["messages"]][-1] == "warning"


@pytest.mark.django_db
def test_undo_keeps_what_somebody_has_used_since(office):
    run(office, csv_of("Ny AS;;Ny Person;ny@example.com;;"))
    person = User.objects.get(email="ny@example.com")
    person.claimed_at = Import.objects.get().created_at
    person.save(update_fields=["claimed_at"])
    office.post(reverse("import_undo", args=[Import.objects.get().pk]))
    assert User.objects.filter(email="ny@example.com").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("size", [3, 300])
def test_the_number_of_queries_does_not_follow_the_number_of_lines(size, django_assert_max_num_queries):
    CompanyFactory.create_batch(3)
    sheet = read_sheet(csv_of(*[f"Bedrift nr {n};;Person {n};p{n}@example.com;;" for n in range(size)]))
    with django_assert_max_num_queries(4):
        plan = make_plan(sheet)
    assert plan.counts()["people_new"] == size


@pytest.mark.django_db
def test_template_has_headers_that_are_recognised(office):
    answer = office.get(reverse("import_template"))
    header = [cell.value for cell in load_workbook(io.BytesIO(answer.content)).active[1]]
    plan = make_plan(read_sheet(answer.content))
    assert (plan.ignored, plan.wrong) == ([], [])
    assert "Bedrift" in header


@pytest.mark.django_db
def test_only_staff_know_that_the_page_is_there(client_of, member, leader, newcomer):
    for person in (member, leader, newcomer):
        assert client_of(person).get(reverse("import")).status_code == 404


@pytest.mark.django_db
def test_undo_keeps_a_tie_that_something_points_to_or_that_was_changed(office):
    run(
        office,
        csv_of(
            "Ny AS;;Med Interesse;a@example.com;;",
            "Ny AS;;Blitt Kontakt;b@example.com;;",
            "Ny AS;;Urørt;c@example.com;;",
        ),
    )
    interested = Affiliation.objects.get(user__email="a@example.com")
    Interest.objects.create(group=GroupFactory(), affiliation=interested, created_at=timezone.now())
    contact = Affiliation.objects.get(user__email="b@example.com")
    contact.is_contact = True
    contact.save()
    office.post(reverse("import_undo", args=[Import.objects.get().pk]))
    assert set(Affiliation.objects.values_list("user__email", flat=True)) == {"a@example.com", "b@example.com"}
    assert not User.objects.filter(email="c@example.com").exists()
    assert Company.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("size", [3, 200])
def test_taking_back_asks_by_batches_not_by_rows(office, staff, size):
    run(office, csv_of(*[f"Bedrift nr {n};;Person {n};p{n}@example.com;;" for n in range(size)]))
    with CaptureQueriesContext(connection) as caught:
        back, kept = undo_import(Import.objects.get(), actor=staff, now=timezone.now())
    assert (back, kept) == (3 * size, 0)
    reads = [query for query in caught.captured_queries if query["sql"].startswith("SELECT")]
    assert len(reads) < 120  # what points to three kinds of rows, whatever their number
