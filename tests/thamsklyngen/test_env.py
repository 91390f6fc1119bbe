import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from thamsklyngen import env


@pytest.mark.parametrize(("value", "meant"), [("1", True), ("yes", True), ("0", False), ("", False), ("off", False)])
def test_a_switch_is_read_from_its_word(monkeypatch, value, meant):
    monkeypatch.setenv("SWITCH", value)
    assert env.env_bool("SWITCH") is meant


def test_a_switch_that_is_neither_on_nor_off_is_refused(monkeypatch):
    monkeypatch.setenv("SWITCH", "maybe")
    with pytest.raises(ImproperlyConfigured, match="SWITCH must be 1 or 0"):
        env.env_bool("SWITCH")


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "²"])
def test_a_number_that_is_none_is_refused(monkeypatch, value):
    monkeypatch.setenv("NUMBER", value)
    with pytest.raises(ImproperlyConfigured, match="NUMBER must be a whole number"):
        env.env_int("NUMBER", 3)


def test_an_empty_number_is_the_default(monkeypatch):
    monkeypatch.setenv("NUMBER", " ")
    assert env.env_int("NUMBER", 3) == 3


def test_a_list_is_separated_by_commas_or_blanks(monkeypatch):
    monkeypatch.setenv("WORDS", "a, b  c,")
    assert env.env_list("WORDS", []) == ["a", "b", "c"]


def test_the_key_may_stand_in_a_file(monkeypatch, tmp_path):
    monkeypatch.delenv("KEY", raising=False)
    (tmp_path / "key").write_text("k" * 60 + "\n")
    monkeypatch.setenv("KEY_FILE", str(tmp_path / "key"))
    assert env.env_secret("KEY", None) == "k" * 60


def test_a_key_file_that_is_not_there_is_named(monkeypatch, tmp_path):
    monkeypatch.delenv("KEY", raising=False)
    monkeypatch.setenv("KEY_FILE", str(tmp_path / "nothing"))
    with pytest.raises(ImproperlyConfigured, match="KEY_FILE cannot be read: No such file"):
        env.env_secret("KEY", None)


def test_a_short_key_is_refused_in_production(monkeypatch):
    monkeypatch.setenv("KEY", "short")
    with pytest.raises(ImproperlyConfigured, match="too short"):
        env.env_secret("KEY", None)


def test_the_key_for_trying_out_is_made_once_and_is_for_its_owner_only(tmp_path):
    file = tmp_path / "var" / "secret_key"
    first = env.kept_secret(file)
    assert len(first) >= 50
    assert env.kept_secret(file) == first
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp+tls://mail.example", 587, True, False),
        ("smtps://mail.example", 465, False, True),
        ("smtp://mail.example:2525", 2525, False, False),
    ],
)
def test_the_mail_server_is_read_from_its_address(url, port, tls, ssl):
    got = env.email_settings(url)
    assert (got["EMAIL_HOST"], got["EMAIL_PORT"]) == ("mail.example", port)
    assert (got["EMAIL_USE_TLS"], got["EMAIL_USE_SSL"]) == (tls, ssl)


def test_user_and_password_of_the_mail_server_may_hold_any_character():
    got = env.email_settings("smtp+tls://post%40x.example:a%2Fb%3Ac@mail.example")
    assert (got["EMAIL_HOST_USER"], got["EMAIL_HOST_PASSWORD"]) == ("post@x.example", "a/b:c")


def test_mail_may_go_to_a_folder():
    assert env.email_settings("file:///some/folder")["EMAIL_FILE_PATH"] == "/some/folder"


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "file:"])
def test_any_other_mail_address_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL must look like"):
        env.email_settings(url)


@pytest.mark.parametrize("url", ["portal.example", "ftp://portal.example", "https://portal.example/path", "https://"])
def test_the_portals_address_is_a_bare_one(url):
    with pytest.raises(ImproperlyConfigured, match="SITE_URL must look like"):
        env.site_parts(url)


def test_every_variable_stands_in_the_example_and_in_the_operations_page():
    root = Path(settings.BASE_DIR)
    sources = "".join((root / "thamsklyngen" / name).read_text() for name in ("settings.py", "gunicorn.py"))
    read = set(re.findall(r"""(?:env_\w+\(\s*|environ(?:\.get\(|\[))["']([A-Z_]+)""", sources))
    assert {"SECRET_KEY", "DATABASE_URL", "PORT"} <= read
    for page in (".env.example", "docs/operations.md"):
        text = (root / page).read_text(encoding="utf-8")
        assert not [name for name in read if not re.search(rf"\b{name}\b", text)], page


def test_queue_and_limits_are_files_without_redis_and_share_redis_with_it(tmp_path):
    url, options = env.broker_settings(env.NO_REDIS, tmp_path)
    assert url == "filesystem://"
    assert options["data_folder_in"] == options["data_folder_out"]
    assert "filebased" in env.cache_settings(env.NO_REDIS, tmp_path)["BACKEND"]
    assert env.broker_settings("redis://host/0", tmp_path)[0] == "redis://host/0"
    assert env.cache_settings("redis+socket:///run/redis", tmp_path)["LOCATION"] == "unix:///run/redis"
