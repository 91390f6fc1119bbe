import re

import pytest
from django.utils import timezone

from mail import shown
from mail.delivery import deliver_due
from mail.queue import enqueue
from tests.mail.test_mime import ICS

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings, tmp_path, words):
    settings.DEMO = True
    settings.EMAIL_BACKEND = "mail.backends.FileBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")

    def send(address="kari@example.org", **plan):
        words.planned[f"address:{address}"] = plan
        enqueue("tests.note", recipient=f"address:{address}")
        deliver_due(timezone.now())
        return shown.newest()[0][0].name

    return send


@pytest.mark.parametrize("path", ["", "20261122T150000000000-0123abcd/", "20261122T150000000000-0123abcd/html/"])
def test_outside_a_demo_there_is_no_such_page(client, settings, path):
    settings.DEMO = False
    assert client.get(f"/dev/mail/{path}").status_code == 404


def test_with_no_mail_yet_the_page_says_so(client, demo):
    response = client.get("/dev/mail/")
    assert response.status_code == 200
    assert "tk-empty" in response.content.decode()


def test_mails_are_listed_newest_first_and_found_by_address(client, demo):
    demo("kari@example.org", subject="Første møte")
    demo("ola@example.org", subject="Andre møte")
    page = client.get("/dev/mail/").content.decode()
    assert page.index("Andre møte") < page.index("Første møte")
    page = client.get("/dev/mail/", {"to": "OLA@"}).content.decode()
    assert "Andre møte" in page
    assert "Første møte" not in page


def test_pages_go_on_by_key(client, demo, monkeypatch):
    for number in range(3):
        demo(f"p{number}@example.org", subject=f"Mail nr {number}")
    names = [one.name for one in shown.newest()[0]]
    mails, last = shown.newest(limit=2)
    assert [one.name for one in mails] == names[:2]
    assert [one.name for one in shown.newest(before=last)[0]] == names[2:]


def test_a_mail_is_shown_as_text_with_links_with_its_calendar_and_headers(client, demo):
    name = demo(text="Svar: https://portal.example/r/abc/\n<b>x</b>", calendar=ICS, calendar_method="REQUEST")
    page = client.get(f"/dev/mail/{name}/").content.decode()
    assert 'href="https://portal.example/r/abc/"' in page
    assert "&lt;b&gt;x" in page
    assert "METHOD:REQUEST" in page
    assert "auto-generated" in page


def test_the_mails_own_html_can_do_nothing_but_be_read(client, demo):
    name = demo(html="<html><head></head><body><script>alert(1)</script><a href='/r/x/'>Ja</a></body></html>")
    response = client.get(f"/dev/mail/{name}/html/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert re.search(r'<base target="_top">', response.content.decode())
    page = client.get(f"/dev/mail/{name}/").content.decode()
    assert "<script>alert" not in page


@pytest.mark.parametrize("name", ["x", "..", "..%2f..%2fsettings", "20261122T150000000000-0123abcd", "a" * 5000])
@pytest.mark.parametrize("tail", ["", "html/"])
def test_a_name_that_is_no_mail_is_not_found(client, demo, name, tail):
    assert client.get(f"/dev/mail/{name}/{tail}").status_code == 404


def test_reading_is_all_one_can_do(client, demo):
    name = demo()
    for path in ("", f"{name}/", f"{name}/html/"):
        assert client.post(f"/dev/mail/{path}").status_code == 405
