"""The three roads of incoming mail: a mail server's last hop, a mailbox, a mail service. All end in the same row."""

import base64
import json
import smtplib
import socket

import pytest
from django.db import OperationalError
from django.test import override_settings
from django.urls import include, path

from mail.incoming import storing
from mail.incoming.roads import imap, listener, webhook
from mail.incoming.roads.listener import Listener, with_return_path
from mail.incoming.storing import raw_of
from mail.models import Incoming, Outcome, Source
from mail.tasks import fetch, read_incoming
from tests.mail.mailbox import Mailbox
from tests.mail.postman import letter
from thamsklyngen import urls as portal
from thamsklyngen.env import Inbound, inbound_settings

US = "mote-abc@rsvp.portal.example"
RAW = letter(US, text="Kommer").as_bytes()

urlpatterns = [path("hooks/", include("anymail.urls")), *portal.urlpatterns]


@pytest.fixture(autouse=True)
def _our_domain(settings, monkeypatch):
    settings.RSVP_DOMAIN = "rsvp.portal.example"
    monkeypatch.setattr(read_incoming, "apply_async", lambda **_options: None)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@pytest.fixture(params=["lmtp", "smtp"])
def line(request, transactional_db):
    """The listener, and a client that speaks its protocol."""
    server = Listener("127.0.0.1", free_port(), scheme=request.param)
    server.start()
    make = smtplib.LMTP if request.param == "lmtp" else smtplib.SMTP
    client = make("127.0.0.1", server.port)
    yield client
    client.close()
    server.stop()


def test_the_listener_says_yes_when_the_mail_is_stored(line):
    assert line.sendmail("marte@example.com", [US], RAW) == {}
    row = Incoming.objects.get()
    assert raw_of(row) == b"Return-Path: <marte@example.com>\r\n" + RAW
    assert (row.source, row.envelope_to) == (Source.LMTP, [US])


def test_a_mail_to_two_of_ours_is_answered_for_both(line):
    assert line.sendmail("marte@example.com", [US, "mote-x@rsvp.portal.example"], RAW) == {}
    assert Incoming.objects.get().envelope_to == [US, "mote-x@rsvp.portal.example"]


def test_nothing_is_passed_on_to_other_domains(line):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        line.sendmail("marte@example.com", ["kari@example.com", "x@portal.example"], RAW)
    assert {code for code, _words in refused.value.recipients.values()} == {550}
    assert not Incoming.objects.exists()


def test_database_trouble_puts_the_mail_off_and_loses_nothing(line, monkeypatch):
    def broken(*_args, **_kwargs):
        raise OperationalError

    monkeypatch.setattr(listener, "deliver", broken)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        line.sendmail("marte@example.com", [US], RAW)
    assert refused.value.smtp_code == 451
    monkeypatch.setattr(listener, "deliver", storing.deliver)
    assert line.sendmail("marte@example.com", [US], RAW) == {}
    assert Incoming.objects.count() == 1


def test_what_is_larger_than_any_answer_is_refused(line):
    with pytest.raises((smtplib.SMTPDataError, smtplib.SMTPSenderRefused)) as refused:
        line.sendmail("marte@example.com", [US], RAW + b"x" * storing.LARGEST)
    assert refused.value.smtp_code == 552
    assert not Incoming.objects.exists()


def test_many_mails_on_one_line(line):
    for number in range(10):
        line.sendmail("marte@example.com", [US], RAW + f"{number}\r\n".encode())
    assert Incoming.objects.count() == 10


def test_the_envelope_sender_stands_on_top_once():
    assert with_return_path(RAW, "") == b"Return-Path: <>\r\n" + RAW
    told = b"return-path: <x@y.no>\r\n" + RAW
    assert with_return_path(told, "other@y.no") == told
    assert with_return_path(RAW, "a\r\nB: c>") == b"Return-Path: <aB:c>\r\n" + RAW


# A mailbox


@pytest.fixture
def box(settings, db):
    other = letter("Styret <mote-xyz@rsvp.portal.example>, kari@example.com", text="Kommer ikke").as_bytes()
    with Mailbox(b"Delivered-To: " + US.encode() + b"\r\n" + RAW, other) as box:
        settings.INBOUND = Inbound(
            road="imap", scheme="imap", host="127.0.0.1", port=box.port, user="u", password="hemmelig", folder="INBOX"
        )
        yield box


def test_unread_mails_are_stored_and_moved_aside(box):
    fetch()
    assert sorted(row.envelope_to for row in Incoming.objects.all()) == [[US], ["mote-xyz@rsvp.portal.example"]]
    assert {row.source for row in Incoming.objects.all()} == {Source.IMAP}
    assert (box.folders["INBOX"], sorted(box.folders["Processed"])) == ({}, [1, 2])
    assert box.deleted == []


def test_a_line_that_breaks_before_the_move_brings_no_doubles(box):
    box.breaks_before_move = True
    assert imap.fetch() == 0
    assert Incoming.objects.count() == 1
    assert imap.fetch() == 2
    assert Incoming.objects.count() == 2
    assert box.folders["INBOX"] == {}


@pytest.mark.parametrize("change", [{"port": 1}, {"password": "feil"}, {"folder": "Finnes ikke"}])
def test_a_mailbox_that_is_away_is_tried_again(box, settings, change):
    settings.INBOUND = Inbound(**{**settings.INBOUND.__dict__, **change})
    assert imap.fetch() == 0
    assert not Incoming.objects.exists()


def test_a_database_that_is_away_leaves_the_mail_where_it_is(box, monkeypatch):
    def broken(*_args, **_kwargs):
        raise OperationalError

    monkeypatch.setattr(imap, "deliver", broken)
    with pytest.raises(OperationalError):
        imap.fetch()
    assert sorted(box.folders["INBOX"]) == [1, 2]


def test_without_a_mailbox_nothing_is_looked_into(settings):
    settings.INBOUND = Inbound()
    assert imap.fetch() == 0


# A mail service


@pytest.fixture
def service(settings, db):
    settings.ANYMAIL = {"WEBHOOK_SECRET": "navn:ord"}
    webhook.connect()
    with override_settings(ROOT_URLCONF=__name__):
        yield
    webhook.inbound.disconnect(dispatch_uid="mail.incoming")


def posted(client, raw, secret="navn:ord", sender="marte@example.com"):
    event = {
        "msys": {
            "relay_message": {
                "content": {"email_rfc822": base64.b64encode(raw).decode(), "email_rfc822_is_base64": True},
                "msg_from": sender,
                "rcpt_to": US,
                "protocol": "smtp",
            }
        }
    }
    login = base64.b64encode(secret.encode()).decode()
    return client.post(
        "/hooks/sparkpost/inbound/",
        json.dumps([event]),
        content_type="application/json",
        headers={"Authorization": f"Basic {login}"},
    )


def test_a_service_posts_and_the_mail_is_stored(client, service):
    assert posted(client, RAW).status_code == 200
    row = Incoming.objects.get()
    assert (row.source, row.envelope_to, row.outcome) == (Source.WEBHOOK, [US], Outcome.WAITING)
    assert raw_of(row).startswith(b"Return-Path: <marte@example.com>\r\n")
    assert b"Kommer" in raw_of(row)


def test_without_the_secret_nothing_is_stored(client, service):
    assert posted(client, RAW, secret="navn:feil").status_code == 400
    assert not Incoming.objects.exists()


def test_a_service_hears_of_trouble_and_posts_again(client, service, monkeypatch):
    def broken(*_args, **_kwargs):
        raise OperationalError

    monkeypatch.setattr(webhook, "deliver", broken)
    with pytest.raises(OperationalError):  # the server's 500
        posted(client, RAW)


def test_no_address_for_services_without_one(client, db):
    assert client.post("/hooks/sparkpost/inbound/").status_code == 404


# The address of the road


@pytest.mark.parametrize(
    ("url", "road", "host", "port", "folder"),
    [
        ("", "", "", 0, ""),
        ("lmtp://127.0.0.1:8024", "listen", "127.0.0.1", 8024, "INBOX"),
        ("smtp://localhost:2525?authserv=mx.a.no,MX2.a.no", "listen", "localhost", 2525, "INBOX"),
        ("imaps://u%40a.no:p%2Fw@mail.a.no/Svar", "imap", "mail.a.no", 993, "Svar"),
        ("webhook://navn:ord@postmark", "webhook", "postmark", 8024, "INBOX"),
    ],
)
def test_roads_are_read_from_one_address(url, road, host, port, folder):
    found = inbound_settings(url)
    assert (found.road, found.host, found.port, found.folder) == (road, host, port, folder)


def test_names_of_our_servers_are_folded():
    assert inbound_settings("lmtp://h:1?authserv=mx.a.no,MX2.a.no").authserv_ids == {"mx.a.no", "mx2.a.no"}
    found = inbound_settings("imaps://u%40a.no:p%2Fw@mail.a.no/Svar")
    assert (found.user, found.password, found.secret) == ("u@a.no", "p/w", "u@a.no:p/w")


@pytest.mark.parametrize(
    "url", ["pop3://x", "imaps://host/INBOX", "imaps://u@host", "webhook://postmark", "lmtp://", "x"]
)
def test_other_addresses_are_refused_in_one_line(url):
    from django.core.exceptions import ImproperlyConfigured

    with pytest.raises(ImproperlyConfigured, match="INBOUND_URL must look like"):
        inbound_settings(url)
