"""The desk's pages: who may, what they show, and what a step answers."""

import datetime as dt
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from groups.actions import desk
from groups.enums import Station
from groups.models import BoardNote, DeskMove, Input, Theme
from tests.factories.groups import (
    AnonymousInputFactory,
    InputFactory,
    RoleFactory,
    RoundFactory,
    SupportFactory,
    ThemeFactory,
)

BASE = "/groups/effektiv-produksjon/desk/"


@pytest.fixture
def found(group):
    return RoundFactory(group=group)


@pytest.fixture
def theme(found):
    return ThemeFactory(round=found, name="Vedlikehold")


@pytest.fixture
def browser(client_of, board_member):
    return client_of(board_member)


def post(browser, path, found, *inputs, **fields):
    data = {"round": found.pk, "version": found.desk_version, "input": [str(item.pk) for item in inputs], **fields}
    return browser.post(BASE + path, data)


def test_the_board_sees_slips_in_columns(browser, found, theme):
    loose, placed = InputFactory(round=found, text="Ligger løst"), InputFactory(round=found, text="Ligger i tema")
    desk.place_inputs(found, inputs=[placed], theme=theme, actor=placed.author, now=timezone.now())
    text = browser.get(BASE).content.decode()
    assert "Ligger løst" in text
    assert text.index("Ligger i tema") > text.index("Vedlikehold")
    assert loose.company.name in text


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("leader", 200),
        ("board_member", 200),
        ("member", 403),
        ("staff", 403),
        ("other_member", 404),
        ("outsider", 404),
        ("newcomer", 404),
        ("chair", 404),
    ],
)
def test_who_may_sit_at_the_desk(request, client_of, found, theme, who, status):
    item = InputFactory(round=found)
    client = client_of(request.getfixturevalue(who))
    paths = ["", "figures/", f"inputs/{item.pk}/", f"themes/{theme.pk}/", f"changes/?round={found.pk}&since=0"]
    answers = {client.get(BASE + path).status_code for path in paths}
    assert answers <= ({200, 204} if status == 200 else {status})
    if status != 200:
        for path in ("place/", "park/", "answer/", "merge/", "release/", "themes/new/"):
            assert (
                post(client, path, found, item, theme=theme.pk, words="x", name="x", keep=item.pk).status_code == status
            )
        for path in (
            f"inputs/{item.pk}/note/",
            f"inputs/{item.pk}/unmerge/",
            f"inputs/{item.pk}/confirm/",
            f"themes/{theme.pk}/rename/",
        ):
            assert client.post(BASE + path, {"text": "x", "name": "x"}).status_code == status
        item.refresh_from_db()
        assert item.station == Station.RECEIVED
        assert not DeskMove.objects.exists()
        assert not BoardNote.objects.exists()


def test_a_board_seat_that_has_ended_opens_nothing(client_of, group, found, board_member):
    group.roles.filter(affiliation__user=board_member).update(ended_on=dt.date(2026, 1, 1))
    assert client_of(board_member).get(BASE).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("leader", 200),
        ("staff", 200),
        ("board_member", 403),
        ("member", 403),
        ("chair", 403),
        ("outsider", 404),
        ("other_member", 404),
    ],
)
def test_who_may_take_the_inputs_away(request, client_of, found, who, status):
    assert client_of(request.getfixturevalue(who)).get(BASE + "inputs.xlsx").status_code == status


def test_signed_out_people_are_asked_to_sign_in(client, found):
    assert client.get(BASE).status_code == 302
    assert client.post(BASE + "place/").status_code == 302


def test_rounds_inputs_and_themes_of_another_group_are_not_found(browser, found, theme):
    foreign = InputFactory()
    strange = ThemeFactory(round=foreign.round)
    item = InputFactory(round=found)
    assert browser.get(f"{BASE}?round={foreign.round_id}").status_code == 404
    assert browser.get(f"{BASE}inputs/{foreign.pk}/").status_code == 404
    assert browser.get(f"{BASE}themes/{strange.pk}/").status_code == 404
    assert post(browser, "place/", found, foreign, theme=theme.pk).status_code == 404
    assert post(browser, "place/", found, item, theme=strange.pk).status_code == 404
    assert post(browser, "place/", foreign.round, item, theme=theme.pk).status_code == 404
    assert browser.post(f"{BASE}themes/{theme.pk}/merge/", {"into": strange.pk}).status_code == 200
    assert not DeskMove.objects.exists()


@pytest.mark.parametrize("bad", ["x", "", "-1", "9" * 40, "1e3", "\x00"])
def test_garbled_fields_are_no_error_of_ours(browser, found, theme, bad):
    item = InputFactory(round=found)
    for path in ("place/", "park/", "merge/", "release/", "themes/new/"):
        for data in (
            {"round": bad, "version": "0", "input": str(item.pk), "theme": theme.pk},
            {"round": found.pk, "version": bad, "input": bad, "theme": bad},
            {"round": found.pk, "version": bad, "input": str(uuid4()), "theme": bad},
        ):
            assert browser.post(BASE + path, data).status_code < 500
    assert browser.get(BASE, {"round": bad}).status_code in (200, 404)
    assert browser.get(BASE, {"theme": bad, "state": bad, "q": bad, "open": bad}).status_code == 200
    assert browser.get(BASE + "changes/", {"round": found.pk, "since": bad}).status_code in (200, 204)


def test_move_and_undo_from_the_page(browser, found, theme):
    item = InputFactory(round=found)
    page = browser.post(
        BASE + "place/",
        {"round": found.pk, "version": 0, "input": item.pk, "theme": theme.pk, "filters": "area=production"},
        follow=True,
    )
    assert page.redirect_chain[0][0] == f"{BASE}?area=production&round={found.pk}"
    assert Input.objects.get(pk=item.pk).theme == theme
    move = DeskMove.objects.get()
    undo = reverse("groups:desk_undo", args=["effektiv-produksjon", move.pk])
    assert undo in page.content.decode()
    assert browser.get(undo).status_code == 405
    browser.post(undo)
    assert Input.objects.get(pk=item.pk).theme is None


def test_nothing_chosen_is_said_and_changes_nothing(browser, found, theme):
    page = browser.post(BASE + "place/", {"round": found.pk, "version": 0, "theme": theme.pk}, follow=True)
    assert "Velg en eller flere lapper først." in page.content.decode()
    assert not DeskMove.objects.exists()


def test_a_theme_of_the_chosen_slips_asks_for_a_name_and_keeps_what_was_typed(browser, found, theme):
    item = InputFactory(round=found)
    assert 'name="name"' in post(browser, "themes/new/", found, item).content.decode()
    taken = post(browser, "themes/new/", found, item, name="vedlikehold")
    assert "Det finnes alt et tema med dette navnet." in taken.content.decode()
    assert 'value="vedlikehold"' in taken.content.decode()
    empty = post(browser, "themes/new/", found, item, name=" \u200b ")
    assert empty.status_code == 200
    assert Theme.objects.count() == 1
    post(browser, "themes/new/", found, item, name="Port 2")
    assert Input.objects.get(pk=item.pk).theme.name == "Port 2"


def test_words_are_required_and_what_was_chosen_is_kept(browser, found):
    item = InputFactory(round=found)
    for words in ("", "   ", "\u200b", "x" * 1001):
        page = post(browser, "answer/", found, item, words=words)
        assert page.status_code == 200
        assert str(item.pk) in page.content.decode()
    assert not DeskMove.objects.exists()
    assert post(browser, "answer/", found, item, words="Det er løst.").status_code == 302
    assert Input.objects.get(pk=item.pk).reply == "Det er løst."


def test_own_input_cannot_be_decided_from_the_page(browser, found, board_member):
    item = InputFactory(round=found, affiliation=board_member.affiliations.get())
    assert post(browser, "park/", found, item).status_code == 403
    assert post(browser, "answer/", found, item, words="Ja").status_code == 403


def test_duplicates_are_merged_under_the_one_that_was_chosen(browser, found):
    keep, copy = InputFactory(round=found, text="Beholdes"), InputFactory(round=found, text="Det samme")
    assert 'type="radio"' in post(browser, "merge/", found, keep, copy).content.decode()
    post(browser, "merge/", found, keep, copy, keep=str(keep.pk))
    page = browser.get(BASE).content.decode()
    assert page.index("Det samme") > page.index("Beholdes")
    assert "Det samme" in browser.get(f"{BASE}inputs/{keep.pk}/").content.decode()
    browser.post(f"{BASE}inputs/{copy.pk}/unmerge/", {"version": 1})
    assert Input.objects.get(pk=copy.pk).merged_into is None


def test_conflict_shows_both_sides_escaped_and_can_be_sent_again(browser, found, leader):
    item = InputFactory(round=found)
    desk.answer_inputs(found, inputs=[item], words="<b>Nei</b>", actor=leader, now=timezone.now())
    page = browser.post(
        BASE + "park/", {"round": found.pk, "version": 0, "input": item.pk, "words": "<script>mine</script> ord"}
    )
    text = page.content.decode()
    assert page.status_code == 409
    assert "&lt;b&gt;Nei&lt;/b&gt;" in text
    assert "&lt;script&gt;mine&lt;/script&gt; ord" in text
    assert "Siv" in text
    assert "<script>mine" not in text
    assert 'name="version" value="1"' in text
    again = browser.post(BASE + "park/", {"round": found.pk, "version": 1, "input": item.pk, "words": "mine ord"})
    assert again.status_code == 302
    assert Input.objects.get(pk=item.pk).reply == "mine ord"


def test_a_step_beside_anothers_is_taken_and_tells_of_theirs(browser, found, theme, leader):
    mine, theirs = InputFactory(round=found), InputFactory(round=found)
    desk.place_inputs(found, inputs=[theirs], theme=theme, actor=leader, now=timezone.now())
    page = browser.post(
        BASE + "place/", {"round": found.pk, "version": 0, "input": mine.pk, "theme": theme.pk}, follow=True
    )
    assert Input.objects.get(pk=mine.pk).theme == theme
    assert "Siv flyttet 1 lapp til Vedlikehold" in page.content.decode()


def test_news_tells_what_others_did_and_nothing_of_my_own(browser, found, theme, leader, board_member):
    url = f"{BASE}changes/?round={found.pk}&since=0"
    assert browser.get(url).status_code == 204
    inputs = [InputFactory(round=found) for _number in range(3)]
    desk.place_inputs(found, inputs=inputs[:1], theme=theme, actor=board_member, now=timezone.now())
    assert browser.get(url).status_code == 204
    desk.place_inputs(found, inputs=inputs, theme=theme, actor=leader, now=timezone.now())
    news = browser.get(url)
    assert "Siv flyttet 2 lapper til Vedlikehold" in news.content.decode()
    assert browser.get(url, headers={"if-none-match": news["ETag"]}).status_code == 304
    desk.undo_last(found, actor=leader, now=timezone.now())
    assert "angret" in browser.get(url, headers={"if-none-match": news["ETag"]}).content.decode()


def test_board_notes_are_for_the_board_alone(browser, found, client_of, staff, leader):
    item = InputFactory(round=found)
    browser.post(f"{BASE}inputs/{item.pk}/note/", {"text": "Ring dem <i>først</i>"})
    assert BoardNote.objects.get().text == "Ring dem <i>først</i>"
    page = client_of(leader).get(f"{BASE}inputs/{item.pk}/").content.decode()
    assert "Ring dem &lt;i&gt;først&lt;/i&gt;" in page
    assert client_of(staff).get(f"{BASE}inputs/{item.pk}/").status_code == 403
    assert browser.post(f"{BASE}inputs/{item.pk}/note/", {"text": "  "}).status_code == 200
    assert BoardNote.objects.count() == 1


@pytest.mark.parametrize(
    ("visibility", "has_name", "has_company"),
    [("named", True, True), ("company", False, True), ("board", True, True), ("anonymous", False, False)],
)
def test_the_board_sees_no_more_of_the_writer_than_was_chosen(
    browser, found, member, visibility, has_name, has_company
):
    if visibility == "anonymous":
        item = AnonymousInputFactory(round=found)
    else:
        item = InputFactory(round=found, affiliation=member.affiliations.get(), visibility=visibility)
    page = browser.get(f"{BASE}inputs/{item.pk}/").content.decode()
    assert ("Marte Haugen" in page) is has_name
    assert ("Kobberheim" in page) is has_company
    on_desk = browser.get(BASE).content.decode()
    assert "Marte Haugen" not in on_desk
    assert ("Kobberheim" in on_desk) is (visibility in ("named", "company"))


def test_an_unconfirmed_company_is_confirmed_by_the_board(browser, found, company):
    item = InputFactory(round=found, affiliation=None, author=None, company=company, company_confirmed=False, door="qr")
    assert "Bekreft Kobberheim" in browser.get(f"{BASE}inputs/{item.pk}/").content.decode()
    browser.post(f"{BASE}inputs/{item.pk}/confirm/")
    assert Input.objects.get(pk=item.pk).company_confirmed


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=ÆRLIG", "ærlig"),
        ("area=administration", "kontor"),
        ("kind=wish", "ønske"),
        ("size=large", "stor"),
        ("state=parked", "parkert"),
        ("theme=none", "løs"),
    ],
)
def test_filters_leave_what_was_asked_for(browser, found, theme, query, shown):
    rows = {
        "ærlig": {"text": "Et ærlig svar"},
        "kontor": {"area": "administration"},
        "ønske": {"kind": "wish"},
        "stor": {"affiliation__company__size_class": "large"},
        "parkert": {"station": "parked"},
        "løs": {"theme": None, "station": "received"},
    }
    for word, fields in rows.items():
        InputFactory(round=found, **{"text": f"lapp {word}", "theme": theme, "station": "in_theme", **fields})
    texts = {word: fields.get("text", f"lapp {word}") for word, fields in rows.items()}
    page = browser.get(f"{BASE}?{query}").content.decode()
    assert texts[shown] in page
    assert sum(text in page for text in texts.values()) == 1


def test_a_long_column_is_folded_and_opens(browser, found, theme):
    for number in range(11):
        InputFactory(round=found, theme=theme, station="in_theme", text=f"Lapp nummer {number:02}")
    page = browser.get(BASE).content.decode()
    assert page.count("Lapp nummer") == 2 * 8
    assert "Vis 3 til" in page
    assert browser.get(f"{BASE}?open={theme.pk}").content.decode().count("Lapp nummer") == 2 * 11


def test_queries_do_not_grow_with_the_slips(browser, found, theme, group):
    def fill(count):
        for number in range(count):
            item = InputFactory(
                round=found, theme=theme if number % 2 else None, station="in_theme" if number % 2 else "received"
            )
            SupportFactory(input=item)

    def count():
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(BASE).status_code == 200
        return len(seen)

    browser.get(BASE)
    fill(3)
    ThemeFactory(round=found)
    few = count()
    fill(27)
    assert count() == few <= 10


def test_a_group_without_a_round_says_so(browser, group):
    assert "Ingen er spurt ennå" in browser.get(BASE).content.decode()
    assert browser.get(BASE + "figures/").status_code == 200


def test_figures_page_draws_from_three_companies(browser, found, theme):
    for _number in range(3):
        InputFactory(round=found, theme=theme, station="in_theme", hours_low=1, hours_high=3)
    page = browser.get(BASE + "figures/").content.decode()
    assert '<title id="pareto">Ett tema står for 100 prosent av timene</title>' in page
    assert "style=" not in page
    Input.objects.filter(pk=Input.objects.first().pk).delete()
    assert "pareto" not in browser.get(BASE + "figures/").content.decode()


def test_the_sheet_runs_no_formula_and_tells_no_more_than_was_chosen(client_of, leader, found, theme, member):
    tie = member.affiliations.get()
    bad = ["=1+1", "+x", "-2+3", "@SUM", "\t=1", "＝1", "=cmd|' /C calc'!A0", "nul\x0btegn"]
    for text in bad:
        InputFactory(round=found, text=text, theme=theme, station="in_theme", affiliation=tie, visibility="company")
    InputFactory(round=found, text="bare styret", affiliation=tie, visibility="board")
    InputFactory(round=found, text="med navn", affiliation=tie, visibility="named", hours_low=1.5, hours_high=4)
    AnonymousInputFactory(round=found, text="ingen")
    answer = client_of(leader).get(BASE + "inputs.xlsx")
    assert answer["Content-Type"].startswith("application/vnd.openxmlformats")
    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(min_row=2))
    assert all(cell.data_type != "f" for row in rows for cell in row)
    by_text = {row[1].value: [cell.value for cell in row] for row in rows}
    assert {f"'{text}" for text in bad[:-1]} <= set(by_text)
    assert by_text["nultegn"][4:6] == ["Kobberheim Stål AS", None]
    assert by_text["bare styret"][4:6] == [None, None]
    assert by_text["med navn"][4:6] == ["Kobberheim Stål AS", "Marte Haugen"]
    assert by_text["med navn"][7:9] == [1.5, 4]
    assert by_text["ingen"][4:6] == [None, None]


def test_rename_and_merge_from_the_themes_page(browser, found, theme):
    other = ThemeFactory(round=found, name="Annet")
    page = browser.post(f"{BASE}themes/{theme.pk}/rename/", {"name": "annet", "version": 0})
    assert "Det finnes alt et tema med dette navnet." in page.content.decode()
    browser.post(f"{BASE}themes/{theme.pk}/rename/", {"name": "Nytt navn", "version": 0})
    assert Theme.objects.get(pk=theme.pk).name == "Nytt navn"
    browser.post(f"{BASE}themes/{theme.pk}/merge/", {"into": other.pk, "version": 1})
    assert Theme.objects.get(pk=theme.pk).merged_into == other
    assert "ikke lenger på bordet" in browser.get(f"{BASE}themes/{theme.pk}/").content.decode()


def test_the_deputy_takes_the_sheet_when_nobody_leads(client_of, group, found):
    seat = RoleFactory(group=group, kind="deputy")
    assert client_of(seat.affiliation.user).get(BASE + "inputs.xlsx").status_code == 200


def test_the_office_takes_away_only_what_the_board_has_let_through(client_of, group, leader, staff):
    found = RoundFactory(group=group, board_first=True)
    InputFactory(round=found, text="lest av styret", released=True)
    InputFactory(round=found, text="ikke lest ennå", released=False)

    def texts(person):
        content = client_of(person).get(BASE + "inputs.xlsx").content
        return {row[1].value for row in load_workbook(BytesIO(content)).active.iter_rows(min_row=2)}

    assert texts(leader) == {"lest av styret", "ikke lest ennå"}
    assert texts(staff) == {"lest av styret"}
