"""How dates, times, numbers and icons are written in three languages."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import Context, Template
from django.utils import translation

from members.templatetags import words

NOON = datetime(2026, 11, 26, 11, 0, tzinfo=UTC)  # twelve in Oslo, in winter
HALF_PAST_THREE = datetime(2026, 11, 26, 14, 30, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("_november")


@pytest.fixture
def _november():
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False):
        yield


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("nb", "torsdag 26. november kl.\u00a012.00"),
        ("nn", "torsdag 26. november kl.\u00a012.00"),
        ("en", "Thursday 26 November at 12:00"),
    ],
)
def test_moment_is_written_in_oslo_time_and_the_readers_language(language, expected):
    with translation.override(language):
        assert words.moment(NOON) == expected


def test_summer_time_is_two_hours_ahead():
    with translation.override("nb"):
        assert words.clock(datetime(2026, 7, 1, 10, 0, tzinfo=UTC)) == "kl.\u00a012.00"


def test_day_turns_at_midnight_in_oslo_not_in_utc():
    late = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    with translation.override("nb"):
        assert words.day(late) == "torsdag 26. november"


def test_the_year_is_told_only_when_it_is_not_obvious():
    with translation.override("nb"):
        assert words.short_day(date(2027, 1, 14)) == "14. januar"
        assert words.short_day(date(2018, 11, 26)) == "26. november 2018"
    with translation.override("en"):
        assert words.short_day(date(2018, 11, 26)) == "26 November 2018"


def test_a_range_within_a_day_says_the_day_once():
    with translation.override("nb"):
        assert words.moment_range(NOON, HALF_PAST_THREE) == "torsdag 26. november kl.\u00a012.00\u201315.30"
        assert words.clock_range(NOON, None) == "kl.\u00a012.00"
    with translation.override("en"):
        assert words.moment_range(NOON, HALF_PAST_THREE) == "Thursday 26 November, 12:00\u201315:30"
        assert words.moment_range(NOON, None) == "Thursday 26 November at 12:00"


def test_on_a_page_neither_a_day_nor_a_range_is_broken_over_two_lines():
    with translation.override("nb"):
        words_ = words.unbroken(words.moment_range(NOON, HALF_PAST_THREE))
        assert words_ == "torsdag 26.\u00a0november kl.\u00a012.00\u2013\u206015.30"
    with translation.override("en"):
        assert words.unbroken(words.moment(NOON)) == "Thursday 26\u00a0November at 12:00"


def test_a_range_over_midnight_says_both_days():
    next_day = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)
    with translation.override("nb"):
        assert "fredag 27. november" in words.moment_range(NOON, next_day)


@pytest.mark.parametrize(
    ("language", "expected"), [("nb", ("nov", "26", "tor")), ("nn", ("nov", "26", "tor")), ("en", ("Nov", "26", "Thu"))]
)
def test_date_tile_has_short_words_without_full_stops(language, expected):
    with translation.override(language):
        assert (words.month_abbr(NOON), words.day_number(NOON), words.weekday_abbr(NOON)) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("nb", "260\u2013420\u00a0timer i måneden"),
        ("nn", "260\u2013420\u00a0timar i månaden"),
        ("en", "260\u2013420\u00a0hours a month"),
    ],
)
def test_hours_are_a_range_with_a_narrow_space_before_the_unit(language, expected):
    with translation.override(language):
        assert words.hours_range(260, 420) == expected


def test_hours_that_agree_are_one_number():
    with translation.override("nb"):
        assert words.hours_range(8, 8) == "8\u00a0timer i måneden"
        assert words.hours_range(1, 1) == "1\u00a0time i måneden"
        assert words.hours_range(None, None) == ""


def test_numbers_are_grouped_and_cut_as_the_reader_is_used_to():
    with translation.override("nb"):
        assert words.number(1200000) == "1\u00a0200\u00a0000"
        assert words.number(2.55) == "2,5" or words.number(2.55) == "2,6"
        assert words.kroner(1200000) == "1\u00a0200\u00a0000\u00a0kr"
    with translation.override("en"):
        assert words.kroner(1200000) == "NOK\u00a01,200,000"


@pytest.mark.parametrize("filter_", [words.day, words.short_day, words.clock, words.moment, words.number, words.kroner])
def test_nothing_is_written_as_nothing(filter_):
    assert filter_(None) == ""


@pytest.mark.parametrize(
    ("name", "expected"), [("Marte Hauglien", "MH"), ("Åse", "Å"), ("Per Olav Å. Berg", "PB"), ("", "")]
)
def test_initials_of_a_plain_name(name, expected):
    assert words.initials(name) == expected


def test_icon_beside_text_is_silent_and_alone_it_has_a_name():
    assert 'aria-hidden="true"' in words.icon("check-lg")
    named = words.icon("check-lg", label='Yes & "no"')
    assert 'role="img"' in named
    assert 'aria-label="Yes &amp; &quot;no&quot;"' in named


def test_every_icon_that_a_template_asks_for_is_in_the_sprite():
    sprite = Path(settings.BASE_DIR, "static/vendor/bootstrap-icons.svg").read_text()
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    asked = {
        name
        for template in Path(settings.BASE_DIR, "templates").rglob("*.html")
        for name in re.findall(r'{% icon "([^"]+)"', template.read_text())
    }
    assert asked - known == set()


def test_small_journey_marks_where_it_stands():
    page = Template("{% load words %}{% trip 3 7 %}").render(Context())
    assert page.count("<circle") == 7
    assert page.count("<line") == 6
    assert page.count('class="n"') == 1
    assert page.count('class="dl"') == 2


def test_good_news_goes_to_the_corner_and_warnings_into_the_page():
    good, bad = Message(constants.SUCCESS, "sent"), Message(constants.ERROR, "not sent")
    noted = Message(constants.SUCCESS, "stays", extra_tags="note")
    assert words.in_corner([good, bad, noted]) == [good]
    assert words.in_page([good, bad, noted]) == [bad, noted]
    assert words.in_page(None) == []


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("undo:/groups/x/undo/", "/groups/x/undo/"),
        ("undo://evil.example/", ""),
        ("undo:https://evil.example", ""),
        ("", ""),
    ],
)
def test_undo_leads_to_a_path_of_ours_only(tags, expected):
    assert words.undo_path(Message(constants.SUCCESS, "moved", extra_tags=tags)) == expected


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Safari/604.1",
            "Safari, iPhone",
        ),
        ("", "Unknown browser"),
    ],
)
def test_device_is_named_as_people_know_it(agent, expected):
    with translation.override("en"):
        assert words.device(agent) == expected
