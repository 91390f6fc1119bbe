"""Figures by hand-computed cases: companies first, hours as a range, nothing under three."""

import pytest

from groups.charts import pareto_of
from groups.figures import Figures, theme_figures
from tests.factories.groups import (
    AnonymousInputFactory,
    InputFactory,
    RoundFactory,
    SupportFactory,
    ThemeFactory,
)
from tests.factories.members import AffiliationFactory, CompanyFactory


@pytest.fixture
def found(group):
    return RoundFactory(group=group)


@pytest.fixture
def theme(found):
    return ThemeFactory(round=found, name="Vedlikehold")


def put(theme, **fields):
    return InputFactory(round=theme.round, theme=theme, station="in_theme", **fields)


def figures(theme):
    return theme_figures(theme.round)[theme.pk]


def test_companies_are_writers_and_supporters_once_each(theme):
    tie = AffiliationFactory()
    first, _second = put(theme, affiliation=tie), put(theme, affiliation=AffiliationFactory(company=tie.company))
    SupportFactory(input=first, company=CompanyFactory())
    SupportFactory(input=first, company=tie.company)
    assert (figures(theme).companies, figures(theme).inputs, figures(theme).people) == (2, 2, 2)


def test_a_plant_counts_as_its_company_unless_it_counts_by_itself(theme):
    top = CompanyFactory()
    for unit in (CompanyFactory(parent=top), CompanyFactory(parent=top)):
        put(theme, affiliation=AffiliationFactory(company=unit))
    assert figures(theme).companies == 1
    put(theme, affiliation=AffiliationFactory(company=CompanyFactory(parent=top, counts_by_itself=True)))
    assert figures(theme).companies == 2


def test_anonymous_input_adds_an_input_but_no_company(theme):
    AnonymousInputFactory(round=theme.round, theme=theme, station="in_theme", hours_low=1, hours_high=2)
    put(theme)
    assert (figures(theme).companies, figures(theme).inputs) == (1, 2)
    assert (figures(theme).hours_low, figures(theme).hours_high) == (1, 2)


def test_unconfirmed_companies_stand_apart_and_cost_nothing(theme):
    put(theme, company_confirmed=False, hours_low=5, hours_high=9)
    assert (figures(theme).companies, figures(theme).unconfirmed, figures(theme).hours_high) == (0, 1, 0)


def test_each_company_gives_its_own_hours_once_per_input(theme):
    first = put(theme, hours_low=2, hours_high=4)
    SupportFactory(input=first, company=first.company, hours_low=3, hours_high=6)
    SupportFactory(input=first, hours_low=10, hours_high=20)
    SupportFactory(input=first)
    put(theme, affiliation=first.affiliation, hours_low=1, hours_high=1)
    assert (figures(theme).hours_low, figures(theme).hours_high) == (3 + 10 + 1, 6 + 20 + 1)


def test_duplicates_are_one_input_whose_companies_count(theme):
    keep = put(theme, hours_low=1, hours_high=2)
    put(theme, merged_into=keep, hours_low=3, hours_high=4)
    put(theme, merged_into=keep, affiliation=keep.affiliation, hours_low=1, hours_high=1)
    assert (figures(theme).companies, figures(theme).inputs) == (2, 1)
    assert (figures(theme).hours_low, figures(theme).hours_high) == (4, 6)


@pytest.mark.parametrize("station", ["parked", "answered", "withdrawn"])
def test_what_goes_no_further_counts_nowhere(found, station):
    InputFactory(round=found, station=station)
    assert theme_figures(found) == {}


def test_nothing_is_drawn_under_three_companies_or_five_persons(theme):
    tie = AffiliationFactory()
    put(theme, affiliation=tie, hours_low=1, hours_high=2)
    put(theme)
    assert not figures(theme).is_shown
    for _number in range(2):
        put(theme, affiliation=AffiliationFactory(company=tie.company))
    assert not figures(theme).is_shown
    put(theme, affiliation=AffiliationFactory(company=tie.company))
    assert figures(theme).companies == 2
    assert figures(theme).is_shown


def test_the_warning_comes_over_a_third_from_one_company(theme):
    tie = AffiliationFactory()
    put(theme, affiliation=tie)
    put(theme)
    put(theme)
    assert figures(theme).warning_share is None
    put(theme, affiliation=tie)
    assert figures(theme).warning_share == 50


def test_share_of_areas_leaves_out_who_did_not_say(theme):
    for area in ("production", "production", "administration", ""):
        put(theme, area=area)
    assert figures(theme).production_share == 67
    assert figures(theme).administration_share == 33


def numbers(theme, companies, middle):
    return Figures(theme.pk, inputs=companies, companies=companies, hours_low=middle, hours_high=middle)


def test_pareto_sorts_adds_up_and_says_the_finding(found):
    rows = [(ThemeFactory(round=found, name=name), value) for name, value in (("A", 10), ("B", 60), ("C", 30))]
    chart = pareto_of([(theme, numbers(theme, 3, value)) for theme, value in rows])
    assert [(bar.theme.name, bar.share, bar.carries) for bar in chart.bars] == [
        ("B", 60, True),
        ("C", 90, True),
        ("A", 100, False),
    ]
    assert chart.ticks[-1][1] == 100
    assert chart.bars[0].height == pytest.approx(308 * 0.6, abs=0.1)
    assert "90" in chart.title


def test_pareto_leaves_small_themes_out_of_the_drawing_and_in_the_table(found):
    small, large = ThemeFactory(round=found), ThemeFactory(round=found)
    chart = pareto_of([(small, numbers(small, 2, 500)), (large, numbers(large, 3, 5))])
    assert [bar.theme for bar in chart.bars] == [large]
    assert [theme for theme, _figures in chart.quiet] == [small]


def test_without_hours_the_bars_are_companies(found):
    theme = ThemeFactory(round=found)
    chart = pareto_of([(theme, numbers(theme, 4, 0))])
    assert not chart.by_hours
    assert chart.bars[0].value == 4
    assert not pareto_of([]).is_drawn
