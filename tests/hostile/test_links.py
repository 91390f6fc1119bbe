"""T: personal links; the rest stands in tests/meetings/test_tokens.py, tests/members and tests/groups/test_doors.py."""

import pytest
from django.test import Client
from django.utils import timezone

from meetings.check_in import check_in_token
from meetings.models import Invitation
from members.actions import anonymise_person
from tests.meetings.pages import nonce_of
from tests.scene import answer_token, input_token, invite_token, unsubscribe_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def links(scene):
    return {
        "/r/": answer_token(scene), "/c/": input_token(scene),
        "/invites/": invite_token(scene), "/unsubscribe/": unsubscribe_token(scene),
        "/d/": check_in_token(scene.meeting, timezone.now()),
    }  # fmt: skip


@pytest.mark.parametrize("prefix", ["/r/", "/c/", "/d/", "/invites/", "/unsubscribe/"])
def test_t3_every_way_of_spoiling_a_link_looks_the_same(prefix, links, client, nothing_written):
    token = links[prefix]
    spoilt = [token[:-1] + ("A" if token[-1] != "A" else "B"), token[1:], token[:-5], token.swapcase(), token.replace(".", ":"),
              token + token, "." , ".." , "%2e%2e", "x" * 700, "%00", "æ", "%ff"]  # fmt: skip
    pages = set()
    with (
        nothing_written()
    ):  # the way out of mails answers 200 to all, as RFC 8058 wants; it says that nothing was changed
        for one in spoilt:
            answer = client.get(f"{prefix}{one}/")
            assert answer.status_code == (200 if prefix == "/unsubscribe/" else 404), one
            pages.add(answer.content.decode().split("<main")[-1].split("</main")[0])
    assert len(pages) == 1


@pytest.mark.parametrize("prefix", ["/r/", "/c/", "/d/", "/invites/"])
def test_t4_a_link_is_good_for_its_own_purpose_alone(prefix, links, client):
    for other, token in links.items():
        assert client.get(f"{prefix}{token}/").status_code == (200 if other == prefix else 404), other


@pytest.mark.parametrize("prefix", ["/r/", "/c/", "/d/", "/invites/", "/unsubscribe/"])
def test_t8_nothing_on_the_page_leads_elsewhere_with_the_link_in_hand(prefix, links, client):
    answer = client.get(f"{prefix}{links[prefix]}/")
    assert answer["Referrer-Policy"] in {"same-origin", "no-referrer"}
    page = answer.content.decode()
    assert 'src="http' not in page
    assert 'href="//' not in page


def test_t9_a_form_posted_without_having_been_fetched_is_refused(links, scene, nothing_written):
    with nothing_written():
        for prefix in ("/r/", "/c/", "/d/"):
            words = {"answer": "yes", "text": "Ord", "area": "production", "name": "Guri Gjest"}
            answer = Client().post(f"{prefix}{links[prefix]}/", words)
            assert answer.status_code in {200, 403}
    assert Invitation.objects.get(pk=scene.invitation.pk).answer == "none"


def test_t10_links_of_somebody_who_was_taken_out_say_nothing_about_them(links, scene, staff, client):
    person = scene.invitation.user
    anonymise_person(person, actor=staff, now=timezone.now())
    for prefix in ("/r/", "/c/", "/unsubscribe/"):
        answer = client.get(f"{prefix}{links[prefix]}/")
        assert answer.status_code in {200, 404}
        assert "Marte" not in answer.content.decode()


def test_t14_x14_an_answer_said_twice_or_not_at_all_is_no_answer(links, scene, client):
    path = f"/r/{links['/r/']}/"
    for sent in (
        "",
        "answer=",
        "answer=2",
        "answer=YES",
        "answer[]=yes",
        "answer=%00",
        "answer=none",
        "answer=withdrawn",
    ):
        nonce = nonce_of(client, path)
        answer = client.generic("POST", path, f"nonce={nonce}&{sent}", content_type="application/x-www-form-urlencoded")
        assert answer.status_code in {200, 400, 422}, sent
    assert Invitation.objects.get(pk=scene.invitation.pk).answer == "none"
