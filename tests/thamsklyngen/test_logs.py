import json
import logging
import sys

import pytest
import structlog
from django.conf import settings

from tests.factories.members import UserFactory
from thamsklyngen.logs import masked, masked_path


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/r/abc123:sig/", "/r/***/"),
        ("/r/abc123:sig/no/", "/r/***/no/"),
        ("/c/abc123:sig/", "/c/***/"),
        ("/d/abc123:sig/", "/d/***/"),
        ("/feed/abc123.ics", "/feed/***"),
        ("/unsubscribe/abc123/", "/unsubscribe/***/"),
        ("/invites/abc123:sig/accept/", "/invites/***/accept/"),
        ("/people/12/", "/people/***/"),
        ("/groups/effektiv-produksjon/", "/groups/effektiv-produksjon/"),
    ],
)
def test_a_personal_link_is_never_in_a_log_line(path, logged):
    assert masked_path(path) == logged


def test_addresses_and_questions_are_masked_in_any_text():
    text = "Error handling request /r/abc:def/?word=hemmelig from kari@bedrift.example"
    assert masked(text) == "Error handling request /r/***/ from ***@***"


@pytest.fixture
def line(capsys):
    """The JSON line that the portal's own formatter makes of a record."""
    formatter = settings.LOGGING["formatters"]["json"]
    made = structlog.stdlib.ProcessorFormatter(**{key: value for key, value in formatter.items() if key != "()"})

    def of(record):
        return json.loads(made.format(record))

    return of


def test_other_libraries_lines_are_masked_and_become_json(line):
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed: %s", ("/c/secret-token/",), None)
    made = line(record)
    assert made == {
        "event": "failed: /c/***/",
        "logger": "x",
        "level": "error",
        "timestamp": made["timestamp"],
    }


def test_an_exceptions_text_is_masked_too(line):
    try:
        int("kari@bedrift.example")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
    text = json.dumps(line(record))
    assert "ValueError" in text
    assert "kari" not in text


@pytest.mark.django_db
def test_a_request_is_one_line_without_person_address_or_query(client, caplog):
    user = UserFactory(name="Kari Nordmann")
    client.force_login(user)
    with caplog.at_level(logging.INFO, logger="thamsklyngen.request"):
        client.get("/r/secret-token/?word=hemmelig", REMOTE_ADDR="192.0.2.7")
    [record] = [record for record in caplog.records if record.name == "thamsklyngen.request"]
    assert record.msg["path"] == "/r/***/"
    assert set(record.msg) == {"event", "method", "path", "status", "ms", "level", "logger", "timestamp"}
    text = str(record.msg)
    assert not any(word in text for word in ("Kari", user.email, "192.0.2.7", "hemmelig", "secret-token"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/c/some-token/",
        "/c/some-token/send/",
        "/receipt/",
        "/groups/effektiv-produksjon/input/new/",
        "/input/4dd0ac7a-2b2f-4f62-9b6c-6a3e3c8f0a55/edit/",
    ],
)
def test_where_input_is_written_no_line_tells_the_time(client, caplog, path):
    with caplog.at_level(logging.INFO, logger="thamsklyngen.request"):
        client.get(path)
        client.post(path, {"text": "anonymous"})
    assert not [record for record in caplog.records if record.name == "thamsklyngen.request"]


def test_a_path_with_line_breaks_and_colours_stays_one_line():
    formatter = settings.LOGGING["formatters"]["json"]
    made = structlog.stdlib.ProcessorFormatter(**{key: value for key, value in formatter.items() if key != "()"})
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "%s", ("/\nINFO login ok\x1b[2J",), None)
    text = made.format(record)
    assert "\n" not in text
    assert "\x1b" not in text
