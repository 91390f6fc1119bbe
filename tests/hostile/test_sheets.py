"""V: sheets that come in and go out."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from mail.models import Message
from members.exporting import harmless
from members.models import Company, User
from tests.factories.groups import InputFactory
from thamsklyngen.importing.reading import Unreadable, read_sheet

pytestmark = pytest.mark.django_db
FORMULAS = (
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "\"=cmd|' /C calc'!A0\"",
    " =1+1",
    "＋1",
    "－1",
    "＠x",
)


@pytest.fixture
def office(client_of, staff):
    return client_of(staff)


def upload(client, content, name="ark.csv"):
    return client.post(reverse("import"), {"sheet": SimpleUploadedFile(name, content)})


def taken_in(client, content, name="ark.csv"):
    answer = upload(client, content, name)
    assert answer.status_code == 302, answer.context["form"].errors
    page = client.get(answer.url)
    return client.post(f"{answer.url}confirm/", {"digest": page.context["plan"].digest()})


@pytest.mark.parametrize("text", FORMULAS)
def test_v1_what_could_calculate_leaves_as_text(text):
    out = harmless(text)
    assert out.startswith("'") or not out.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")), out
    assert text.strip() in out


@pytest.mark.parametrize("text", FORMULAS)
def test_v1_an_input_with_a_formula_leaves_the_desk_as_text(text, client_of, scene, leader):
    InputFactory(round=scene.round, text=text)
    answer = client_of(leader).get(reverse("groups:desk_export", args=[scene.group.slug]))
    cells = [cell for row in load_workbook(io.BytesIO(answer.content)).active.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    dangerous = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
    assert not [cell.value for cell in cells if isinstance(cell.value, str) and cell.value.startswith(dangerous)]


def test_v1_a_cell_with_a_formula_comes_in_as_text(office):
    book = Workbook()
    book.active.append(["Bedrift", "Navn", "E-post"])
    book.active.append(['=HYPERLINK("http://evil.example","x")', "+Kari", "kari@firma.example"])
    content = io.BytesIO()
    book.save(content)
    taken_in(office, content.getvalue(), "ark.xlsx")
    assert Company.objects.get().name.startswith("=HYPERLINK")
    assert User.objects.get(email="kari@firma.example").name == "+Kari"


@pytest.mark.parametrize("phone", ["+47 912 34 567", "+49 30 123456"])
def test_v2_a_phone_stays_readable(phone):
    assert harmless(phone) == f"'{phone}"


def test_v3_lines_of_a_bad_file_are_named(office):
    answer = upload(office, b'Bedrift;E-post\r\nFin AS;a@firma.example\r\n"never closed;x\r\n')
    assert answer.status_code == 200
    assert "Linje" in str(answer.context["form"].errors["sheet"])


def test_v4_one_endless_line_is_refused(office):
    for content in (b"Bedrift;E-post\n" + b"x" * 7_000_000, b"Bedrift;E-post\n" + b'"' + b"x" * 200_000):
        answer = upload(office, content)
        assert answer.status_code == 200
        assert answer.context["form"].errors["sheet"]
    assert not Company.objects.exists()


def test_v4_a_very_long_cell_comes_in_as_an_error_or_cut(office):
    answer = upload(office, b"Bedrift;E-post\n" + b"x" * 100_000 + b";a@firma.example\n")
    if answer.status_code == 302:
        assert office.get(answer.url).context["plan"].wrong
    assert not Company.objects.exists()


ENTITY = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c SYSTEM "file:///etc/passwd">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr">
<is><t>&b;&c;</t></is></c></row></sheetData></worksheet>"""


def test_v5_a_sheet_with_entities_is_refused(office):
    book = Workbook()
    book.active.append(["Bedrift", "E-post"])
    whole = io.BytesIO()
    book.save(whole)
    out = io.BytesIO()
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            new.writestr(part, ENTITY if part.filename.endswith("sheet1.xml") else old.read(part))
    with pytest.raises(Unreadable):
        read_sheet(out.getvalue())
    answer = upload(office, out.getvalue(), "ark.xlsx")
    assert answer.context["form"].errors["sheet"]
    assert b"root:" not in answer.content


def test_v6_the_last_of_a_thousand_lines_is_wrong_and_nothing_comes_in(office):
    lines = [f"Bedrift nummer {n} AS;p{n}@firma{n}.example" for n in range(999)]
    answer = upload(office, "\n".join(["Bedrift;E-post", *lines, "Siste AS;ikke en adresse"]).encode())
    page = office.get(answer.url)
    assert page.context["plan"].wrong
    assert "1001" in page.content.decode().replace("\u00a0", "").replace("\u202f", "")
    office.post(f"{answer.url}confirm/", {"digest": page.context["plan"].digest()})
    assert not Company.objects.exists()
    assert User.objects.count() == 1


def test_v7_columns_are_known_by_their_header_in_any_order(office):
    taken_in(office, b"E-post;is_staff;Navn;Bedrift\nkari@firma.example;1;Kari Dahl;Fin AS\n")
    person = User.objects.get(email="kari@firma.example")
    assert (person.name, person.is_staff) == ("Kari Dahl", False)
    assert Company.objects.get().name == "Fin AS"


def test_v8_somebody_elses_colleague_in_a_companys_list_is_not_taken_over_or_named(
    client_of, contact, company, outsider
):
    before = User.objects.filter(pk=outsider.pk).values().get()
    answer = client_of(contact).post(
        reverse("members:invite", args=[company.slug]),
        {"send": "1", "people": f"Noe Annet <{outsider.email}>"},
        follow=True,
    )
    assert outsider.name not in answer.content.decode()
    assert User.objects.filter(pk=outsider.pk).values().get() == before
    assert not outsider.affiliations.filter(company=company).exists()


def test_v_the_office_importing_sends_no_mail(office):
    taken_in(office, b"E-post;Navn;Bedrift\nkari@firma.example;Kari Dahl;Fin AS\n")
    assert not Message.objects.exists()
