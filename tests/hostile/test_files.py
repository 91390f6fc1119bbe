"""U: files that nobody sends in good faith, through the door where organisers put documents with a meeting."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import reverse

from meetings.models import MeetingDocument
from tests import samples
from tests.hostile.conftest import live
from tests.samples import on_disk, pdf

pytestmark = pytest.mark.django_db
SCRIPT = b"<!doctype html><html><script>canary()</script><canary></html>"
GIF_AND_SCRIPT = b"GIF89a/*" + samples.GIF[8:] + b"*/=1;" + SCRIPT


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def board(people, client_of):
    return client_of(people["GL"])


@pytest.fixture
def send(board, scene):
    """``send(content, name="…")``: what the door answers."""
    address = reverse("meetings:document_add", args=[scene.meeting.pk])

    def post(content, name="fil.png", **more):
        return board.post(address, {"file": SimpleUploadedFile(name, content), **more})

    return post


@pytest.fixture
def fetch(board, scene):
    """The newest document, as its reader gets it."""

    def get():
        row = MeetingDocument.objects.latest("pk")
        answer = board.get(reverse("meetings:document", args=[scene.meeting.pk, row.pk]))
        return answer, b"".join(answer.streaming_content)

    return get


def refused(answer, before):
    page = answer.content.decode()
    return (
        answer.status_code == 422
        and "file" in answer.context["form"].errors
        and live(page) == []
        and on_disk() == before
        and MeetingDocument.objects.count() == len(before)
    )


ACTING = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="canary()"><script>canary()</script></svg>',
    "svg after a head": b'<?xml version="1.0"?><!DOCTYPE svg><svg><script>canary()</script></svg>',
    "html": SCRIPT,
    "html after a mark": b"\xef\xbb\xbf" + SCRIPT,
    "html after blanks and a comment": b"  \n<!-- x -->" + SCRIPT,
    "html after half a picture": samples.PNG[:8] + SCRIPT,
    "html within a picture": samples.PNG[:33] + SCRIPT + samples.PNG[33:],
    "program": b"MZ" + b"\0" * 400,
    "program of another sort": b"\x7fELF" + b"\0" * 400,
    "script": b"#!/bin/sh\ncanary\n",
    "shortcut": b"L\0\0\0\x01\x14\x02\0" + b"\0" * 100,
    "old office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "office with macros": samples.office(word__vbaProject_bin=b"\xd0\xcf"),
    "office with macros of another name": samples.office(
        "docx", "application/vnd.ms-word.vbaData+xml", word__x_bin=b"\xd0\xcf"
    ),
    "web page as archive": b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n" + SCRIPT,
    "archive of anything": samples.archive({"../../etc/cron.d/x": "canary", "a/../../b": "x", "/abs": "x"}),
    "page before a pdf": SCRIPT + pdf(),
}


@pytest.mark.parametrize("kind", ACTING)
@pytest.mark.parametrize("name", ["fil.png", "fil.pdf", "fil.docx", "fil.svg"])
def test_u1_what_acts_is_refused_or_made_harmless(kind, name, send):
    """Whatever it is called and the browser says it is."""
    before = on_disk()
    assert refused(send(ACTING[kind], name), before)


@pytest.mark.parametrize(
    "content",
    [
        samples.PNG + SCRIPT,
        samples.PNG[:33] + samples.png_part(b"tEXt", SCRIPT) + samples.PNG[33:],
        samples.JPEG + SCRIPT,
        samples.JPEG[:2] + b"\xff\xfe" + (len(SCRIPT) + 2).to_bytes(2, "big") + SCRIPT + samples.JPEG[2:],
        samples.GIF + SCRIPT,
        samples.WEBP + SCRIPT,
        GIF_AND_SCRIPT,
    ],
    ids=[
        "png, behind",
        "png, in its text",
        "jpeg, behind",
        "jpeg, in its comment",
        "gif, behind",
        "webp, behind",
        "gif that is a script, too",
    ],
)
def test_u1_of_a_picture_with_a_page_inside_the_picture_alone_is_kept(content, send, fetch):
    assert send(content, "fil.html").status_code == 302
    answer, kept = fetch()
    assert SCRIPT not in kept
    assert answer["Content-Type"].startswith("image/")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert ".html" not in answer["Content-Disposition"]


def test_u1_a_pdf_with_a_script_is_only_taken_home(send, fetch):
    assert send(pdf("<< /S /JavaScript /JS (app.alert(1)) >>")).status_code == 302
    answer, _ = fetch()
    assert answer["Content-Disposition"].startswith("attachment")


def test_u1_paths_in_an_archive_lead_nowhere(send, tmp_path):
    """An Office file with such parts is stored as it is and unpacked by nobody here."""
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    content = samples.archive(
        {
            "[Content_Types].xml": samples.types(samples.main_type("docx")),
            "word/document.xml": "<x/>",
            "../../../../tmp/canary": "x",
            "word/../../canary": "x",
            "C:\\canary": "x",
        }
    )
    assert send(content).status_code == 302
    (new,) = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert new.read_bytes() == content


BOMB = samples.office(word__media=b"\0" * 600_000_000)
GROWING = {
    "empty": b"",
    "one octet too many": b"%PDF-1.4\n" + b" " * (20 * 1024 * 1024 - 9 - 5 + 1) + b"%%EOF",
    "a picture of 50,000 by 50,000": samples.png_of(50_000, 50_000),
    "ten thousand frames": samples.gif_taken(frames=10_000),
    "ten thousand frames, said": samples.PNG[:33]
    + samples.png_part(b"acTL", (10_000).to_bytes(4, "big") + b"\0" * 4)
    + samples.PNG[33:],
    "an archive that unpacks to 600 MB": BOMB,
    "an archive that lies about it": BOMB.replace((600_000_000).to_bytes(4, "little"), b"\x01\0\0\0")[:-1],
    "an archive of very many parts": samples.archive({f"word/{'x' * 200}{n}": "" for n in range(5_000)}),
    "a list of types that grows": samples.archive({"[Content_Types].xml": b" " * 90_000_000, "word/x": ""}),
    "a list of types with entities": samples.archive(
        {
            "[Content_Types].xml": '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">'
            '<!ENTITY c SYSTEM "file:///etc/passwd">]><Types>&b;&c;</Types>',
            "word/x": "",
        }
    ),
}


@pytest.mark.parametrize("kind", GROWING)
def test_u2_what_is_empty_too_large_or_grows_is_refused(kind, send):
    before = on_disk()
    answer = send(GROWING[kind], "fil.docx")
    assert refused(answer, before)
    assert b"root:" not in answer.content


def test_u2_the_largest_that_is_taken_is_taken(send):
    content = b"%PDF-1.4\n" + b" " * (20 * 1024 * 1024 - 9 - 5) + b"%%EOF"
    assert len(content) == 20 * 1024 * 1024
    assert send(content).status_code == 302


NAMES = (
    "../../x", "..\\..\\x.pdf", "/etc/passwd", "a\r\nX-Evil: y.pdf", "a\nb.pdf", "CON.pdf", "nul", "x" * 300 + ".pdf",
    "K\u202egpj.exe", "\u2066a\u2069.pdf", "a\0.pdf.exe", "a;filename=b.html", 'a".html', "a'.html", "%2e%2e%2fx.pdf",
    "=cmd|' /C calc'!A0.pdf", "<svg onload=canary()>.pdf", ".htaccess", "~", "a" + "\u0323" * 200 + ".pdf", "😀.pdf",
    "\ufffe\uffff.pdf", "a\u2028b.pdf", "-rf.pdf", "fil.pdf ", "fil.pdf.", "fil.pdf::$DATA",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_u3_no_name_reaches_the_disk_or_breaks_the_header(name, send, fetch, board, scene):
    assert send(pdf(), name).status_code == 302
    row = MeetingDocument.objects.latest("pk")
    assert all(re.fullmatch(r"[0-9a-f]{32}", one) for one in on_disk())
    assert row.file_name.endswith(".pdf")
    assert not re.search(r'[\x00-\x1f\x7f<>:"/\\|?*%\u200b-\u200f\u2028-\u202e\u2066-\u2069]', row.file_name)
    assert len(row.file_name) <= 110
    answer, _ = fetch()
    header = answer["Content-Disposition"]
    assert re.fullmatch(r"inline; filename(=\"[ !#-\[\]-~]+\"|\*=utf-8''[A-Za-z0-9!#$&+.^_`|~%'()*-]+)", header), header
    assert "X-Evil" not in answer
    for address in (f"/meetings/{scene.meeting.pk}/", reverse("meetings:documents", args=[scene.meeting.pk])):
        assert live(board.get(address).content.decode()) == []


@pytest.mark.parametrize("name", ["..", ".", "", "/", "\0"])
def test_u3_a_name_that_is_none_is_no_file(name, board, scene, people):
    """Django's own reading of the form lets such parts go."""
    mark = "x" * 20
    body = (
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        + pdf()
        + f"\r\n--{mark}--\r\n".encode()
    )
    before = on_disk()
    address = reverse("meetings:document_add", args=[scene.meeting.pk])
    answer = board.generic("POST", address, body, content_type=f"multipart/form-data; boundary={mark}")
    assert refused(answer, before)


def test_u3_a_title_may_be_anything_and_stays_words(send, board, scene):
    for number, title in enumerate(("<svg onload=canary()>", "a\r\nX: y", "K\u202egpj.exe", "{{7*7}}%s", "ka\0nari")):
        assert send(pdf(str(number)), title=title).status_code in {302, 422}
    for address in (f"/meetings/{scene.meeting.pk}/", reverse("meetings:documents", args=[scene.meeting.pk])):
        page = board.get(address).content.decode()
        assert live(page) == []
        assert "\u202e" not in page
    assert not MeetingDocument.objects.filter(title__contains="\r").exists()


@pytest.mark.parametrize(
    "content", [samples.jpeg_taken(), samples.png_taken(), samples.webp_taken(), samples.gif_taken()]
)
def test_u4_where_a_photo_was_taken_is_stored_nowhere(content, send, fetch, tmp_path):
    assert send(content).status_code == 302
    _, kept = fetch()
    assert samples.PLACE not in kept
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and samples.PLACE in path.read_bytes()]


def test_u5_many_files_at_once_and_a_body_of_unknown_length(board, scene):
    address = reverse("meetings:document_add", args=[scene.meeting.pk])
    before = on_disk()
    files = [SimpleUploadedFile(f"{n}.pdf", pdf(str(n))) for n in range(20)]
    assert refused(board.post(address, {"file": files}), before)
    body = RequestFactory().post("/", {"file": SimpleUploadedFile("a.pdf", pdf())})
    for length in ("", "0", "-1", "x", "99999999999"):
        answer = board.generic("POST", address, body.body, content_type=body.content_type, CONTENT_LENGTH=length)
        assert answer.status_code in {302, 400, 422}, length
    more = [SimpleUploadedFile(f"{n}.pdf", b"x") for n in range(200)]
    assert board.post(address, {"file": more}).status_code == 400


def test_u6_a_file_is_asked_for_anew_each_time(scene, people, client_of, client, board):
    row = scene.document
    address = reverse("meetings:document", args=[scene.meeting.pk, row.pk])
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")
    member = client_of(people["GM"])
    assert member.get(address).status_code == 200
    assert client_of(people["OG"]).get(address).status_code == 404
    scene.tie.state, scene.tie.ended_on = "ended", dt.date(2020, 1, 1)
    scene.tie.save()
    assert member.get(address).status_code == 404
    for guess in (f"/media/documents/{row.key.hex[:2]}/{row.key.hex}", f"/media/{row.key}", f"/static/{row.key.hex}"):
        assert board.get(guess).status_code == 404


def test_u6_numbers_that_are_none_lead_nowhere(scene, board):
    for number in ("99999999999999999999999", "0", "-1", "٣", "1e3", "%00"):
        answer = board.get(f"/meetings/{scene.meeting.pk}/documents/{number}/")
        assert answer.status_code == 404, number
