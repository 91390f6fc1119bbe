"""The room's door by QR code, its wall, and what a token page owes its visitor."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from groups.actions.inputs import confirm_company
from groups.actions.rounds import clear_room_window, set_round_times, start_wall, stop_wall
from groups.models import Input, Support
from groups.room import room_token, short_code
from mail.links import make_nonce, make_token
from members.clock import OSLO
from members.models import ClusterSettings
from tests.factories.groups import AnonymousInputFactory, InputFactory, RoundFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(room):
    return room_token(room)


@pytest.fixture
def door(token):
    return f"/c/{token}/"


@pytest.fixture
def phone():
    """A browser that checks CSRF like a real one, without a session."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def sent(typed, token, company):
    def make(**more):
        return typed(nonce=make_nonce("input", token), company=company.pk, **more)

    return make


def test_a_phone_without_login_or_cookie_hands_in(phone, door, sent, company):
    page = phone.get(door)
    assert page.status_code == 200
    assert not page.cookies
    response = phone.post(door, sent())
    assert response.status_code == 200
    item = Input.objects.get()
    assert (item.company, item.company_confirmed, item.door, item.author) == (company, False, "qr", None)
    assert re.search(r"[2-9A-Z]{4}(-[2-9A-Z]{4}){3}", response.content.decode())


def test_every_answer_of_the_door_is_private(phone, door, sent):
    for response in (phone.get(door), phone.post(door, sent()), phone.post(door, {})):
        assert response["Referrer-Policy"] == "same-origin"
        assert "no-store" in response["Cache-Control"]
        assert "noindex" in response["X-Robots-Tag"]


def test_looking_changes_nothing(phone, door, room):
    room.refresh_from_db()
    before = room.__dict__.copy()
    for method in (phone.get, phone.head, phone.options):
        for _ in range(5):
            assert method(door + "?text=x&visibility=named").status_code == 200
    room.refresh_from_db()
    assert {k: v for k, v in room.__dict__.items() if k != "_state"} == {
        k: v for k, v in before.items() if k != "_state"
    }
    assert not Input.objects.exists()


@pytest.mark.parametrize("spoil", ["flip", "cut", "purpose", "kind", "plus"])
def test_forged_tokens_all_look_like_nothing(phone, token, room, spoil):
    bad = {
        "flip": token[:-1] + ("A" if token[-1] != "A" else "B"),
        "cut": token[:-4],
        "purpose": make_token("answer", f"r.{room.pk}"),
        "kind": make_token("input", f"x.{room.pk}"),
        "plus": token.replace(".", "+", 1),
    }[spoil]
    assert phone.get(f"/c/{bad}/").status_code == 404
    assert phone.post(f"/c/{bad}/", {"text": "x"}).status_code == 404


def test_many_forged_tokens_end_with_429(phone, room):
    statuses = [phone.get(f"/c/{n}aaaa.bbbb/").status_code for n in range(62)]
    assert (statuses[0], statuses[-1]) == (404, 429)


def test_punctuation_from_a_mail_program_is_forgiven(phone, token):
    for tail in (".", ">", ")"):
        assert phone.get(f"/c/{token}{tail}/").status_code == 200


@pytest.mark.parametrize("shift", [dt.timedelta(hours=-3), dt.timedelta(hours=3)], ids=["after", "before"])
def test_outside_the_room_window_the_door_says_so_and_takes_nothing(phone, room, door, sent, shift):
    InputFactory(round=room, text="Andres ord.")
    room.room_opens_at, room.room_closes_at = room.room_opens_at + shift, room.room_closes_at + shift
    room.save()
    for response in (phone.get(door), phone.post(door, sent()), phone.post(f"{door}similar/", sent())):
        assert response.status_code == 200
        assert "Andres ord." not in response.content.decode()
    assert Input.objects.count() == 1


def test_a_door_that_will_not_open_again_shows_another_way_in(phone, room, door):
    ClusterSettings.objects.create(pk=1, office_name="Klyngekontoret", office_email="kontoret@example.no")
    room.group.state = "closed"
    room.group.save()
    page = phone.get(door).content.decode()
    assert f'href="{reverse("account_login")}"' in page
    assert 'href="mailto:kontoret@example.no"' in page


def test_the_window_is_half_an_hour_to_each_side_and_shuts_when_cancelled(found, company, now):
    starts, ends = now + dt.timedelta(hours=5), now + dt.timedelta(hours=8)
    set_round_times(found, starts_at=starts, ends_at=ends, companies=[company], now=now)
    half = dt.timedelta(minutes=30)
    assert (found.room_opens_at, found.room_closes_at) == (starts - half, ends + half)
    assert found.closes_at > ends + dt.timedelta(hours=48)
    assert not found.room_is_open(starts - half - dt.timedelta(seconds=1))
    assert found.room_is_open(starts - half)
    assert not found.room_is_open(ends + half)
    clear_room_window(found)
    assert not found.room_is_open(starts)


@pytest.mark.parametrize(
    ("hours", "ends", "closes"),
    [
        (48, (2027, 2, 3, 15), (2027, 2, 6)),  # Wednesday: thanked on Thursday, open on Friday
        (48, (2027, 2, 5, 14), (2027, 2, 10)),  # Friday: thanked on Monday, open on Tuesday
        (48, (2027, 5, 14, 14), (2027, 5, 20)),  # 17 May is the Monday
        (72, (2027, 2, 5, 14), (2027, 2, 8, 14)),  # somebody has chosen
    ],
)
def test_a_round_is_open_on_the_day_after_the_thanks_unless_somebody_has_chosen_hours(hours, ends, closes):
    ends, closes = dt.datetime(*ends, tzinfo=OSLO), dt.datetime(*closes, tzinfo=OSLO)
    found = RoundFactory(opens_at=None, closes_at=None, close_hours=hours)
    set_round_times(
        found, starts_at=ends - dt.timedelta(hours=3), ends_at=ends, companies=[], now=ends - dt.timedelta(days=9)
    )
    assert found.closes_at == closes


def test_without_the_pages_own_nonce_nothing_is_written_and_the_text_stays(phone, door, sent, token, room):
    other = make_nonce("input", room_token(RoundFactory()))
    for nonce in ("", "page.x.y", other):
        response = phone.post(door, sent() | {"nonce": nonce})
        assert response.status_code == 403
        assert "bytte på linje tre" in response.content.decode()
    assert not Input.objects.exists()


def test_company_must_be_among_the_invited_unless_nobody_is_to_know(phone, door, sent, outsider):
    foreign = outsider.affiliations.get().company
    for value in ("", foreign.pk, "x"):
        response = phone.post(door, sent() | {"company": value})
        assert response.context["form"].errors["company"], value
    assert not Input.objects.exists()
    phone.post(door, sent(visibility="anonymous") | {"company": ""})
    assert Input.objects.get().company is None


def test_nobody_is_named_through_the_shared_code(phone, door, sent):
    response = phone.post(door, sent(visibility="named"))
    assert response.context["form"].errors["visibility"]
    assert not Input.objects.exists()


def test_others_words_are_shown_in_the_room_without_names(phone, door, sent, room, member):
    InputFactory(
        round=room,
        affiliation=member.affiliations.get(),
        text="Vi venter på verktøy hver gang vi bytter.",
        visibility="named",
    )
    page = phone.post(f"{door}similar/", sent(text="Vi venter på verktøyet når vi bytter")).content.decode()
    assert "Vi venter på verktøy hver gang" in page
    assert "Marte" not in page
    assert "Kobberheim" not in page


def test_support_in_the_room_waits_for_confirmation(phone, door, sent, room, company, leader, member, now):
    item = InputFactory(round=room)
    answer = phone.post(f"{door}support/", sent(input=str(item.pk)), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert not Support.objects.get().confirmed
    assert confirm_company(room, company, actor=leader, now=now) == 1
    assert Support.objects.get().confirmed


def test_support_of_foreign_hidden_or_nonsense_ids_is_not_found(phone, door, sent, room):
    room.board_first = True
    room.save()
    held = InputFactory(round=room, released=False)
    foreign = InputFactory()
    for value in (str(held.pk), str(foreign.pk), "x", ""):
        assert phone.post(f"{door}support/", sent(input=value)).status_code == 404, value
    assert not Support.objects.exists()


def test_support_without_script_keeps_what_was_typed(phone, door, sent, room):
    item = InputFactory(round=room)
    page = phone.post(f"{door}support/", sent(input=str(item.pk)) | {"company": ""}).content.decode()
    assert "bytte på linje tre" in page
    assert not Support.objects.exists()


def test_unknown_verbs_and_gets_of_verbs_are_not_found(phone, door, sent):
    assert phone.get(f"{door}support/").status_code == 404
    assert phone.post(f"{door}drop/", sent()).status_code == 404


def test_the_shared_code_has_a_wide_limit(phone, door, sent, settings):
    settings.LIMITS = {**settings.LIMITS, "input_room": (3, 3600)}
    statuses = [phone.post(door, sent(ticket=f"t{n}", text=f"Tekst nummer {n}")).status_code for n in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert Input.objects.count() == 3


def test_an_ended_group_takes_nothing(phone, door, sent, group):
    group.state = "closed"
    group.save()
    assert phone.post(door, sent()).status_code == 200
    assert not Input.objects.exists()


def test_the_typed_code_leads_to_the_door_while_it_is_open(client, room, now):
    assert client.post("/c/", {"code": short_code(room).lower()})["Location"] == f"/c/{room_token(room)}/"
    assert client.post("/c/", {"code": "QQQQQ"}).context["form"].errors["code"]
    clear_room_window(room)
    assert client.post("/c/", {"code": short_code(room)}).context["form"].errors["code"]


def test_the_board_confirms_a_company_and_members_do_not(
    client_of, phone, door, sent, room, group, company, leader, member
):
    phone.post(door, sent())
    values = {"round": room.pk, "company": company.pk}
    url = f"/groups/{group.slug}/input/confirm/"
    assert client_of(member).post(url, values).status_code == 403
    assert "Kobberheim" in client_of(leader).get(f"/groups/{group.slug}/input/").content.decode()
    assert client_of(leader).post(url, {"round": "x", "company": ""}).status_code == 404
    client_of(leader).post(url, values)
    assert Input.objects.get().company_confirmed


def test_wall_is_the_boards_and_shows_texts_without_names(client_of, room, group, leader, member, outsider):
    item = InputFactory(round=room, affiliation=member.affiliations.get(), visibility="named", text="Synlig tekst.")
    url = f"/groups/{group.slug}/wall/"
    page = client_of(leader).get(url).content.decode()
    assert "Synlig tekst." in page
    assert short_code(room) in page
    assert "<svg" in page
    assert "style=" not in page
    for word in (item.author.name, item.company.name):
        assert word not in page
    assert client_of(member).get(url).status_code == 403
    assert client_of(outsider).get(url).status_code == 404
    assert client_of(None).get(f"{url}live/").status_code == 404


def test_wall_is_asked_often_and_answers_304_until_something_changes(client_of, room, group, leader):
    client = client_of(leader)
    url = f"/groups/{group.slug}/wall/live/"
    first = client.get(url)
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304
    InputFactory(round=room)
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_wall_keeps_back_what_the_board_has_not_let_through(client_of, room, group, leader):
    room.board_first = True
    room.save()
    InputFactory(round=room, released=False, text="Holdt tilbake.")
    assert "Holdt tilbake." not in client_of(leader).get(f"/groups/{group.slug}/wall/live/").content.decode()


def test_wall_shows_six_and_anonymous_ones_among_them(room, now):
    from groups.views.wall import wall_texts

    InputFactory.create_batch(9, round=room)
    AnonymousInputFactory.create_batch(5, round=room)
    shown = wall_texts(room, now)
    assert len(shown) == 6
    assert sum(item.visibility == "anonymous" for item in shown) == 2


def test_the_board_opens_the_door_by_hand_and_shuts_it(client_of, found, group, leader, member, now):
    url = f"/groups/{group.slug}/wall/"
    assert client_of(member).post(f"{url}start/").status_code == 403
    client_of(leader).post(f"{url}start/")
    found.refresh_from_db()
    assert found.room_is_open(now + dt.timedelta(hours=2))
    start_wall(found, actor=leader, now=now)
    stop_wall(found, actor=leader, now=now + dt.timedelta(minutes=1))
    found.refresh_from_db()
    assert not found.room_is_open(now + dt.timedelta(minutes=2))
