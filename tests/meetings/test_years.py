"""A year of meetings: the days a rule means, rows that can be changed, and one press that makes all or none."""

import datetime as dt
import threading
from itertools import pairwise
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from groups.models import Group, Round
from mail.models import Message
from meetings.actions import years as actions
from meetings.actions.years import Planned, make_year
from meetings.enums import Every, MeetingState, Moved, Week
from meetings.forms.years import RuleForm
from meetings.models import AgendaItem, Meeting, MeetingTemplate
from meetings.years import Rule, month_after, nth, propose, titled
from members.clock import OSLO
from members.models import User
from tests.factories.meetings import DraftFactory, MeetingFactory, TemplateFactory
from thamsklyngen.demo.moving import move_on
from thamsklyngen.demo.story import build

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC)
TODAY = NOW.date()
JANUARY, DECEMBER = dt.date(2027, 1, 1), dt.date(2027, 12, 1)


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    """The pages are read late in 2026."""
    monkeypatch.setattr("meetings.views.years.timezone.now", lambda: NOW)
    monkeypatch.setattr("members.templatetags.words._today", lambda: TODAY)


def rule(every="1m", week=1, weekday=1, first=JANUARY, last=DECEMBER):
    return Rule(first=first, last=last, every=Every(every), week=Week(week), weekday=weekday)


def days(given, today=TODAY):
    return [one.day.isoformat()[5:] for one in propose(given, today).kept]


# The days of a rule


def test_the_first_tuesday_of_each_month_leaves_july_in_peace():
    found = propose(rule(), TODAY)
    assert [one.day.isoformat()[5:] for one in found.kept] == [
        "01-05", "02-02", "03-02", "04-06", "05-04", "06-01", "08-03", "09-07", "10-05", "11-02", "12-07",
    ]  # fmt: skip
    assert found.left_out == [dt.date(2027, 7, 6)]
    assert not any(one.moved for one in found.kept)


def test_july_of_a_quarter_moves_to_the_same_weekday_in_august_with_a_reason():
    found = propose(rule("3m"), TODAY)
    assert [one.day.isoformat()[5:] for one in found.kept] == ["01-05", "04-06", "08-03", "10-05"]
    moved = found.kept[2]
    assert (moved.meant, moved.moved) == (dt.date(2027, 7, 6), Moved.SUMMER)


def test_july_is_left_out_when_the_period_ends_with_it():
    found = propose(rule("3m", last=dt.date(2027, 7, 1)), TODAY)
    assert [one.day.month for one in found.kept] == [1, 4]
    assert found.left_out == [dt.date(2027, 7, 6)]


@pytest.mark.parametrize(
    ("week", "weekday", "meant", "day"),
    [
        (3, 0, "05-17", "05-18"),  # the seventeenth of May, which is Whit Monday, too
        (1, 3, "05-06", "05-07"),  # Ascension Day
        (4, 3, "03-25", "03-30"),  # Maundy Thursday: Good Friday and Easter Monday are none either
        (-1, 0, "03-29", "03-30"),  # Easter Monday
        (1, 4, "01-01", "01-04"),  # New Year's Day
    ],
)
def test_a_public_holiday_moves_to_the_next_working_day_with_a_reason(week, weekday, meant, day):
    found = {one.meant.isoformat()[5:]: one for one in propose(rule(week=week, weekday=weekday), TODAY).kept}
    assert (found[meant].day.isoformat()[5:], found[meant].moved) == (day, Moved.HOLIDAY)


def test_every_day_proposed_is_a_working_day_outside_july():
    for every in Every:
        for week in Week:
            for weekday in range(5):
                for year in (2027, 2028):
                    span = {"first": dt.date(year, 1, 1), "last": dt.date(year, 12, 1)}
                    found = [one.day for one in propose(rule(every, week, weekday, **span), TODAY).kept]
                    assert found == sorted(set(found))
                    assert not [day for day in found if day.month == 7 or day.weekday() > 4]


def test_other_rhythms():
    assert days(rule("2m", week=-1, weekday=3)) == ["01-28", "03-30", "05-27", "08-26", "09-30", "11-25"]
    weeks = propose(rule("4w", weekday=2, last=dt.date(2027, 6, 1)), TODAY).kept
    assert {(b.day - a.day).days for a, b in pairwise(weeks)} == {28}
    assert len({one.day.weekday() for one in weeks}) == 1


def test_weeks_leave_july_out():
    found = propose(rule("2w"), TODAY)
    assert [day.month for day in found.left_out] == [7, 7]
    assert not [one for one in found.kept if one.moved == Moved.SUMMER]


def test_days_that_have_passed_are_not_proposed():
    assert days(rule(), dt.date(2027, 10, 5)) == ["11-02", "12-07"]


def test_a_period_over_new_year():
    span = {"first": dt.date(2027, 11, 1), "last": dt.date(2028, 2, 1)}
    assert days(rule(**span)) == ["11-02", "12-07", "01-04", "02-01"]


def test_christmas_is_said():
    found = propose(rule(week=-1), TODAY).kept
    assert [one.day.day for one in found if one.is_in_christmas] == [28]


@pytest.mark.parametrize("month", range(1, 13))
def test_nth_and_month_after_count_rightly(month):
    first = dt.date(2027, month, 1)
    assert nth(first, Week.FIRST, 2).day <= 7
    assert 22 <= nth(first, Week.FOURTH, 2).day <= 28
    assert (nth(first, Week.LAST, 2) + dt.timedelta(days=7)).month != month
    assert month_after(first, 12) == dt.date(2028, month, 1)


def test_a_title_is_filled_in_in_the_language_of_the_text():
    day = dt.date(2027, 2, 2)
    assert titled("Møte [nummer] i [måned] [år]", day, 2, "nb") == "Møte 2 i februar 2027"
    assert titled("Meeting [number] in [month] [year]", day, 2, "en") == "Meeting 2 in February 2027"
    assert titled("Møte i [månad]", day, 2, "nn") == "Møte i februar"


# The rule's page


def asked(**changed):
    values = {
        "first": "2027-01-01", "last": "2027-12-01", "every": "1m", "week": "1", "weekday": "1",
        "starts": "09:00", "ends": "11:00", "title": "Arbeidsmøte i [måned]", "venue": "Damphuset",
    }  # fmt: skip
    return {name: value for name, value in (values | changed).items() if value is not None}


@pytest.fixture
def plan(client_of, leader, group):
    """``plan(**changed)``: the page that a rule leads to."""

    def ask(user=leader, **changed):
        return client_of(user).get("/meetings/year/plan/", {"group": group.slug, **asked(**changed)})

    return ask


def test_the_rule_proposes_rows_and_writes_nothing(plan):
    page = plan()
    rows = page.context["rows"]
    assert page.status_code == 200
    assert len(rows.forms) == 11
    assert rows.forms[1]["title"].value() == "Arbeidsmøte i februar"
    assert (rows.forms[1]["day"].value(), rows.forms[1]["venue"].value()) == (dt.date(2027, 2, 2), "Damphuset")
    assert all(row["keep"].value() for row in rows.forms)
    assert "Tirsdag 6. juli 2027 er utelatt: juli er feriemåned." in page.content.decode()
    assert not Meeting.objects.exists()


def test_a_moved_day_says_why(plan):
    page = plan(week="3", weekday="0").content.decode()
    assert "Flyttet fra mandag 17. mai: helligdag." in page


BAD_RULES = [
    ({"first": "2027-12-01", "last": "2027-01-01"}, "last"),
    ({"first": "1999-01-01"}, "first"),
    ({"first": "2027-01-02"}, "first"),
    ({"last": None}, "last"),
    ({"every": "1d"}, "every"),
    ({"week": "7"}, "week"),
    ({"week": "x"}, "week"),
    ({"weekday": "5"}, "weekday"),
    ({"weekday": "6"}, "weekday"),
    ({"starts": "25:00"}, "starts"),
    ({"starts": None}, "starts"),
    ({"starts": "11:00", "ends": "11:00"}, "ends"),
    ({"title": " \u200b "}, "title"),
    ({"title": "Møte [uke]"}, "title"),
    ({"title": "Møte [0.__class__]"}, "title"),
    ({"title": "x" * 101}, "title"),
    ({"title": "a\x00b"}, "title"),
    ({"venue": "x" * 121}, "venue"),
    ({"every": "2w", "last": "2028-03-01"}, "last"),  # more than 24
    ({"first": "2026-11-01", "last": "2026-11-01"}, "last"),  # none to come
]


@pytest.mark.parametrize(("changed", "field"), BAD_RULES, ids=range(len(BAD_RULES)))
def test_a_bad_rule_is_said_beside_the_field(plan, changed, field):
    page = plan(**changed)
    assert page.status_code == 422
    assert f'id="id_{field}_error"' in page.content.decode()
    assert set(page.context["form"].errors) == {field}


def test_the_rule_can_be_gone_back_to(plan):
    page = plan(edit="1")
    assert page.status_code == 200
    assert page.context["form"]["title"].value() == "Arbeidsmøte i [måned]"
    assert "rows" not in page.context


def test_from_the_autumn_on_the_next_year_is_planned():
    pattern = TemplateFactory.build(group=None)
    for now, first in ((NOW, "2027-01-01"), (dt.datetime(2027, 3, 9, 9, tzinfo=dt.UTC), "2027-03-01")):
        form = RuleForm(pattern=pattern, now=now)
        assert (form["first"].value(), form["last"].value()) == (first, "2027-12-01")
        assert form["ends"].value() == dt.time(12)


def test_a_template_or_an_earlier_meeting_begins_the_rule(client_of, leader, group):
    template = TemplateFactory(group=group, title="Malmøte", venue="Kantina")
    old = MeetingFactory(group=group, title="Møtet i fjor")
    path = f"/meetings/year/plan/?group={group.slug}"
    page = client_of(leader).get(path).content.decode()
    assert (template.name in page, "Møtet i fjor" in page) == (True, True)
    page = client_of(leader).get(f"{path}&template={template.pk}")
    assert page.context["form"]["title"].value() == "Malmøte"
    assert f'name="template" value="{template.pk}"' in page.content.decode()
    page = client_of(leader).get(f"{path}&copy={old.pk}")
    assert page.context["form"]["title"].value() == "Møtet i fjor"
    assert client_of(leader).get(f"{path}&copy={MeetingFactory().pk}").status_code == 404
    assert client_of(leader).get(f"{path}&template={TemplateFactory().pk}").status_code == 404


def test_a_clash_is_shown_and_its_row_begins_left_out(plan, group):
    at = dt.datetime(2027, 2, 2, 10, tzinfo=OSLO)
    MeetingFactory(group=group, title="Styret møtes", starts_at=at, ends_at=at + dt.timedelta(hours=1), answer_by=None)
    later = dt.datetime(2027, 3, 2, 18, tzinfo=OSLO)
    DraftFactory(group=group, title="Kveldsmøte", starts_at=later, ends_at=later + dt.timedelta(hours=1))
    MeetingFactory(title="Naboens møte", starts_at=at, ends_at=at + dt.timedelta(hours=1), answer_by=None)
    DraftFactory(group=group, title="Avlyst", state="cancelled", starts_at=at, ends_at=later, called_at=at)
    page = plan()
    rows, text = page.context["rows"].forms, page.content.decode()
    assert [row["keep"].value() for row in rows[:3]] == [True, False, True]
    assert ("Styret møtes" in text, "Kveldsmøte" in text, "Naboens" in text, "Avlyst" in text) == (
        True, True, False, False,
    )  # fmt: skip


# The press


def filled(rows=None, *, key=None, **changed):
    """What the browser sends: two rows, the second moved; ``changed`` by their full names."""
    rows = rows or [("2027-02-02", "09:00", "11:00"), ("2027-03-03", "12.30", "15:00")]
    values = {"key": str(key or uuid4()), "rows-TOTAL_FORMS": len(rows), "rows-INITIAL_FORMS": len(rows)}
    for place, (day, starts, ends) in enumerate(rows):
        row = {"keep": "on", "day": day, "starts": starts, "ends": ends, "title": f"Møte {place}", "venue": "Damphuset"}
        values |= {f"rows-{place}-{name}": value for name, value in row.items()}
    return {name: value for name, value in (values | changed).items() if value is not None}


@pytest.fixture
def press(client_of, leader, group):
    def send(values, user=leader, query=""):
        return client_of(user).post(f"/meetings/year/make/?group={group.slug}{query}", values)

    return send


def test_one_press_makes_all_as_drafts_and_mails_nobody(press, group, leader):
    template = TemplateFactory(group=group, reminder_days=[3], audience_board=True, round_question="Hva stopper?",
                               guests_each=2, serves_food=True)  # fmt: skip
    response = press(filled(), query=f"&template={template.pk}")
    assert response.headers["Location"] == f"/meetings/year/?group={group.slug}&year=2027"
    first, second = Meeting.objects.order_by("starts_at")
    assert (first.title, first.state, first.group, first.created_by) == ("Møte 0", MeetingState.DRAFT, group, leader)
    assert first.starts_at == dt.datetime(2027, 2, 2, 8, tzinfo=dt.UTC)
    assert second.starts_at == dt.datetime(2027, 3, 3, 11, 30, tzinfo=dt.UTC)
    assert first.uid != second.uid
    for row in (first, second):
        assert [item.title for item in row.agenda.all()] == ["Siden sist", "Arbeid i grupper"]
        assert (row.capacity, row.capacity_per_company, row.reminder_days) == (20, 2, [3])
        assert (row.guests_each, row.serves_food) == (2, True)
        assert (list(row.audience_groups.all()), row.audience_board, row.description) == (
            [group], True, template.description,
        )  # fmt: skip
        assert row.round is None
    assert first.answer_by == dt.datetime(2027, 1, 28, 11, tzinfo=dt.UTC)
    assert not Message.objects.exists()
    assert not Round.objects.exists()


def test_local_time_is_kept_over_both_changes_of_the_clocks(plan, press):
    shown = plan(every="4w", first="2027-03-01", last="2027-11-01").context["rows"].forms
    rows = [(row["day"].value().isoformat(), "09:00", "11:00") for row in shown]
    assert rows[0][0] < "2027-03-28" < rows[1][0]
    assert any(day > "2027-10-31" for day, _starts, _ends in rows)
    press(filled(rows))
    made = Meeting.objects.order_by("starts_at")
    assert {timezone.localtime(row.starts_at, OSLO).time() for row in made} == {dt.time(9)}
    assert {row.starts_at.hour for row in made} == {7, 8}
    assert {row.ends_at - row.starts_at for row in made} == {dt.timedelta(hours=2)}


def test_the_same_press_twice_makes_no_doubles(press, client_of, leader, group):
    values, client = filled(), client_of(leader)
    press(values)
    again = client.post(f"/meetings/year/make/?group={group.slug}", values | {"rows-0-title": "Et annet navn"})
    assert again.headers["Location"] == f"/meetings/year/?group={group.slug}&year=2027"
    assert Meeting.objects.count() == 2
    assert "Ingenting er laget to ganger" in client.get(again.headers["Location"]).content.decode()
    press(filled(rows=[("2027-04-06", "09:00", "11:00")]))
    assert Meeting.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_make_each_once(leader, group):
    key, barrier, outcomes = uuid4(), threading.Barrier(2), []
    begins = dt.datetime(2027, 2, 2, 8, tzinfo=dt.UTC)
    rows = [
        Planned(
            title=f"Møte {n}", starts_at=begins + dt.timedelta(days=n), ends_at=begins + dt.timedelta(days=n, hours=1)
        )
        for n in range(4)
    ]

    def once():
        try:
            found, user = Group.objects.get(pk=group.pk), User.objects.get(pk=leader.pk)
            barrier.wait(10)
            pattern = TemplateFactory.build(group=found)
            outcomes.append(len(make_year(found, rows=rows, pattern=pattern, key=key, actor=user, now=NOW)))
        finally:
            connection.close()

    threads = [threading.Thread(target=once) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == [0, 4]
    assert Meeting.objects.count() == 4


def test_when_one_fails_none_is_made(press, monkeypatch):
    real, count = actions.create_meeting, []

    def failing(**given):
        count.append(1)
        if len(count) == 2:
            raise RuntimeError
        return real(**given)

    monkeypatch.setattr(actions, "create_meeting", failing)
    with pytest.raises(RuntimeError):
        press(filled())
    assert not Meeting.objects.exists()
    assert not AgendaItem.objects.exists()


BAD_ROWS = [
    ({"rows-1-day": ""}, "day"),
    ({"rows-1-day": "31.02.2027"}, "day"),
    ({"rows-1-day": "2026-11-24"}, "day"),
    ({"rows-1-day": "9999-12-31"}, "day"),
    ({"rows-1-starts": "25:00"}, "starts"),
    ({"rows-1-starts": ""}, "starts"),
    ({"rows-1-ends": "12:30"}, "ends"),
    ({"rows-1-title": ""}, "title"),
    ({"rows-1-title": " \u200b "}, "title"),
    ({"rows-1-title": "x" * 121}, "title"),
    ({"rows-1-title": "a\x00b"}, "title"),
    ({"rows-1-venue": "x" * 121}, "venue"),
    ({"rows-1-day": "2027-03-28", "rows-1-starts": "02:30", "rows-1-ends": "04:00"}, "starts"),
    ({"rows-1-day": "2027-10-31", "rows-1-starts": "02:30", "rows-1-ends": "04:00"}, "starts_which"),
    ({"rows-1-day": "2027-02-02", "rows-1-starts": "10:00", "rows-1-ends": "12:00"}, "day"),  # the first row's time
]


@pytest.mark.parametrize(("changed", "field"), BAD_ROWS, ids=range(len(BAD_ROWS)))
def test_bad_input_is_said_beside_the_field_of_its_row_and_makes_nothing(press, changed, field):
    response = press(filled(**{"rows-0-title": "Det jeg skrev", **changed}))
    page, rows = response.content.decode(), response.context["rows"].forms
    assert response.status_code == 422
    assert (set(rows[0].errors), set(rows[1].errors)) == (set(), {field})
    assert f'id="id_rows-1-{field}_error"' in page
    assert "Ingen møter er laget ennå" in page
    assert "Det jeg skrev" in page
    assert not Meeting.objects.exists()


def test_the_doubled_hour_is_asked_in_its_row(press):
    odd = {
        "rows-1-day": "2027-10-31",
        "rows-1-starts": "02:30",
        "rows-1-ends": "04:00",
        "rows-1-starts_which": "second",
    }
    assert press(filled(**odd)).status_code == 302
    assert Meeting.objects.get(title="Møte 1").starts_at == dt.datetime(2027, 10, 31, 1, 30, tzinfo=dt.UTC)


def test_a_row_that_is_left_out_is_not_asked(press):
    assert press(filled(**{"rows-1-keep": None, "rows-1-day": "", "rows-1-title": ""})).status_code == 302
    assert Meeting.objects.get().title == "Møte 0"


def test_without_a_row_nothing_is_made(press):
    for values in (
        filled(**{"rows-0-keep": None, "rows-1-keep": None}),
        {"key": str(uuid4())},
        filled(**{"rows-TOTAL_FORMS": "25"}),
        filled(**{"rows-TOTAL_FORMS": "x"}),
        filled(**{"rows-TOTAL_FORMS": "-1"}),
        filled(**{"rows-TOTAL_FORMS": "0"}),
        filled(key="ikke-et-tall"),
        filled() | {"key": ""},
    ):
        assert press(values).status_code == 422
    assert not Meeting.objects.exists()


def test_no_more_than_twenty_four(press):
    start = dt.date(2027, 1, 4)
    many = [((start + dt.timedelta(days=n)).isoformat(), "09:00", "10:00") for n in range(25)]
    assert press(filled(many)).status_code == 422
    assert not Meeting.objects.exists()
    assert press(filled(many[:24])).status_code == 302
    assert Meeting.objects.count() == 24


def test_a_clash_that_was_not_shown_stops_the_press_once(press, group):
    at = dt.datetime(2027, 2, 2, 10, tzinfo=OSLO)
    there = MeetingFactory(
        group=group, title="Styret", starts_at=at, ends_at=at + dt.timedelta(hours=1), answer_by=None
    )
    values = filled()
    response = press(values)
    assert response.status_code == 422
    assert set(response.context["rows"].forms[0].errors) == {"day"}
    assert f'name="rows-0-seen" value="{there.pk}"' in response.content.decode()
    assert Meeting.objects.count() == 1
    assert press(values | {"rows-0-seen": f"{there.pk}"}).status_code == 302
    assert Meeting.objects.count() == 3


def test_a_row_that_clashes_and_is_left_out_keeps_saying_so(press, group):
    at = dt.datetime(2027, 2, 2, 10, tzinfo=OSLO)
    MeetingFactory(group=group, title="Styret", starts_at=at, ends_at=at + dt.timedelta(hours=1), answer_by=None)
    response = press(filled(**{"rows-0-keep": None, "rows-1-title": ""}))
    assert (response.status_code, set(response.context["rows"].forms[0].errors)) == (422, set())
    assert "Raden er utelatt med mindre du krysser av" in response.content.decode()


# The page of the year


def test_the_year_month_by_month(client_of, leader, group):
    old, page = dt.datetime(2026, 2, 3, 9, tzinfo=OSLO), "/meetings/year/"
    hour = dt.timedelta(hours=1)
    MeetingFactory(group=group, title="Holdt møte", state="held", starts_at=old, ends_at=old + hour, answer_by=None)
    coming = dt.datetime(2026, 12, 8, 9, tzinfo=OSLO)
    MeetingFactory(group=group, title="Innkalt møte", starts_at=coming, ends_at=coming + hour, answer_by=None)
    draft = DraftFactory(group=group, title="Utkastet", starts_at=coming, ends_at=coming + hour)
    last = dt.datetime(2026, 12, 31, 23, 30, tzinfo=OSLO)
    DraftFactory(group=group, title="Nyttårsmøte", starts_at=last, ends_at=last + hour)
    first = dt.datetime(2027, 1, 1, 0, 15, tzinfo=OSLO)
    DraftFactory(group=group, title="Neste år", starts_at=first, ends_at=first + hour)
    DraftFactory(title="Naboens utkast", starts_at=coming, ends_at=coming + hour)
    response = client_of(leader).get(page, {"group": group.slug, "year": "2026"})
    text = response.content.decode()
    by_month = {month.month: [row.title for row in rows] for month, rows in response.context["months"] if rows}
    assert by_month == {2: ["Holdt møte"], 12: ["Innkalt møte", "Utkastet", "Nyttårsmøte"]}
    assert "Naboens" not in text
    assert f"/meetings/{draft.pk}/preview/" in text
    assert "2 utkast er ikke innkalt ennå" in text
    assert ("year=2025" in text, "year=2027" in text) == (True, True)


@pytest.mark.parametrize("written", ["", "x", "99999", "0000", "1999", "٢٠٢٧", "-202"])
def test_a_bad_year_is_this_year(client_of, leader, group, written):
    page = client_of(leader).get("/meetings/year/", {"group": group.slug, "year": written})
    assert page.context["year"] == 2026


def test_an_empty_year_offers_to_plan_one(client_of, leader, group):
    page = client_of(leader).get("/meetings/year/", {"group": group.slug}).content.decode()
    assert "Ingen møter dette året ennå" in page
    assert f"/meetings/year/plan/?group={group.slug}" in page


def test_the_cluster_has_a_year_too(client_of, staff, chair, leader):
    for user, status in ((staff, 200), (chair, 200), (leader, 403)):
        assert client_of(user).get("/meetings/year/").status_code == status
        assert client_of(user).get("/meetings/year/plan/", asked()).status_code == status
    assert client_of(staff).post("/meetings/year/make/", filled()).status_code == 302
    assert set(Meeting.objects.values_list("group", "kind")) == {(None, "gathering")}


def test_members_do_not_see_the_plan(client_of, member, press, group):
    assert client_of(member).get(f"/meetings/year/?group={group.slug}").status_code == 403
    assert press(filled(), user=member).status_code == 403
    press(filled())
    for path in ("/meetings/", f"/groups/{group.slug}/", f"/meetings/{Meeting.objects.first().pk}/"):
        assert "Møte 0" not in client_of(member).get(path).content.decode()


def test_the_ways_there(client_of, leader, member, group, staff):
    choose = client_of(leader).get("/meetings/choose/?then=year")
    assert choose.headers["Location"] == f"/meetings/year/?group={group.slug}"
    assert f"/meetings/year/?group={group.slug}" in client_of(staff).get("/meetings/choose/?then=year").content.decode()
    for user, shown in ((leader, True), (member, False)):
        assert ("then=year" in client_of(user).get("/meetings/").content.decode()) is shown
        assert ("/meetings/year/" in client_of(user).get(f"/groups/{group.slug}/").content.decode()) is shown


def test_the_year_speaks_nynorsk(client_of, leader, group):
    leader.language = "nn"
    leader.save()
    page = client_of(leader).get(f"/meetings/year/?group={group.slug}", headers={"accept-language": "nn"})
    assert "Ingen møte dette året enno" in page.content.decode()


def test_making_costs_the_same_for_each_row(press, django_assert_max_num_queries):
    """A press writes at most two dozen; each row costs a constant."""
    start = dt.date(2027, 1, 4)
    many = [((start + dt.timedelta(days=n)).isoformat(), "09:00", "10:00") for n in range(24)]
    with django_assert_max_num_queries(24 * 10 + 20):
        press(filled(many))
    assert MeetingTemplate.objects.count() == 0


def test_the_demo_has_a_template_and_a_year_of_drafts_that_move_along(client_of):
    now = timezone.now()
    build(now)
    drafts = Meeting.objects.filter(state=MeetingState.DRAFT).order_by("starts_at")
    before = list(drafts.values_list("starts_at", flat=True))
    assert len(before) >= 4
    assert {row.agenda.count() for row in drafts} == {3}
    assert set(MeetingTemplate.objects.values_list("group__slug", flat=True)) == {"effektiv-produksjon", None}
    weeks = move_on(now + dt.timedelta(weeks=6))
    assert list(drafts.values_list("starts_at", flat=True)) == [at + dt.timedelta(weeks=weeks) for at in before]
