"""Documents of a meeting: what is taken is read from the content, the row and the file come and go together, and every
reader is asked for anew.
"""

import datetime as dt
import errno
import hashlib
import os
import struct
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from meetings.actions.documents import IsThere, add_document, remove_document, rename_document, sweep_documents
from meetings.actions.meetings.calling import withdraw_invitation
from meetings.actions.meetings.drafts import remove_draft
from meetings.files import disk
from meetings.files.kinds import find_kind
from meetings.files.names import name_for, stem_of
from meetings.files.pictures import TooManyFrames, TooManyPixels
from meetings.files.words import HasMacros, NotWhole, OldOffice, TooMuchInside, Unfit
from meetings.models import MeetingDocument
from meetings.tasks import sweep
from members.errors import Refused
from members.privacy import declared_keys
from tests import samples
from tests.factories.meetings import DraftFactory, InvitationFactory, MeetingFactory
from tests.samples import on_disk, pdf
from thamsklyngen.celery import BEAT
from thamsklyngen.demo.cast import LEADER
from thamsklyngen.demo.moving import move_on
from thamsklyngen.demo.story import build

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def meeting(group, leader):
    return MeetingFactory(group=group, title="Arbeidsmøte", created_by=leader)


@pytest.fixture
def add(meeting, leader, now):
    """``add(content, title="…")``: a document of the meeting."""

    def make(content=None, title="Sakliste", name="Sakliste.pdf", to=meeting):
        found = find_kind(pdf() if content is None else content)
        return add_document(to, found=found, given_name=name, title=title, actor=leader, now=now)

    return make


def path(meeting, rest=""):
    return f"/meetings/{meeting.pk}/documents/{rest}"


def upload(client, meeting, content=None, name="Sakliste.pdf", **more):
    file = SimpleUploadedFile(name, pdf() if content is None else content)
    return client.post(path(meeting, "add/"), {"file": file, **more})


def body(response):
    return b"".join(response.streaming_content)


def errors(response, field="file"):
    return " ".join(response.context["form"].errors.get(field, []))


# What a file is

GOOD = {
    "application/pdf": pdf(),
    "image/jpeg": samples.JPEG,
    "image/png": samples.PNG,
    "image/webp": samples.WEBP,
    "image/gif": samples.GIF,
    **{find_kind(samples.office(kind)).media_type.value: samples.office(kind) for kind in samples.TYPES},
    **{
        f"application/vnd.oasis.opendocument.{samples.OPEN[kind]}": samples.open_document(kind) for kind in samples.OPEN
    },
}


@pytest.mark.parametrize("media_type", GOOD)
def test_what_is_taken_is_known_by_its_content_and_kept_as_it_is(media_type):
    found = find_kind(GOOD[media_type])
    assert (found.media_type, found.content) == (media_type, GOOD[media_type])
    assert found.opens_inline == media_type.startswith(("image/", "application/pdf"))


OTHERS = {
    "html": b"<!doctype html><script>alert(1)</script>",
    "svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "exe": b"MZ\x90\x00" + b"\0" * 200,
    "shell": b"#!/bin/sh\nrm -rf /\n",
    "text": b"Hei",
    "rtf": b"{\\rtf1 Hei}",
    "zip": samples.archive({"a.txt": "a"}),
    "jar": samples.archive({"META-INF/MANIFEST.MF": "Main-Class: X", "X.class": b"\xca\xfe\xba\xbe"}),
    "epub": samples.archive({"mimetype": "application/epub+zip", "content.xml": ""}, stored=("mimetype",)),
    "office of no kind we take": samples.archive({"[Content_Types].xml": samples.types("application/xml")}),
    "office without its folder": samples.archive(
        {"[Content_Types].xml": samples.types(samples.main_type("docx")), "x/document.xml": ""}
    ),
    "open document packed": samples.archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ""}),
    "open document without content": samples.archive(
        {"mimetype": "application/vnd.oasis.opendocument.text"}, stored=("mimetype",)
    ),
    "pdf after something else": b"<script>alert(1)</script>" + pdf(),
    "other riff": b"RIFF\x24\0\0\0WAVEfmt ",
    "tiff": b"II*\0\x08\0\0\0",
    "heic": b"\0\0\0\x18ftypheic",
}


@pytest.mark.parametrize("kind", OTHERS)
def test_everything_else_is_refused(kind):
    with pytest.raises(Unfit) as caught:
        find_kind(OTHERS[kind])
    assert type(caught.value) is Unfit


DANGEROUS = "application/vnd.ms-word.document.macroEnabled.main+xml"
MACROS = {
    "by its part": samples.office(word__vbaProject_bin=b"\xd0\xcf"),
    "by its part in other letters": samples.office(word__VBAPROJECT_bin=b"\xd0\xcf"),
    "by its type alone": samples.office("docx", "application/vnd.ms-office.vbaProject", word__harmless_bin=b"\xd0\xcf"),
    "by its main type": samples.office("docx", DANGEROUS),
    "by a type in code": samples.archive(
        {
            "[Content_Types].xml": samples.types(samples.main_type("docx"), DANGEROUS.replace("E", "&#69;")),
            "word/document.xml": "",
        }
    ),
    "in a sheet of the old sort": samples.office("xlsx", "application/vnd.ms-excel.macrosheet+xml"),
    "in a control": samples.office(word__activeX__activeX1_bin=b"x"),
    "in an open document": samples.open_document(Basic__script="x"),
    "in an open document's scripts": samples.open_document(Scripts__python="x"),
}


@pytest.mark.parametrize("how", MACROS)
def test_macros_are_refused_however_they_are_called(how):
    with pytest.raises(HasMacros):
        find_kind(MACROS[how])


@pytest.mark.parametrize("ending", ["doc", "xls", "docx with a password"])
def test_the_old_office_format_is_refused_with_the_way_out(ending):
    with pytest.raises(OldOffice) as caught:
        find_kind(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert "DOCX" in str(caught.value)


def listed_as(content, **fields):
    """The same archive, with other figures at its end."""
    names = ("mark", "disk", "first_disk", "here", "parts", "length", "start", "comment")
    values = dict(zip(names, struct.unpack("<4s4H2LH", content[-22:]), strict=True)) | fields
    return content[:-22] + struct.pack("<4s4H2LH", *values.values())


def encrypted(content):
    place = content.rindex(b"PK\x01\x02")
    return content[: place + 8] + b"\x01" + content[place + 9 :]


def packed_by(content, method):
    place = content.index(b"PK\x01\x02")
    return content[: place + 10] + bytes((method,)) + content[place + 11 :]


DOCX = samples.office()
TWO_LISTS = samples.archive({"[Content_Types].xml": "a", "[CONTENT_TYPES].XML": "b", "word/x": ""})
BROKEN = {
    "archive cut short": DOCX[:-30],
    "archive with a word behind": DOCX + b"<script>",
    "archive with a comment": listed_as(DOCX, comment=3) + b"abc",
    "archive in pieces": listed_as(DOCX, disk=1, first_disk=1),
    "archive of the large sort": DOCX[:-22] + b"PK\x06\x07" + b"\0" * 16 + listed_as(DOCX)[-22:],
    "archive that lists elsewhere": listed_as(DOCX, start=4),
    "archive with a password": encrypted(DOCX),
    "archive packed otherwise": packed_by(DOCX, 12),
    "archive with two lists": TWO_LISTS,
    "archive of one signature": b"PK\x03\x04",
    "archive with types that are no XML": samples.archive({"[Content_Types].xml": "<Types", "word/x": ""}),
    "archive whose types grow": samples.archive(
        {"[Content_Types].xml": '<!DOCTYPE x [<!ENTITY a "aaaa">]><Types>&a;</Types>', "word/x": ""}
    ),
    "archive whose types are in other letters": samples.archive({"[content_types].xml": "<Types/>", "word/x": ""}),
    "pdf cut short": pdf()[:200],
    "jpeg cut short": samples.JPEG[:-40],
    "jpeg of a start alone": b"\xff\xd8\xff",
    "jpeg without a size": b"\xff\xd8\xff\xd9",
    "jpeg with rubbish between": samples.JPEG[:20] + b"<html>" + samples.JPEG[20:],
    "png cut short": samples.PNG[:-8],
    "png with another octet": samples.PNG[:45] + bytes((samples.PNG[45] ^ 1,)) + samples.PNG[46:],
    "png that begins otherwise": samples.PNG[:8] + samples.png_part(b"tEXt", b"a") + samples.PNG[8:],
    "png of no height": samples.png_of(8, 0),
    "webp cut short": samples.WEBP[:-8],
    "webp of a head alone": b"RIFF\x04\0\0\0WEBP",
    "webp of an unknown part": b"RIFF\x0c\0\0\0WEBPABCD\0\0\0\0",
    "gif cut short": samples.GIF[:-1],
    "gif without a picture": samples.GIF[:19] + b";",
    "gif with rubbish between": samples.GIF[:19] + b"<" + samples.GIF[19:],
}


@pytest.mark.parametrize("how", BROKEN)
def test_what_is_broken_or_odd_inside_is_refused(how):
    with pytest.raises(NotWhole):
        find_kind(BROKEN[how])


def test_an_archive_is_never_unpacked(monkeypatch):
    """What it says it unpacks to is enough, and of its list of types no more is read than such lists have."""
    bomb = samples.office(word__media=b"\0" * 600_000_000)
    assert len(bomb) < 1_000_000
    with pytest.raises(TooMuchInside):
        find_kind(bomb)
    with pytest.raises(TooMuchInside):
        find_kind(samples.archive({"[Content_Types].xml": " " * 600_000, "word/x": ""}))
    with pytest.raises(TooMuchInside):
        find_kind(samples.archive({f"word/{'x' * 200}{n}": "" for n in range(5000)}))


def test_a_picture_too_large_to_show_is_refused():
    with pytest.raises(TooManyPixels):
        find_kind(samples.png_of(50_000, 50_000))
    with pytest.raises(TooManyFrames):
        find_kind(samples.gif_taken(frames=1_001))
    assert find_kind(samples.gif_taken(frames=1_000))


TAKEN = {
    "jpeg": samples.jpeg_taken(),
    "png": samples.png_taken(),
    "webp": samples.webp_taken(),
    "gif": samples.gif_taken(),
}


@pytest.mark.parametrize("kind", TAKEN)
def test_where_a_photo_was_taken_is_left_out(kind):
    assert samples.PLACE in TAKEN[kind]
    assert samples.PLACE not in find_kind(TAKEN[kind]).content


def test_how_a_photo_is_turned_stays():
    assert b"\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00" in find_kind(samples.jpeg_taken(6)).content
    assert find_kind(samples.jpeg_taken(1)).content == samples.JPEG


@pytest.mark.parametrize("word", ["/JavaScript", "/Launch", "/RichMedia"])
def test_a_pdf_that_acts_by_itself_is_not_opened_in_place(word):
    assert not find_kind(pdf(f"<< /S {word} >>")).opens_inline


# What it is called

NAMES = {
    "Sakliste.pdf": "Sakliste.pdf",
    "Bilde.PDF": "Bilde.pdf",
    "virus.exe": "virus.pdf",
    "side.html": "side.pdf",
    "uten ending": "uten ending.pdf",
    "../../etc/passwd": "passwd.pdf",
    "C:\\Users\\kari\\notat.pdf": "notat.pdf",
    "a\r\nSet-Cookie: x.pdf": "a Set-Cookie_ x.pdf",
    "K\u202egpj.exe": "Kgpj.pdf",
    "nul\0l.pdf": "null.pdf",
    "CON.pdf": "_CON.pdf",
    "lpt1.tar.pdf": "_lpt1.tar.pdf",
    'sitat".pdf': "sitat_.pdf",
    "100%.pdf": "100_.pdf",
    ".pdf": "Dokument.pdf",
    "...": "Dokument.pdf",
    "": "Dokument.pdf",
    "Møte 3. mai": "Møte 3. mai.pdf",
    "ø" * 300 + ".pdf": "ø" * 100 + ".pdf",
}


@pytest.mark.parametrize("given", NAMES)
def test_a_name_is_made_harmless_and_ends_as_what_it_is(given):
    assert name_for(given, "application/pdf") == NAMES[given]


def test_without_a_title_it_is_called_by_the_name_of_the_file(meeting, client_of, leader):
    upload(client_of(leader), meeting, name="Budsjett 2027.pdf")
    row = MeetingDocument.objects.get()
    assert (row.title, row.file_name) == ("Budsjett 2027", "Budsjett 2027.pdf")
    assert stem_of("100% klar.pdf") == "100% klar"


# Adding


def test_the_row_tells_the_file(meeting, client_of, leader):
    answer = upload(client_of(leader), meeting, title="  Saks\u200bliste  ")
    assert answer.status_code == 302
    row = MeetingDocument.objects.get()
    assert (row.meeting, row.title, row.media_type) == (meeting, "Saksliste", "application/pdf")
    assert (row.size, row.sha256) == (len(pdf()), hashlib.sha256(pdf()).hexdigest())
    assert (row.uploaded_by, row.removed_at, row.opens_inline) == (leader, None, True)
    assert on_disk() == [row.key.hex]
    assert disk.path_of(row.key).read_bytes() == pdf()


def test_the_disk_tells_nothing_and_lets_nobody_else_read(add, settings):
    row = add(name="Hemmelig.pdf")
    file = disk.path_of(row.key)
    assert "Hemmelig" not in str(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == Path(settings.MEDIA_ROOT, "documents").stat().st_mode & 0o777 == 0o700


BAD = {
    "nothing chosen": (None, "Velg ei fil."),
    "empty": (b"", "Fila er tom."),
    "too large": (b"%PDF-1.4" + b" " * (20 * 1024 * 1024), "Fila er større enn 20 MB."),
    "of another kind": (OTHERS["html"], "Bare PDF, bilder"),
    "with macros": (MACROS["by its part"], "Fila har makroer."),
    "old": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "gammelt Office-format"),
    "broken": (samples.PNG[:-8], "Fila er ikke hel"),
    "a bomb": (samples.archive({"[Content_Types].xml": " " * 600_000}), "pakkes ut til mer"),
}


@pytest.mark.parametrize("how", BAD)
def test_what_is_wrong_is_said_beside_the_file_and_nothing_is_left(how, meeting, client_of, leader):
    content, words = BAD[how]
    sent = {"title": "Min tittel"}
    if content is not None:
        sent["file"] = SimpleUploadedFile("fil.pdf", content)
    answer = client_of(leader).post(path(meeting, "add/"), sent)
    assert answer.status_code == 422
    assert words in errors(answer)
    page = answer.content.decode()
    assert 'value="Min tittel"' in page
    assert "is-invalid" in page
    assert not MeetingDocument.objects.exists()
    assert on_disk() == []


def test_a_title_that_is_too_long_is_said_and_nothing_is_left(meeting, client_of, leader):
    answer = upload(client_of(leader), meeting, title="x" * 121)
    assert answer.status_code == 422
    assert errors(answer, "title")
    assert (MeetingDocument.objects.count(), on_disk()) == (0, [])


def test_one_file_at_a_time(meeting, client_of, leader):
    files = [SimpleUploadedFile(f"{n}.pdf", pdf(str(n))) for n in range(20)]
    answer = client_of(leader).post(path(meeting, "add/"), {"file": files})
    assert answer.status_code == 422
    assert "én fil" in errors(answer)
    assert (MeetingDocument.objects.count(), on_disk()) == (0, [])


def test_the_largest_file_is_taken(meeting, client_of, leader, settings):
    settings.DOCUMENT_BYTES = len(pdf())
    assert upload(client_of(leader), meeting).status_code == 302
    assert upload(client_of(leader), meeting, pdf("Hei1")).status_code == 422


def test_the_same_file_twice_is_one(meeting, client_of, leader, add):
    client = client_of(leader)
    upload(client, meeting)
    answer = upload(client, meeting, name="Annet navn.pdf")
    assert answer.status_code == 302
    assert (MeetingDocument.objects.count(), len(on_disk())) == (1, 1)
    with pytest.raises(IsThere):
        add()
    remove_document(MeetingDocument.objects.get(), actor=leader, now=timezone.now())
    assert upload(client, meeting).status_code == 302
    assert MeetingDocument.objects.standing().count() == 1


def test_the_database_holds_one_of_each_and_none_that_is_empty(add):
    row = add()
    for fields in ({"size": 1}, {"size": 0, "sha256": "0" * 64}):
        row.pk, row.key, row.sha256 = None, disk.UUID(int=fields["size"] + 7), fields.get("sha256", row.sha256)
        row.size = fields["size"]
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def test_thirty_and_no_more(meeting, client_of, leader, add, settings):
    settings.DOCUMENTS_PER_MEETING = 2
    add(pdf("1"))
    last = add(pdf("2"))
    client = client_of(leader)
    answer = upload(client, meeting, pdf("3"))
    assert answer.status_code == 422
    assert "2 dokumenter" in errors(answer)
    assert len(on_disk()) == 2
    assert 'type="file"' not in client.get(path(meeting)).content.decode()
    remove_document(last, actor=leader, now=timezone.now())
    assert upload(client, meeting, pdf("3")).status_code == 302


def test_a_full_disk_is_said_and_leaves_no_piece(meeting, client_of, leader, monkeypatch):
    def full(_file):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    answer = upload(client_of(leader), meeting)
    assert answer.status_code == 422
    assert "Prøv igjen senere" in errors(answer)
    assert (MeetingDocument.objects.count(), on_disk()) == (0, [])


def test_what_fails_afterwards_leaves_neither_row_nor_file(add, monkeypatch):
    def broken(_key):
        raise RuntimeError

    monkeypatch.setattr(disk, "settle", broken)
    with pytest.raises(RuntimeError):
        add()
    assert (MeetingDocument.objects.count(), on_disk()) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_fails_leaves_no_file(add, monkeypatch):
    from django.db import connection

    def broken():
        raise IntegrityError

    with monkeypatch.context() as patch:
        patch.setattr(connection, "_commit", broken)
        with pytest.raises(IntegrityError):
            add()
    assert (MeetingDocument.objects.count(), on_disk()) == (0, [])


def test_of_too_large_a_file_no_more_reaches_the_disk_than_is_needed(client, settings, monkeypatch):
    """Whoever sends it, and wherever to."""
    from django.core.files.uploadedfile import TemporaryUploadedFile

    written = []
    real = TemporaryUploadedFile.__init__

    def noted(self, *args, **kwargs):
        real(self, *args, **kwargs)
        write = self.file.write
        self.file.write = lambda data: written.append(len(data)) or write(data)

    monkeypatch.setattr(TemporaryUploadedFile, "__init__", noted)
    settings.DOCUMENT_BYTES = 3_000_000
    file = SimpleUploadedFile("stor.pdf", b"x" * 9_000_000)
    client.post("/theme/", {"a": file, "b": SimpleUploadedFile("b.pdf", b"x" * 4_000_000), "theme": "dark"})
    assert sum(written) == 3_000_001


def test_staff_say_why_and_those_who_run_the_meeting_see_it(meeting, client_of, staff, leader):
    client = client_of(staff)
    answer = upload(client, meeting)
    assert answer.status_code == 422
    assert errors(answer, "reason")
    assert on_disk() == []
    upload(client, meeting, reason="Lederen er syk")
    assert "Lederen er syk" in client_of(leader).get(path(meeting)).content.decode()
    row = MeetingDocument.objects.get()
    for verb in ("edit/", "remove/"):
        assert client.post(path(meeting, f"{row.pk}/{verb}"), {"title": "Ny"}).status_code == 422
    assert MeetingDocument.objects.standing().get().title == "Sakliste"
    client.post(path(meeting, f"{row.pk}/remove/"), {"reason": "Feil fil"})
    page = client_of(leader).get(path(meeting)).content.decode()
    assert "Feil fil" in page
    assert "Fjernet" in page


def test_staff_cannot_leave_the_reason_out_by_another_door(meeting, staff, add, now):
    row = add()
    found = find_kind(pdf("Annet"))
    for deed in (
        lambda: add_document(meeting, found=found, given_name="a", title="a", actor=staff, now=now),
        lambda: rename_document(row, title="a", actor=staff, now=now),
        lambda: remove_document(row, actor=staff, now=now, reason="  "),
    ):
        with pytest.raises(Refused):
            deed()
    row.refresh_from_db()
    assert (row.title, row.removed_at, len(on_disk())) == ("Sakliste", None, 1)


# Reading


@pytest.fixture
def invited(meeting, outsider):
    return InvitationFactory(meeting=meeting, user=outsider, affiliation=outsider.affiliations.get())


def status(client_of, who, row):
    return client_of(who).get(path(row.meeting, f"{row.pk}/")).status_code


def test_it_is_read_by_the_invited_the_group_the_board_and_staff_alone(
    add, invited, client_of, member, board_member, leader, staff, other_member, colleague, newcomer, client
):
    row = add()
    for reader in (invited.user, member, board_member, leader, staff):
        assert status(client_of, reader, row) == 200
    for stranger in (other_member, colleague, newcomer):
        assert status(client_of, stranger, row) == 404
    answer = client.get(path(row.meeting, f"{row.pk}/"))
    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/accounts/login/")


def test_an_open_meeting_does_not_open_its_documents(meeting, add, client_of, client, outsider):
    row = add(title="Kanariliste")
    meeting.is_open = True
    meeting.save()
    for reader in (client, client_of(outsider)):
        page = reader.get(f"/meetings/{meeting.pk}/")
        assert page.status_code == 200
        assert "Kanariliste" not in page.content.decode()
    assert status(client_of, outsider, row) == 404


def test_the_boards_meeting_is_not_the_groups(meeting, add, client_of, member):
    row = add()
    meeting.is_board_only = True
    meeting.save()
    assert status(client_of, member, row) == 404


def test_a_draft_is_for_those_who_run_it(group, add, client_of, leader, member):
    row = add(to=DraftFactory(group=group))
    assert status(client_of, leader, row) == 200
    assert status(client_of, member, row) == 404


def test_the_right_ends_with_what_it_rests_on(add, invited, client_of, member, leader, now):
    row = add()
    withdraw_invitation(invited, actor=leader, now=now)
    assert status(client_of, invited.user, row) == 404
    tie = member.affiliations.get()
    tie.state, tie.ended_on = "ended", (now - dt.timedelta(days=1)).date()
    tie.save()
    assert status(client_of, member, row) == 404


def test_one_meeting_is_not_reached_through_another(add, group, client_of, leader):
    row = add()
    other = MeetingFactory(group=group)
    client = client_of(leader)
    assert client.get(path(other, f"{row.pk}/")).status_code == 404
    assert client.get(path(other, f"{row.pk}/edit/")).status_code == 404
    assert client.post(path(other, f"{row.pk}/edit/"), {"title": "x"}).status_code == 404
    assert client.post(path(other, f"{row.pk}/remove/")).status_code == 404
    assert MeetingDocument.objects.standing().get().title == "Sakliste"


def test_no_address_of_the_folder_leads_to_it(add, client_of, leader):
    key = add().key.hex
    for address in (f"/media/documents/{key[:2]}/{key}", f"/documents/{key}", f"/static/documents/{key[:2]}/{key}"):
        assert client_of(leader).get(address).status_code == 404


def test_what_browsers_are_told(add, client_of, leader):
    row = add(name="Møte «3».pdf")
    response = client_of(leader).get(path(row.meeting, f"{row.pk}/"))
    assert body(response) == pdf()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == str(len(pdf()))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store, private"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    policy = response["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "frame-ancestors 'none'"} <= set(policy)
    assert "sandbox" not in policy  # Safari shows no PDF without an origin
    picture = client_of(leader).get(path(row.meeting, f"{add(samples.png_taken()).pk}/"))
    assert "sandbox" in picture["Content-Security-Policy"].split("; ")
    assert response["Content-Disposition"] == "inline; filename*=utf-8''M%C3%B8te%20%C2%AB3%C2%BB.pdf"


@pytest.mark.parametrize(
    ("content", "how"),
    [
        (pdf(), "inline"),
        (samples.PNG, "inline"),
        (samples.JPEG, "inline"),
        (samples.office("xlsx"), "attachment"),
        (samples.open_document(), "attachment"),
        (pdf("/JavaScript"), "attachment"),
    ],
    ids=["pdf", "png", "jpeg", "xlsx", "odt", "acting pdf"],
)
def test_only_pdf_and_pictures_open_in_place(content, how, add, client_of, leader):
    row = add(content)
    response = client_of(leader).head(path(row.meeting, f"{row.pk}/"))
    assert response["Content-Disposition"].startswith(f'{how}; filename="Sakliste.')


def test_a_file_that_somebody_took_is_not_found_and_told(add, client_of, leader, caplog):
    row = add()
    disk.path_of(row.key).unlink()
    assert status(client_of, leader, row) == 404
    assert "meetings.document_lost" in caplog.text


def test_the_pages_lead_there(meeting, add, invited, client_of, member, leader):
    row = add(title="Budsjett <b>")
    link = f'<a href="{path(meeting, f"{row.pk}/")}">Budsjett &lt;b&gt;</a>'
    for reader in (invited.user, member, leader):
        assert link in client_of(reader).get(f"/meetings/{meeting.pk}/").content.decode()
    manage = f'href="{path(meeting)}"'
    assert manage in client_of(leader).get(f"/meetings/{meeting.pk}/").content.decode()
    assert manage not in client_of(member).get(f"/meetings/{meeting.pk}/").content.decode()


def test_the_minutes_lead_there(scene, client_of, member):
    page = client_of(member).get(f"/meetings/{scene.meeting.pk}/minutes/").content.decode()
    assert path(scene.meeting, f"{scene.document.pk}/") in page


def test_pages_take_the_same_queries_for_few_and_many(group, add, client_of, member, leader, same_queries):
    few, many = MeetingFactory(group=group), MeetingFactory(group=group)
    add(to=few)
    for number in range(12):
        add(pdf(str(number)), to=many)
    same_queries(f"/meetings/{few.pk}/", f"/meetings/{many.pk}/", client_of(member))
    same_queries(path(few), path(many), client_of(leader))


# Another title, and away


def test_it_gets_another_title_and_keeps_its_name(add, client_of, leader):
    row = add()
    client = client_of(leader)
    client.post(path(row.meeting, f"{row.pk}/edit/"), {"title": " Ny\r\ntittel "})
    row.refresh_from_db()
    assert (row.title, row.file_name) == ("Ny tittel", "Sakliste.pdf")


@pytest.mark.parametrize("title", ["", "   ", "\u200b", "x" * 121])
def test_a_title_that_is_none_is_said_beside_its_field(title, add, client_of, leader):
    row = add()
    answer = client_of(leader).post(path(row.meeting, f"{row.pk}/edit/"), {"title": title})
    assert answer.status_code == 422
    assert errors(answer, "title")
    row.refresh_from_db()
    assert row.title == "Sakliste"


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_away_is_gone_from_page_and_disk(add, client_of, leader, member):
    row = add()
    client_of(leader).post(path(row.meeting, f"{row.pk}/remove/"))
    row.refresh_from_db()
    assert (row.removed_by, row.removed_at is None) == (leader, False)
    assert on_disk() == []
    assert status(client_of, leader, row) == 404
    assert "Sakliste" not in client_of(member).get(f"/meetings/{row.meeting_id}/").content.decode()
    assert client_of(leader).post(path(row.meeting, f"{row.pk}/remove/")).status_code == 404
    assert client_of(leader).get(path(row.meeting, f"{row.pk}/edit/")).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_removal_that_is_taken_back_keeps_the_file(add, leader, now):
    row = add()
    with transaction.atomic():
        remove_document(row, actor=leader, now=now)
        transaction.set_rollback(True)
    assert on_disk() == [row.key.hex]
    assert MeetingDocument.objects.standing().get() == row


def test_taken_away_twice_is_once(add, leader, board_member, now):
    row = add()
    assert remove_document(row, actor=leader, now=now)
    assert not remove_document(row, actor=board_member, now=now)
    row.refresh_from_db()
    assert row.removed_by == leader


@pytest.mark.django_db(transaction=True)
def test_a_draft_thrown_away_takes_its_files_along(group, add, leader):
    draft = DraftFactory(group=group)
    add(to=draft)
    remove_draft(draft, actor=leader)
    assert (MeetingDocument.objects.count(), on_disk()) == (0, [])


def test_at_night_what_killed_processes_left_is_taken_away(add, leader, now):
    kept, gone = add(pdf("1")), add(pdf("2"))
    remove_document(
        gone, actor=leader, now=now
    )  # not committed here, as if the process had been killed before the file went
    old, new = disk.UUID(int=1), disk.UUID(int=2)
    for key in (old, new):
        disk.write(key, b"x")
    # Killed between the file's last name and the commit, and between a draft's end and that of its files
    orphan, young = disk.UUID(int=3), disk.UUID(int=4)
    for key in (orphan, young):
        disk.write(key, b"x")
        disk.settle(key)
    before = (now - dt.timedelta(days=2)).timestamp()
    for file in (disk.path_of(old).with_suffix(disk.PART), disk.path_of(orphan), disk.path_of(kept.key)):
        os.utime(file, (before, before))
    assert sweep_documents(now) == 3
    assert on_disk() == sorted([kept.key.hex, f"{new.hex}.part", young.hex])
    assert sweep_documents(now) == 0
    sweep()
    assert sum(name == sweep.name for name, _when, _wait in BEAT) == 1


# People and the office


def test_what_becomes_of_the_keys_to_a_person_is_declared():
    assert {"meetings.MeetingDocument.uploaded_by", "meetings.MeetingDocument.removed_by"} <= declared_keys().keys()


def test_a_name_that_was_taken_out_is_not_shown(add, client_of, leader, board_member, now):
    row = add()
    leader.name, leader.anonymised_at = "", now
    leader.save()
    assert "Et tidligere medlem" in client_of(board_member).get(path(row.meeting)).content.decode()


def test_the_demo_has_a_presentation_that_moves_along(now, client_of):
    build(now)
    row = MeetingDocument.objects.get()
    assert (row.opens_inline, row.uploaded_by.name) == (True, LEADER)
    assert move_on(now + dt.timedelta(weeks=6)) > 0
    assert MeetingDocument.objects.get().uploaded_at > row.uploaded_at


@pytest.mark.browser
def test_browsers_show_what_is_left_of_a_photo(browser):
    """Without its place it is still a picture, and still turned."""
    import base64

    page = browser.new_page()
    sides = []
    for kind, content in TAKEN.items():
        source = f"data:image/{kind};base64,{base64.b64encode(find_kind(content).content).decode()}"
        sides.append(
            page.evaluate(
                "async (src) => { const img = new Image(); img.src = src; await img.decode();"
                " return [img.naturalWidth, img.naturalHeight]; }",
                source,
            )
        )
    page.close()
    assert sides == [[4, 8], [8, 4], [8, 4], [1, 1]]
