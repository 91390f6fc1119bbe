import base64
import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import getaddresses
from pathlib import Path

import pytest

from mail.kinds import Letter
from mail.mime import UnsendableError, compose

GOLDEN = Path(__file__).parent / "golden"
NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
MESSAGE_ID = "<123.456.789@portal.example>"
ICS = (
    "BEGIN:VCALENDAR\r\nPRODID:-//x//\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\n"
    "SUMMARY:Kickoff på Damphuset\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
).encode()


def letter(**changes):
    values = {
        "to": "kari@example.org",
        "to_name": "Kari Åsnes, Ørland",
        "subject": "Innkalling: Kickoff for Effektiv produksjon torsdag 26. november kl. 12.00 på Damphuset",
        "text": "Hei, Kari.\n\nVi starter på Damphuset.\n.\nEn linje som begynner med punktum over.\n",
        "html": "<p>Hei, Kari.</p>\n<p>Vi starter på Damphuset.</p>\n",
        "language": "nb",
    }
    return Letter(**(values | changes))


def invitation(**changes):
    values = {
        "calendar": ICS,
        "calendar_method": "REQUEST",
        "from_name": "Styret i Effektiv produksjon",
        "reply_to": "Styret <styret-abc@rsvp.portal.example>",
        "unsubscribe": "https://portal.example/unsubscribe/abc/",
        "in_reply_to": "<1@portal.example>",
    }
    return letter(**(values | changes))


@pytest.fixture(autouse=True)
def sender(settings):
    settings.DEFAULT_FROM_EMAIL = "Thamsklyngen <post@portal.example>"


def raw(one):
    return compose(one, MESSAGE_ID, NOW).message().as_bytes(linesep="\r\n")


def parsed(one):
    return message_from_bytes(raw(one), policy=policy.default)


@pytest.mark.parametrize("name", ["plain", "invitation"])
def test_the_bytes_of_a_mail_do_not_change_unnoticed(name):
    """Files in golden/ were read by a person; a change here is a change in every mailbox."""
    made = raw(letter() if name == "plain" else invitation())
    assert made == (GOLDEN / f"{name}.eml").read_bytes()


@pytest.mark.parametrize("words", ["Syk\r.\rMAIL FROM:<boss@x.example>\rDATA\r", "en\r\nto\rtre\nfire", "\r\r\n\r"])
def test_no_line_end_stands_alone(words):
    made = raw(letter(text=words, html=words))
    assert b"\r" not in made.replace(b"\r\n", b"")
    assert b"\n" not in made.replace(b"\r\n", b"")
    assert b"\r\n.\r\n" not in made


def test_the_tree_is_the_one_that_calendars_read():
    mail = parsed(invitation())
    assert mail.get_content_type() == "multipart/mixed"
    alternative, copy = mail.iter_parts()
    assert alternative.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in alternative.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    assert copy.get_content_type() == "application/ics"
    assert copy.get_filename() == "invite.ics"
    assert copy["Content-Disposition"].startswith("attachment")


def test_the_calendar_part_has_its_method_thrice_one_charset_and_no_disposition():
    mail = parsed(invitation())
    alternative, copy = mail.iter_parts()
    calendar = list(alternative.iter_parts())[2]
    header = str(calendar["Content-Type"])
    assert header.count("charset") == 1
    assert calendar["Content-Type"].params["method"] == "REQUEST"
    first, second = (part.get_payload(decode=True) for part in (calendar, copy))
    assert first == second == ICS
    assert b"\r\nMETHOD:REQUEST\r\n" in first
    assert calendar["Content-Disposition"] is None
    assert calendar["Content-ID"] is None
    assert calendar["Content-Transfer-Encoding"] == "base64"
    assert base64.b64decode(calendar.get_payload()) == ICS


def test_a_method_that_differs_from_the_body_is_refused():
    with pytest.raises(UnsendableError):
        compose(invitation(calendar_method="CANCEL"), MESSAGE_ID, NOW)


def test_what_every_mail_says_to_machines():
    mail = parsed(letter())
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Content-Language"] == "nb"
    assert mail["Message-ID"] == MESSAGE_ID
    assert mail["MIME-Version"] == "1.0"
    assert mail["List-Unsubscribe"] is None
    assert mail["Reply-To"] is None
    assert len(mail.get_all("To")) == 1


def test_the_way_out_is_one_click_and_the_thread_is_kept():
    mail = parsed(invitation())
    assert mail["List-Unsubscribe"] == "<https://portal.example/unsubscribe/abc/>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["In-Reply-To"] == mail["References"] == "<1@portal.example>"


def test_names_come_back_as_they_were_written():
    mail = parsed(invitation(to_name='Kari "Kaia" Åsnes, Ørland; sjef', from_name="Styret (EP)"))
    assert mail["To"].addresses[0].display_name == 'Kari "Kaia" Åsnes, Ørland; sjef'
    assert mail["To"].addresses[0].addr_spec == "kari@example.org"
    assert mail["From"].addresses[0].display_name == "Styret (EP)"
    assert mail["From"].addresses[0].addr_spec == "post@portal.example"
    assert mail["Subject"] == invitation().subject


NAMES = [
    "Kari",
    "Kari Nordmann",
    "Kari  Nordmann",
    "Nordmann, Kari",
    "K. Nordmann (Orkla)",
    'Kari "Kaia" \\ Nordmann',
    "Kari <kari@example.net>",
    "=?utf-8?q?Ola?=",
    "Åsne",
    "Åse Ødegård, daglig leder; (vikar)",
    "王 小明",
    "\U0001f44b Kari",
    "Kari\tNordmann",
    "Styret i Effektiv produksjon og logistikk langs fjorden, via Thamsklyngen i Trøndelag",
    "A" * 60,
    "Navn " * 30 + "slutt",
    "ÆØÅ" * 40,
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
@pytest.mark.parametrize("address", ["kari@example.org", f"{'a' * 60}@{'b' * 60}.example"], ids=["short", "long"])
def test_a_name_makes_one_recipient_and_comes_back(name, address):
    """Taken apart first and decoded then, as RFC 2047 6.2 has it; the library's newer reader parts long names by blanks."""
    made = raw(letter(to=address, to_name=name))
    head = made.partition(b"\r\n\r\n")[0]
    [(written, spec)] = getaddresses([message_from_bytes(made, policy=policy.compat32)["To"]])
    assert (str(make_header(decode_header(written))), spec) == (name, address)
    lines = re.search(rb"^To: (.*\r\n(?: .*\r\n)*)", head + b"\r\n", re.MULTILINE)[0].split(b"\r\n")
    assert all(len(line) <= 78 or address.encode() in line for line in lines)
    assert all(len(word) <= 75 for word in re.findall(rb"=\?.*?\?=", head))


def test_a_long_foreign_name_with_a_comma_makes_one_recipient():
    mail = parsed(
        letter(to_name="Åse-Kristin Ødegårdshaugen Bjørnstjerne, daglig leder i Ærlig Øl og Åpen Kjøle AS, Ørland")
    )
    assert len(mail["To"].addresses) == 1
    assert mail["To"].addresses[0].addr_spec == "kari@example.org"


def test_a_domain_with_norwegian_letters_is_written_in_its_ascii_form():
    assert parsed(letter(to="kari@blåbær.example"))["To"].addresses[0].addr_spec == "kari@xn--blbr-roah.example"


def test_no_line_is_too_long_and_the_only_line_end_is_crlf():
    made = raw(invitation(text="lang " * 1000, html=f"<p>{'lang ' * 1000}</p>"))
    assert max(len(line) for line in made.split(b"\r\n")) <= 998
    assert made.count(b"\n") == made.count(b"\r\n")


def test_the_same_row_gives_the_same_bytes_again():
    assert raw(invitation()) == raw(invitation())


def test_long_links_and_ids_stay_in_one_piece():
    link = f"https://portal.example/unsubscribe/{'abcDEF_-12' * 12}/"
    thread = f"<{'a1' * 45}@portal.example>"
    made = raw(invitation(unsubscribe=link, in_reply_to=thread))
    assert f"List-Unsubscribe: <{link}>\r\n".encode() in made
    assert f"In-Reply-To: {thread}\r\n".encode() in made


def test_a_long_address_stays_in_one_piece():
    address = f"{'a' * 60}@{'b' * 60}.example"
    assert parsed(letter(to=address))["To"].addresses[0].addr_spec == address
    assert address.encode() in raw(letter(to=address))


def test_every_letter_and_blank_comes_back():
    text = "Å – «ærlig» … \x85 \x0c\ttab \U0001f44b\nblank på slutten \n" + "lang " * 300 + "\n=3D . \n.\nFrom oss\n"
    mail = parsed(invitation(text=text, html=f"<p>{text}</p>\n"))
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == text
    assert mail.get_body(("html",)).get_content().replace("\r\n", "\n") == f"<p>{text}</p>\n"


def test_the_librarys_own_reader_and_ours_agree_on_the_bytes():
    tree = compose(invitation(), MESSAGE_ID, NOW).message()
    assert message_from_bytes(tree.as_bytes(), policy=policy.default).as_bytes().count(b"text/calendar") == 1
    assert b"\r" not in tree.as_bytes()
