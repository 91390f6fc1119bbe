"""K: what is written about a meeting, on its way into other people's calendars; the rest stands in tests/meetings/test_ical.py."""

import icalendar
import pytest
from django.urls import reverse

from meetings.models import Meeting
from tests.hostile.conftest import live

pytestmark = pytest.mark.django_db
LINES = (
    "x\r\nATTENDEE:mailto:evil@x.example",
    "x\rBEGIN:VALARM",
    "x\u2028END:VEVENT",
    'CN="a";b^n',
    "ø" * 119,
    "\\n;,:",
)


@pytest.mark.parametrize("text", LINES, ids=range(len(LINES)))
def test_k1_k2_k4_a_meeting_as_a_file_stays_one_event(text, client_of, member, scene):
    """As it stands in the database, however it got there."""
    Meeting.objects.filter(pk=scene.meeting.pk).update(
        title=text[:120], venue=text[:120], description=text, practical=text
    )
    answer = client_of(member).get(reverse("meetings:ics", args=[scene.meeting.pk]))
    assert answer.status_code == 200
    (event,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert not event.errors
    assert not event.subcomponents
    assert "ATTENDEE" not in event
    page = client_of(member).get(reverse("meetings:detail", args=[scene.meeting.pk]))
    assert live(page.content.decode()) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://x.example/\r\nX:1",
        "https://x.example/\x00",
        "javascript:alert(1)",
        "https://[",
        "https://x.example/" + "a" * 300,
    ],
)
def test_k5_a_link_that_could_end_its_line_is_said_beside_its_field(url, client_of, leader, scene, nothing_written):
    client = client_of(leader)
    with nothing_written():
        answer = client.post(
            reverse("meetings:move", args=[scene.meeting.pk]), {"online_url": url, "venue": "Damphuset"}
        )
    assert answer.status_code == 422
    assert 'name="online_url"' in answer.content.decode()
    assert live(answer.content.decode()) == []


@pytest.mark.parametrize("zone", ["../../etc/passwd", "Europe/Berlin\r\nX", "UTC+25"])
def test_k7_nobody_chooses_a_zone(zone, client_of, leader, scene):
    client_of(leader).post(
        reverse("meetings:change", args=[scene.meeting.pk]),
        {"title": "Kanarimøte", "language": "nb", "timezone": zone, "tz": zone, "TZID": zone},
    )
    answer = client_of(leader).get(reverse("meetings:ics", args=[scene.meeting.pk]))
    assert b"TZID=Europe/Oslo" in answer.content
    assert zone.split("\r")[0].encode() not in answer.content or zone == "UTC+25"
