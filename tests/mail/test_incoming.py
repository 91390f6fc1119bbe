"""Mail that comes in: stored once and sealed, read with bounds, ended as exactly one outcome."""

import base64
import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import close_old_connections, connection
from django.utils import timezone

from mail import retention
from mail.incoming import outcomes, processing
from mail.incoming.authenticity import Authenticity
from mail.incoming.outcomes import Result
from mail.incoming.reading import read, unquoted
from mail.incoming.storing import LARGEST, TooLargeError, deliver, raw_of
from mail.models import Incoming, Message, Outcome, Source, State
from mail.queue import enqueue
from mail.returns import return_path, row_behind
from mail.tasks import read_incoming
from tests.mail.postman import OURS, forged, letter, proven, report

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.UTC)
US = "mote-abc@rsvp.portal.example"


@pytest.fixture(autouse=True)
def _our_domain(settings, monkeypatch):
    settings.RSVP_DOMAIN = "rsvp.portal.example"
    settings.INBOUND = type(settings.INBOUND)(authserv_ids=frozenset({OURS}))
    monkeypatch.setattr(read_incoming, "apply_async", lambda **_options: None)
    monkeypatch.setattr(outcomes, "_readers", [])


def reads(reader):
    outcomes.register(reader, {})


def came(mail, to=(US,), source=Source.LMTP):
    raw = mail if isinstance(mail, bytes) else mail.as_bytes()
    return deliver(raw, to, source).row


def ended(row):
    processing.process(timezone.now())
    row.refresh_from_db()
    return row.outcome, row.reason


def test_a_mail_is_kept_as_it_came_and_sealed():
    raw = letter(US, text="Kanarifugl").as_bytes()
    row = came(raw)
    assert raw_of(row) == raw
    assert "Kanarifugl" not in row.sealed
    assert base64.b64encode(raw).decode()[:40] not in row.sealed
    assert (row.envelope_to, row.outcome, row.source) == ([US], Outcome.WAITING, Source.LMTP)


def test_nul_is_in_nothing_that_is_read(db):
    """PostgreSQL takes it in no text, not even in what it is asked for."""
    raw = (
        b"From: a@b.example\r\nReferences: <1\x002@x.example>\r\nSubject: =?utf-8?q?a=00b?=\r\n"
        b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\nContent-Type: text/plain\r\n\r\nja\x00 takk\r\n"
        b"--q\r\nContent-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\nX:\x00\r\nEND:VCALENDAR\r\n--q--"
    )
    mail = read(came(raw))
    assert mail.header("References") == "<12@x.example>"
    assert (mail.header("Subject"), mail.text) == ("ab", "ja takk")
    assert mail.calendars == [("BEGIN:VCALENDAR\r\nX:\r\nEND:VCALENDAR", "REPLY")]


def test_the_same_mail_again_is_one_and_is_counted():
    raw = letter(US).as_bytes()
    first, second = deliver(raw, [US], Source.LMTP), deliver(raw, [US.upper()], Source.IMAP)
    assert (first.is_new, second.is_new, first.row.pk == second.row.pk) == (True, False, True)
    assert Incoming.objects.get().copies == 2


def test_the_same_words_to_somebody_else_are_another_mail():
    raw = letter(US).as_bytes()
    deliver(raw, [US], Source.LMTP)
    assert deliver(raw, ["mote-xyz@rsvp.portal.example"], Source.LMTP).is_new


def test_a_worker_is_woken_once_for_what_is_new(monkeypatch, django_capture_on_commit_callbacks):
    woken = []
    monkeypatch.setattr(read_incoming, "apply_async", lambda **options: woken.append(options))
    raw = letter(US)
    with django_capture_on_commit_callbacks(execute=True):
        came(raw)
        came(raw)
    assert len(woken) == 1


def test_a_broker_that_is_away_loses_nothing(monkeypatch, django_capture_on_commit_callbacks):
    def away(**_options):
        raise ConnectionError

    monkeypatch.setattr(read_incoming, "apply_async", away)
    with django_capture_on_commit_callbacks(execute=True):
        row = came(letter(US))
    assert ended(row) == (Outcome.IGNORED, "nobody_reads_it")


def test_what_is_too_large_is_refused_at_the_door():
    with pytest.raises(TooLargeError):
        deliver(b"x" * (LARGEST + 1), [US], Source.LMTP)
    assert not Incoming.objects.exists()


# Outcomes


def test_the_first_reader_who_knows_it_decides():
    asked = []
    reads(lambda mail, now: asked.append("first") or None)
    reads(lambda mail, now: Result(Outcome.APPLIED, "yes", about="meeting:1", concerns="invitation:2"))
    reads(lambda mail, now: asked.append("third"))
    row = came(letter(US))
    assert ended(row) == (Outcome.APPLIED, "yes")
    assert (row.about, row.concerns, asked) == ("meeting:1", "invitation:2", ["first"])
    assert row.processed_at is not None


def test_a_mail_is_read_once():
    read_by = []
    reads(lambda mail, now: read_by.append(mail.row.pk))
    row = came(letter(US))
    ended(row)
    ended(row)
    assert read_by == [row.pk]


def test_the_reader_works_in_the_moment_the_mail_came():
    seen = []
    reads(lambda mail, now: seen.append(now))
    row = came(letter(US))
    ended(row)
    assert seen == [row.received_at]


def test_a_reader_that_fails_changes_nothing_and_a_person_looks_after_three_times():
    def broken(mail, now):
        Message.objects.create(kind="x", recipient="y")
        raise RuntimeError("Kanarifugl")

    reads(broken)
    row, other = came(letter(US)), came(letter(US, text="En annen"))
    assert ended(row) == (Outcome.WAITING, "")
    assert ended(row) == (Outcome.WAITING, "")
    assert ended(row) == (Outcome.REVIEW, "unreadable")
    other.refresh_from_db()
    assert other.outcome == Outcome.REVIEW
    assert not Message.objects.exists()
    assert "Kanarifugl" not in str(row.data)


def test_one_bad_mail_does_not_keep_the_next_from_being_read():
    def picky(mail, now):
        if "Vond" in mail.text:
            raise RuntimeError
        return Result(Outcome.APPLIED, "good")

    reads(picky)
    came(letter(US, text="Vond"))
    assert ended(came(letter(US, text="God"))) == (Outcome.APPLIED, "good")


@pytest.mark.django_db(transaction=True)
def test_eight_hands_read_each_mail_once():
    read_by = []
    reads(lambda mail, now: read_by.append(mail.row.pk) or Result(Outcome.APPLIED, "good"))
    for number in range(20):
        came(letter(US, text=f"Nummer {number}"))

    def hand(_number):
        try:
            return processing.process(timezone.now())
        finally:
            close_old_connections()
            connection.close()

    with ThreadPoolExecutor(8) as hands:
        list(hands.map(hand, range(8)))
    assert sorted(read_by) == sorted(Incoming.objects.values_list("pk", flat=True))
    assert set(Incoming.objects.values_list("outcome", flat=True)) == {Outcome.APPLIED}


@pytest.mark.django_db(transaction=True)
def test_eight_hands_store_a_mail_once():
    raw = letter(US).as_bytes()

    def hand(_number):
        try:
            return deliver(raw, [US], Source.LMTP).is_new
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as hands:
        assert sum(hands.map(hand, range(8))) == 1
    assert Incoming.objects.get().copies == 8


# Reading


def test_what_is_quoted_and_signed_is_not_what_the_person_wrote():
    text = "Kommer ikke\n\nHilsen Marte\n\nDen 3. mars 2026 kl. 10.00 skrev Styret <post@x.example>:\n> Kommer du?\n"
    assert unquoted(text) == "Kommer ikke\n\nHilsen Marte"
    assert unquoted("Ja\n-----Opprinnelig melding-----\nFra: x") == "Ja"
    assert unquoted("Ja\r\n-- \r\nMarte") == "Ja"


def test_an_html_mail_is_read_as_words():
    mail = letter(US)
    mail.set_content("<style>p{}</style><p>Ja, <b>gjerne</b></p><blockquote>Kommer du?</blockquote>", subtype="html")
    assert read(came(mail)).text == "Ja, gjerne"


@pytest.mark.parametrize(
    "line",
    ["a@x.no, b@x.no", "", "Marte", '"a@x.no" <b@y.no>, c@z.no', "<a b@x.no>", "a@x"],
)
def test_a_sender_is_one_address_or_none(line):
    raw = f"From: {line}\r\nTo: {US}\r\n\r\nHei\r\n".encode()
    assert read(came(raw)).sender == ""


def test_two_lines_of_from_are_no_sender():
    raw = f"From: a@x.no\r\nFrom: a@x.no\r\nTo: {US}\r\n\r\nHei\r\n".encode()
    assert read(came(raw)).sender == ""


def nested(depth, inner):
    for number in range(depth):
        mark = f"b{number}"
        inner = (
            f'Content-Type: multipart/mixed; boundary="{mark}"\r\n\r\n--{mark}\r\n'.encode()
            + inner
            + f"\r\n--{mark}--\r\n".encode()
        )
    return inner


CALENDAR = b"Content-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def test_calendars_are_found_in_nested_parts_and_not_without_end():
    assert len(read(came(nested(9, CALENDAR))).calendars) == 1
    assert read(came(nested(12, CALENDAR))).calendars == []


def test_the_calendar_inside_a_forwarded_mail_is_not_ours_to_read():
    raw = nested(1, b"Content-Type: message/rfc822\r\n\r\n" + CALENDAR)
    assert read(came(raw)).calendars == []


def test_no_more_than_twenty_parts_are_read():
    parts = b"".join(b"\r\n--x\r\n" + CALENDAR for _ in range(40))
    raw = b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n' + parts + b"\r\n--x--\r\n"
    assert len(read(came(raw)).calendars) == 20


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "utf-16", "no-such-charset"])
def test_a_calendar_is_read_in_its_charset_or_without(charset):
    words = "SUMMARY:Møte på Ørlandet"
    octets = words.encode("utf-8" if charset.startswith("no") else charset)
    raw = f'Content-Type: text/calendar; charset="{charset}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'.encode()
    ((text, _method),) = read(came(raw + base64.encodebytes(octets))).calendars
    assert text.strip() == words


# Who it is from


def authenticity(*headers, sender="marte@example.com"):
    return read(came(letter(US, sender=sender, headers=headers))).authenticity


def test_our_own_server_proves_a_sender():
    assert authenticity(proven()) is Authenticity.PROVEN
    assert authenticity(forged()) is Authenticity.FORGED
    assert authenticity() is Authenticity.UNKNOWN


def test_a_signature_of_the_same_owner_proves_a_sender():
    def signed(domain):
        return ("Authentication-Results", f"{OURS}; dkim=pass header.d={domain}")

    assert authenticity(signed("example.com")) is Authenticity.PROVEN
    assert authenticity(signed("mail.example.com")) is Authenticity.PROVEN
    assert authenticity(signed("evil.com")) is Authenticity.UNKNOWN
    assert authenticity(signed("com")) is Authenticity.UNKNOWN


@pytest.mark.parametrize(
    "line",
    [
        "mx.evil.example; dmarc=pass header.from=example.com",  # not our server
        f"mx.evil.example ({OURS}; dmarc=pass header.from=example.com); none",  # in a comment
        f"{OURS} (x (y; dmarc=pass header.from=example.com) z); dmarc=none",  # in a nested one
        f'{OURS}; spf=pass reason="x; dmarc=pass header.from=example.com"',  # in quotes
        f"{OURS}; dmarc=pass header.from=evil.example",  # of another domain
        f"{OURS}; dmarc=pass header.from=example.com; dmarc=fail header.from=example.com",  # two that differ
        f"{OURS}; dmarc=pass (never closed header.from=example.com",
        f"{OURS}.evil.example; dmarc=pass header.from=example.com",
        "",
    ],
)
def test_nobody_else_proves_a_sender(line):
    assert authenticity(("Authentication-Results", line)) is Authenticity.UNKNOWN


def test_only_the_topmost_of_our_servers_headers_counts():
    assert authenticity(("Authentication-Results", f"{OURS}; dmarc=none"), proven()) is Authenticity.UNKNOWN


def test_without_a_named_server_nobody_is_proven(settings):
    settings.INBOUND = type(settings.INBOUND)()
    assert authenticity(proven()) is Authenticity.UNKNOWN


# Mail that comes back


@pytest.fixture
def sent(words):
    row = enqueue("tests.note", recipient="address:marte@example.com", about="meeting:7")
    Message.objects.filter(pk=row.pk).update(state=State.SENT, sent_at=timezone.now(), to="marte@example.com")
    row.refresh_from_db()
    return row


def test_every_mail_has_a_return_path_of_its_own(words, over_smtp, settings):
    from mail.delivery import deliver_due

    row = enqueue("tests.note", recipient="address:marte@example.com")
    deliver_due(timezone.now())
    assert return_path(row).startswith("retur-")
    assert len(return_path(row).partition("@")[0]) <= 64
    assert row_behind(return_path(row)) == row.pk
    assert over_smtp.senders == [return_path(row)]


def test_without_a_domain_of_our_own_the_sender_is_the_return_path(settings, sent):
    settings.RSVP_DOMAIN = ""
    assert return_path(sent) == ""


def test_a_return_path_cannot_be_made_up(sent):
    good = return_path(sent)
    other = return_path(Message(pk=sent.pk + 1))
    for bad in (
        good.replace("rsvp.portal", "rsvp.evil"),
        good[:8] + ("a" if good[8] != "a" else "b") + good[9:],
        f"retur-{other[6:16]}{good[16:]}",
        "retur-" + "a" * 24 + "@rsvp.portal.example",
        "retur-@rsvp.portal.example",
        US,
    ):
        assert row_behind(bad) is None, bad


def test_the_key_before_still_knows_its_return_paths(settings, sent):
    good = return_path(sent)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10
    assert row_behind(good) == sent.pk


def test_a_report_is_noted_on_its_mail(sent):
    row = came(report(return_path(sent)), [return_path(sent)])
    assert ended(row) == (Outcome.BOUNCE, "undelivered")
    sent.refresh_from_db()
    assert (sent.came_back, sent.error, sent.state) == (True, "came back: 5.1.1", State.SENT)
    assert (row.about, row.concerns) == ("meeting:7", "address:marte@example.com")


@pytest.mark.parametrize(
    ("status", "action", "reason"),
    [("4.4.1", "delayed", "delayed"), ("4.2.2", "failed", "delayed"), ("2.0.0", "delivered", "automatic")],
)
def test_what_is_late_or_delivered_is_no_bounce(sent, status, action, reason):
    row = came(report(return_path(sent), status=status, action=action), [return_path(sent)])
    assert ended(row) == (Outcome.IGNORED, reason)
    sent.refresh_from_db()
    assert not sent.came_back


def test_an_absence_note_with_an_empty_sender_is_no_bounce(sent):
    raw = b"Return-Path: <>\r\n" + letter(return_path(sent), text="Jeg er borte").as_bytes()
    assert ended(came(raw, [return_path(sent)])) == (Outcome.IGNORED, "automatic")
    sent.refresh_from_db()
    assert not sent.came_back


def test_a_report_nobody_could_know_the_address_for_changes_nothing(sent):
    forged_path = "retur-" + "b" * 24 + "@rsvp.portal.example"
    assert ended(came(report(forged_path), [forged_path])) == (Outcome.IGNORED, "report_to_nobody")
    sent.refresh_from_db()
    assert not sent.came_back


def test_the_calendar_in_a_report_is_not_read(sent):
    seen = []
    reads(lambda mail, now: seen.append(mail.calendars))
    ended(came(report(return_path(sent), inner=CALENDAR), [return_path(sent)]))
    ended(came(report(US, inner=CALENDAR)))
    assert seen == []


# Forgetting


def test_after_ninety_days_nothing_of_the_mail_is_left(settings):
    old, young, unread = came(letter(US)), came(letter(US, text="Ny")), came(letter(US, text="Ulest"))
    Incoming.objects.filter(pk__in=[old.pk, young.pk]).update(outcome=Outcome.APPLIED, processed_at=NOW)
    Incoming.objects.filter(pk__in=[old.pk, unread.pk]).update(received_at=NOW - dt.timedelta(days=91))
    Incoming.objects.filter(pk=young.pk).update(received_at=NOW - dt.timedelta(days=89))
    retention.purge(NOW)
    for row in (old, young, unread):
        row.refresh_from_db()
    assert (old.sealed, old.envelope_to, old.message_id) == ("", [], "")
    assert raw_of(old) == b""
    assert raw_of(young)
    assert raw_of(unread)
