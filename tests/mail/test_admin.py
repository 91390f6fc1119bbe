import pytest
from django.utils import timezone

from mail.delivery import deliver_due
from mail.incoming import processing, storing
from mail.models import Message, Relay, Source, State
from mail.queue import Draft, enqueue, enqueue_many
from members.models import User

LIST = "/admin/mail/message/"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words")]


@pytest.fixture
def office(client):
    staff = User.objects.create_user("staff@example.org", "x" * 20, is_staff=True, claimed_at=timezone.now())
    client.force_login(staff)
    return client


def failed(address="kari@example.org", **values):
    row = enqueue("tests.note", recipient=f"address:{address}", **values)
    Message.objects.filter(pk=row.pk).update(state=State.FAILED, error="550 5.1.1 nobody here", to=address)
    return Message.objects.get(pk=row.pk)


def test_what_failed_stands_on_top(office):
    bad = failed("old@example.org")
    for number in range(3):
        enqueue("tests.note", recipient=f"address:new{number}@example.org")
    page = office.get(LIST).content.decode()
    assert page.index(bad.to) < page.index("new0@example.org")
    assert "5.1.1" in page


def test_search_by_address_and_by_what_it_is_about(office):
    failed("kari@example.org", about="meeting:12")
    failed("ola@example.org", about="meeting:13")
    for query in ("kari@", "meeting:12"):
        page = office.get(LIST, {"q": query}).content.decode()
        assert "kari@example.org" in page
        assert "ola@example.org" not in page


def test_what_has_not_been_built_yet_is_found_by_the_address_it_will_go_to(office):
    enqueue_many("tests.note", [Draft(recipient="user:7", to="kari@example.org"), Draft(recipient="user:8")])
    page = office.get(LIST, {"q": "kari@example.org"}).content.decode()
    assert "kari@example.org" in page
    assert "user:8" not in page


def test_what_came_back_is_called_so_and_can_be_sent_again(office):
    row = failed()
    Message.objects.update(state=State.SENT, sent_at=timezone.now(), error="came back: 5.1.1")
    assert "Kom tilbake" in office.get(LIST).content.decode()
    office.post(LIST, {"action": "send_again", "_selected_action": [row.pk]})
    row.refresh_from_db()
    assert row.state == State.QUEUED


def test_filters_of_state_and_kind(office):
    failed("kari@example.org")
    enqueue("tests.code", recipient="address:ola@example.org")
    page = office.get(LIST, {"kind": "tests.code"}).content.decode()
    assert "ola@example.org" in page
    assert "kari@example.org" not in page
    assert "kari@example.org" in office.get(LIST, {"state__exact": "failed"}).content.decode()


def test_sending_again_takes_failed_mails_only_and_says_so(office):
    bad = failed()
    other = enqueue("tests.note", recipient="address:ola@example.org")
    answer = office.post(
        LIST, {"action": "send_again", "_selected_action": [bad.pk, other.pk]}, follow=True
    ).content.decode()
    bad.refresh_from_db()
    assert bad.state == State.QUEUED
    assert answer.count("messagelist") == 1
    assert deliver_due(timezone.now()) == 2


def test_withdrawing_takes_back_what_waits_and_nothing_else(office):
    bad = failed()
    waiting = enqueue("tests.code", recipient="address:ola@example.org", sealed={"code": "1"})
    office.post(LIST, {"action": "withdraw", "_selected_action": [bad.pk, waiting.pk]})
    bad.refresh_from_db()
    waiting.refresh_from_db()
    assert (bad.state, waiting.state, waiting.sealed) == (State.FAILED, State.WITHDRAWN, "")
    assert deliver_due(timezone.now()) == 0


def test_nothing_sealed_or_secret_is_shown(office, words):
    row = enqueue("tests.code", recipient="address:kari@example.org", sealed={"code": "QX7-912"})
    words.planned["address:kari@example.org"] = {"text": "Koden er QX7-912", "secrets": ("QX7-912",)}
    sealed = row.sealed
    page = office.get(f"{LIST}{row.pk}/change/").content.decode()
    assert sealed not in page
    deliver_due(timezone.now())
    page = office.get(f"{LIST}{row.pk}/change/").content.decode()
    assert "QX7" not in page
    assert "••••" in page


def test_nothing_can_be_added_changed_or_deleted(office):
    row = failed()
    assert office.get(f"{LIST}add/").status_code == 403
    assert office.post(f"{LIST}{row.pk}/change/", {"state": "sent"}).status_code == 403
    assert office.get(f"{LIST}{row.pk}/delete/").status_code == 403
    row.refresh_from_db()
    assert row.state == State.FAILED


def test_the_list_takes_as_many_queries_for_many_rows_as_for_few(office, django_assert_max_num_queries, same_queries):
    for number in range(3):
        failed(f"p{number}@example.org")
    few = f"{LIST}?q=p1@"
    for number in range(3, 33):
        failed(f"p{number}@example.org")
    same_queries(few, LIST, client=office)


def test_a_refusing_server_is_seen(office):
    Relay.objects.create(pk=1, refusing_since=timezone.now(), error="535 wrong password")
    page = office.get("/admin/mail/relay/").content.decode()
    assert "535 wrong password" in page


def test_others_do_not_come_in(client):
    assert client.get(LIST).status_code == 302


def test_what_came_in_stands_with_what_it_ended_as_and_without_its_words(office):
    row = storing.deliver(b"Subject: Kanarifugl\r\n\r\nKanarifugl\r\n", ["mote-x@rsvp.example"], Source.IMAP).row
    processing.process(timezone.now())
    Message.objects.all().delete()
    page = office.get("/admin/mail/incoming/").content.decode()
    assert "til ingen her" in page
    detail = office.get(f"/admin/mail/incoming/{row.pk}/change/").content.decode()
    assert "mote-x@rsvp.example" in detail
    assert "Kanarifugl" not in page + detail
    assert office.post(f"/admin/mail/incoming/{row.pk}/delete/", {"post": "yes"}).status_code == 403
