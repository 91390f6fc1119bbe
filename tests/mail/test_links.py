from datetime import timedelta

import pytest
import time_machine

from mail.links import absolute, make_nonce, make_token, nonce_is_good, read_token


def test_absolute_uses_the_site_address(settings):
    settings.SITE_URL = "https://portal.example"
    assert absolute("/r/abc/") == "https://portal.example/r/abc/"
    assert absolute("r/abc/") == "https://portal.example/r/abc/"


@pytest.mark.parametrize("value", ["12:3", "åse@eksempel.no", "", "x" * 200])
def test_a_token_gives_its_value_back(value):
    token = make_token("rsvp", value)
    assert read_token("rsvp", token) == value
    assert token.replace(".", "").replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "mangle",
    [
        lambda t: t[:-1],
        lambda t: t[: len(t) // 2],
        lambda t: t[1:],
        lambda t: t.swapcase(),
        lambda t: t + "x",
        lambda t: "A" + t[1:],
        lambda t: t.partition(".")[0],
        lambda t: "." + t.partition(".")[2],
        lambda t: "",
        lambda t: t * 50,
        lambda t: "Ã¥",
        lambda t: "\x00",
    ],
)
def test_a_forged_or_cut_token_is_none(mangle):
    assert read_token("rsvp", mangle(make_token("rsvp", "12:3"))) is None


def test_a_token_is_good_for_its_own_purpose_only():
    assert read_token("feed", make_token("rsvp", "12:3")) is None


@pytest.mark.parametrize("tail", [".", ">", ")", ").", ">.", ",", " ", "\r\n", "»", "\u201d", "*", "'"])
def test_what_mail_programs_hang_on_a_link_is_forgiven(tail):
    token = make_token("rsvp", "12:3")
    assert read_token("rsvp", token + tail) == "12:3"


@pytest.mark.parametrize("wrap", ["=\n", "=\r\n", "\n", "\r\n ", " "])
def test_a_line_break_inside_a_link_is_forgiven(wrap):
    token = make_token("rsvp", "12:3")
    assert read_token("rsvp", token[:20] + wrap + token[20:]) == "12:3"


def test_forgiveness_does_not_help_a_forgery():
    token = make_token("rsvp", "12:3")
    assert read_token("rsvp", token[:-2] + ".)") is None


def test_tokens_outlive_a_changed_secret_key_by_its_fallback(settings):
    token = make_token("rsvp", "12:3")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10
    assert read_token("rsvp", token) == "12:3"
    settings.SECRET_KEY_FALLBACKS = []
    assert read_token("rsvp", token) is None


def test_a_nonce_belongs_to_its_page_and_ages():
    token, other = make_token("rsvp", "1"), make_token("rsvp", "2")
    with time_machine.travel("2026-11-22T10:00:00Z", tick=False) as clock:
        nonce = make_nonce("rsvp", token)
        assert nonce_is_good("rsvp", token, nonce)
        assert not nonce_is_good("rsvp", other, nonce)
        assert not nonce_is_good("input", token, nonce)
        assert not nonce_is_good("rsvp", token, "")
        assert not nonce_is_good("rsvp", token, nonce[:-1])
        clock.shift(timedelta(hours=1, minutes=59))
        assert nonce_is_good("rsvp", token, nonce)
        clock.shift(timedelta(minutes=2))
        assert not nonce_is_good("rsvp", token, nonce)
