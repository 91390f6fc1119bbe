"""Hand in, change, take back; what bad input does; the reader's list."""

import datetime as dt

import pytest
from django.utils import timezone

from groups.actions.inputs import (
    Cost,
    Writer,
    edit_input,
    input_by_code,
    submit_input,
    support_input,
    withdraw_input,
)
from groups.costs import hours_a_month
from groups.errors import InputGone, ReviewBegun, RoundNotOpen, StaleInput
from groups.models import Input, Support
from tests.factories.groups import AnonymousInputFactory, InputFactory, RoundFactory, SupportFactory
from tests.factories.members import AffiliationFactory, CompanyFactory

pytestmark = pytest.mark.django_db


def url(group, rest="new/"):
    return f"/groups/{group.slug}/input/{rest}"


def test_a_member_hands_in_and_reads_the_receipt(client_of, found, group, member, company, typed):
    costs = {"how_often": "weekly", "how_long": "half_day", "how_many": "few"}
    response = client_of(member).post(url(group), typed(**costs))
    assert response.status_code == 200
    item = Input.objects.get()
    assert (item.author, item.company, item.visibility, item.station) == (member, company, "company", "received")
    assert (item.hours_low, item.hours_high) == (9, 52)
    assert item.get_absolute_url() in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_anybody_with_a_company_may_write_and_others_may_not(client_of, found, group, outsider, newcomer, staff, typed):
    assert client_of(outsider).post(url(group), typed()).status_code == 200
    for person in (newcomer, staff):
        assert client_of(person).post(url(group), typed()).status_code == 403
    assert client_of(None).post(url(group), typed()).status_code == 302
    assert Input.objects.count() == 1


def test_the_same_form_twice_is_one_input_and_new_words_are_a_new_one(client_of, found, group, member, typed):
    client = client_of(member)
    for _ in range(2):
        client.post(url(group), typed())
    assert Input.objects.count() == 1
    client.post(url(group), typed(text="Noe helt annet som også koster tid."))
    assert Input.objects.count() == 2


@pytest.mark.parametrize(
    "text",
    ["", "   \n ", "\u200b\u200d\ufeff", "a" * 2001, "x\x00y", "å" * 5_000_000],
    ids=["empty", "blank", "zero-width", "too long", "NUL", "5 MB"],
)
def test_bad_text_is_said_beside_the_field_and_writes_nothing(client_of, found, group, member, typed, text):
    response = client_of(member).post(url(group), typed(text=text, area="administration"))
    assert response.status_code == 200
    assert response.context["form"].errors["text"]
    assert response.context["form"]["area"].value() == "administration"
    assert not Input.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> <svg onload=alert(1)>",
        "[x](javascript:alert(1)) ![](http://tracker/p.png)",
        "[" * 2000,
        "<" * 2000,
        "{{7*7}} ${7*7} %s%n =HYPERLINK(1)",
        "Zalgo: a" + "\u0301" * 300 + " \u202eRTL 🧯",
    ],
)
def test_live_text_is_shown_as_written(client_of, found, group, member, typed, text):
    from django.utils.html import escape

    client = client_of(member)
    page = client.post(url(group), typed(text=text)).content.decode()
    assert escape(text) in page
    listed = client.get(url(group, "")).content.decode()
    assert "<script>alert" not in listed
    assert "<svg onload" not in listed
    assert Input.objects.get().text == text


def test_line_ends_count_once_and_two_thousand_characters_fit(client_of, found, group, member, typed):
    text = ("a" * 99 + "\r\n") * 20
    client_of(member).post(url(group), typed(text=text))
    assert len(Input.objects.get().text) == 1999


@pytest.mark.parametrize("field", ["kind", "area", "visibility", "how_often", "how_long", "how_many"])
def test_choices_outside_the_lists_are_refused(client_of, found, group, member, typed, field):
    response = client_of(member).post(url(group), typed(**{field: "'; drop"}))
    assert response.status_code == 200
    assert response.context["form"].errors[field]
    assert not Input.objects.exists()


def test_fields_that_are_not_asked_are_ignored(client_of, found, group, member, other_company, typed):
    foreign = RoundFactory()
    more = {"round": foreign.pk, "station": "answered", "author": 5, "released": "1", "company": other_company.pk}
    client_of(member).post(url(group), typed(**more, group=foreign.group.pk))
    item = Input.objects.get()
    assert (item.round, item.station, item.author) == (found, "received", member)
    assert item.company != other_company


def test_before_opening_nothing_is_taken_and_after_closing_it_is_late(client_of, found, group, member, typed, now):
    found.opens_at = now + dt.timedelta(hours=1)
    found.save()
    client = client_of(member)
    assert 'name="text"' not in client.get(url(group)).content.decode()
    client.post(url(group), typed())
    assert not Input.objects.exists()
    found.opens_at, found.closes_at = now - dt.timedelta(days=9), now - dt.timedelta(days=2)
    found.save()
    client.post(url(group), typed())
    assert Input.objects.get().is_late


def test_a_round_that_has_not_opened_refuses_in_the_action_too(found, member, company, now):
    found.opens_at = None
    with pytest.raises(RoundNotOpen):
        submit_input(
            found,
            writer=Writer(member, None, company),
            text="x",
            kind="wish",
            area="",
            visibility="company",
            language="nb",
            now=now,
        )


def test_a_group_without_a_round_has_no_form(client_of, group, member):
    assert client_of(member).get(url(group)).status_code == 404


def test_somebody_with_two_companies_chooses(client_of, found, group, member, other_company, typed):
    AffiliationFactory(user=member, company=other_company, is_main=False)
    client_of(member).post(url(group), typed(company=other_company.pk))
    assert Input.objects.get().company == other_company
    foreign = CompanyFactory()
    response = client_of(member).post(url(group), typed(company=foreign.pk, ticket="t2"))
    assert response.context["form"].errors["company"]


@pytest.mark.parametrize(
    ("choices", "hours"),
    [
        (("weekly", "half_day", "few"), (9, 52)),
        (("daily", "minutes", "one"), (1.0, 6)),
        (("rarely", "minutes", "one"), (0.1, 0.1)),
        (("daily", "day", ""), None),
    ],
)
def test_cost_is_a_range_and_only_from_three_choices(choices, hours):
    assert hours_a_month(*choices) == hours


def test_the_writer_changes_and_takes_back_until_review(client_of, found, member, typed, now):
    tie = member.affiliations.get()
    item = InputFactory(round=found, affiliation=tie, visibility="company")
    client = client_of(member)
    assert client.post(f"/input/{item.pk}/edit/", typed(version=1, text="Nye ord om det samme.")).status_code == 302
    item.refresh_from_db()
    assert (item.text, item.version) == ("Nye ord om det samme.", 2)
    assert client.post(f"/input/{item.pk}/withdraw/").status_code == 302
    item.refresh_from_db()
    assert item.station == "withdrawn"
    withdraw_input(item, now=now)


def test_edit_after_review_begins_shows_both_texts_and_changes_nothing(client_of, found, member, typed):
    item = InputFactory(round=found, affiliation=member.affiliations.get(), station="under_review")
    response = client_of(member).post(f"/input/{item.pk}/edit/", typed(version=1, text="For sent <b>endret</b>"))
    assert response.status_code == 409
    page = response.content.decode()
    assert item.text in page
    assert "For sent &lt;b&gt;endret" in page
    item.refresh_from_db()
    assert item.version == 1
    assert client_of(member).post(f"/input/{item.pk}/withdraw/").status_code == 409


def test_edit_from_an_old_page_is_stale(found, member, now):
    item = InputFactory(round=found, affiliation=member.affiliations.get())
    edit_input(item, text="første", kind="wish", area="", version=1, now=now)
    with pytest.raises(StaleInput):
        edit_input(item, text="andre", kind="wish", area="", version=1, now=now)
    assert item.text == "første"


def test_edit_and_review_at_once_let_the_review_win(found, member, now):
    item = InputFactory(round=found, affiliation=member.affiliations.get())
    stale = Input.objects.get(pk=item.pk)
    Input.objects.filter(pk=item.pk).update(station="under_review")
    with pytest.raises(ReviewBegun):
        edit_input(stale, text="for sent", kind="wish", area="", version=1, now=now)
    with pytest.raises(ReviewBegun):
        withdraw_input(stale, now=now)
    item.refresh_from_db()
    assert (item.station, item.text) == ("under_review", item.text)


def test_nobody_else_changes_my_input(client_of, found, member, colleague, leader, staff):
    item = InputFactory(round=found, affiliation=member.affiliations.get())
    for person in (colleague, leader, staff):
        assert client_of(person).get(f"/input/{item.pk}/edit/").status_code == 404
        assert client_of(person).post(f"/input/{item.pk}/withdraw/").status_code == 404


def test_a_known_input_never_becomes_anonymous_and_the_other_way(found, member, now):
    known = InputFactory(round=found, affiliation=member.affiliations.get(), visibility="company")
    edit_input(known, text="x", kind="wish", area="", version=1, now=now, visibility="anonymous")
    hidden = AnonymousInputFactory(round=found)
    edit_input(hidden, text="x", kind="wish", area="", version=1, now=now, visibility="named")
    assert (known.visibility, hidden.visibility, hidden.edited_at) == ("company", "anonymous", None)


def test_support_counts_a_company_once_and_keeps_the_newest_cost(found, company, now):
    item = InputFactory(round=found)
    _row, new = support_input(item, company=company, affiliation=None, now=now)
    _row, again = support_input(item, company=company, affiliation=None, now=now, cost=Cost("daily", "hour", "one"))
    assert (new, again) == (True, False)
    assert Support.objects.get().hours_high == 22
    withdraw_input(item, now=now)
    with pytest.raises(InputGone):
        support_input(item, company=company, affiliation=None, now=now)


def test_somebody_at_the_wall_does_not_make_a_confirmed_support_unconfirmed(found, company, now):
    item = InputFactory(round=found)
    support_input(item, company=company, affiliation=None, now=now, cost=Cost("daily", "hour", "one"))
    support_input(item, company=company, affiliation=None, now=now, cost=Cost("daily", "day", "many"), confirmed=False)
    row = Support.objects.get()
    assert (row.confirmed, row.how_many) == (True, "one")


def test_support_from_the_list_with_cost_and_back(client_of, found, member, company):
    item = InputFactory(round=found)
    client = client_of(member)
    client.post(f"/input/{item.pk}/support/")
    client.post(f"/input/{item.pk}/support/", {"how_often": "weekly", "how_long": "hour", "how_many": "few"})
    assert Support.objects.get().company == company
    assert Support.objects.get().how_often == "weekly"
    assert client.post(f"/input/{item.pk}/support/", {"next": "https://evil.example/"})["Location"].startswith(
        "/groups/"
    )
    client.post(f"/input/{item.pk}/support/withdraw/")
    assert not Support.objects.exists()


def test_support_needs_a_company_and_the_right_to_read(client_of, found, staff, outsider):
    item = InputFactory(round=found)
    assert client_of(staff).post(f"/input/{item.pk}/support/").status_code == 403
    assert client_of(outsider).post(f"/input/{item.pk}/support/").status_code == 404
    assert not Support.objects.exists()


def test_receipt_code_opens_changes_and_withdraws_and_wrong_ones_look_alike(client_of, found, company, typed, now):
    item, code = submit_input(
        found,
        writer=Writer(company=company),
        text="Hemmelig.",
        kind="wish",
        area="",
        visibility="anonymous",
        language="nb",
        now=now,
    )
    assert code not in str(Input.objects.filter(pk=item.pk).values())
    assert input_by_code(code.lower().replace("-", " ")) == item
    client = client_of(None)
    assert "Hemmelig." in client.post("/receipt/", {"code": code}).content.decode()
    wrong = client.post("/receipt/", {"code": "AAAA-BBBB-CCCC-DDDD"})
    assert wrong.context["form"].errors["code"]
    client.post("/receipt/edit/", typed(code=code, version=1, text="Mindre hemmelig."))
    item.refresh_from_db()
    assert item.text == "Mindre hemmelig."
    client.post("/receipt/withdraw/", {"code": code})
    item.refresh_from_db()
    assert item.station == "withdrawn"


def test_guessing_receipt_codes_ends_with_429(client_of, db):
    client = client_of(None)
    codes = [client.post("/receipt/", {"code": f"AAAA-BBBB-CCCC-{n:04d}"}).status_code for n in range(62)]
    assert codes[0] == 200
    assert codes[-1] == 429


def test_list_filters_searches_and_survives_nonsense(client_of, found, group, member):
    InputFactory(round=found, text="Ødelagt ærlig ÅPENT lager", kind="wish", area="administration")
    InputFactory(round=found, text="Noe annet", kind="bottleneck", area="production")
    client = client_of(member)
    for query, number in (
        ("q=ødelagt", 1),
        ("q=åpent", 1),
        ("q=%25", 0),
        ("q=_", 0),
        ("kind=wish", 1),
        ("area=production", 1),
        ("station=received", 2),
        ("station=password", 2),
        ("theme=999999", 2),
        ("q=" + "a" * 10000, 2),
        ("after=2026-01-01_x", 2),
        ("after=٣", 2),
        ("order_by=password", 2),
        ("theme='", 2),
        ("page=1e999999", 2),
    ):
        response = client.get(url(group, "") + "?" + query)
        assert response.status_code == 200, query
        assert response.context["page"].total == number, query
    assert client.get(url(group, "") + "?round=999999").status_code == 404


def test_list_pages_by_key_shows_each_once_and_stays_small(client_of, found, group, member):
    InputFactory.create_batch(45, round=found, text="Lang tekst om flyt og stans. " * 60)
    client, seen, query = client_of(member), [], ""
    while True:
        response = client.get(url(group, "") + query)
        assert len(response.content) <= 40 * 1024
        seen += [row.item.pk for row in response.context["page"].rows]
        query = response.context["page"].older
        if not query:
            break
    assert len(seen) == len(set(seen)) == 45


def test_number_of_queries_is_the_same_with_three_and_three_hundred(
    client_of, group, member, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    few = RoundFactory(group=group)
    InputFactory.create_batch(3, round=few)
    client = client_of(member)
    numbers = []
    for more in (0, 297):
        ties = AffiliationFactory.create_batch(5) if more else []
        for at in range(more):
            tie = ties[at % 5]
            item = InputFactory(round=few, affiliation=tie)
            if at % 50 == 0:
                SupportFactory(input=item)
        for path in (url(group, ""), url(group)):
            client.get(path)
            with CaptureQueriesContext(connection) as seen:
                client.get(path)
            numbers.append(len(seen))
    assert numbers[:2] == numbers[2:]


def test_board_first_hides_from_the_group_until_let_through(client_of, group, member, board_member, typed):
    found = RoundFactory(group=group, board_first=True)
    author = AffiliationFactory()
    item, _code = submit_input(
        found,
        writer=Writer(author.user, author, author.company),
        text="Først til styret.",
        kind="wish",
        area="",
        visibility="named",
        language="nb",
        now=timezone.now(),
    )
    assert not item.released
    assert "Først til styret" not in client_of(member).get(url(group, "")).content.decode()
    assert "Først til styret" in client_of(board_member).get(url(group, "")).content.decode()
    assert client_of(member).get(item.get_absolute_url()).status_code == 404


def test_an_input_goes_to_the_round_that_the_page_asked_about(client_of, group, found, member, typed, now):
    newer = RoundFactory(group=group, opens_at=now - dt.timedelta(minutes=1), question="Et nyere spørsmål")
    RoundFactory(group=group, opens_at=now + dt.timedelta(days=1), question="Ikke åpnet ennå")
    browser, path = client_of(member), f"/groups/{group.slug}/input/new/"
    assert browser.get(path).context["round"] == newer
    page = browser.get(f"{path}?round={found.pk}")
    assert page.context["round"] == found
    browser.post(page.context["form_url"], typed())
    assert Input.objects.get().round == found
    assert f"?round={found.pk}" in browser.get("/me/").content.decode()


@pytest.mark.parametrize("asked", ["999999", "x", "²", "1" * 30])
def test_a_round_that_is_not_the_groups_is_not_found(client_of, group, found, member, asked):
    assert client_of(member).get(f"/groups/{group.slug}/input/new/?round={asked}").status_code == 404
    foreign = RoundFactory()
    assert client_of(member).get(f"/groups/{group.slug}/input/new/?round={foreign.pk}").status_code == 404
