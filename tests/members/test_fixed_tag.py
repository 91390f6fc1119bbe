"""Markup kept for each language holds nothing of a reader."""

from django.template import Context, Template
from django.utils import translation

PAGE = "{% load fixed i18n %}{% fixed %}{% translate 'Sign out' %} {{ name }}{% endfixed %} {{ name }}"


def test_each_language_has_its_own_words():
    page = Template(PAGE)
    with translation.override("nb"):
        norwegian = page.render(Context({}))
    with translation.override("en"):
        assert page.render(Context({})).strip() == "Sign out"
    with translation.override("nb"):
        assert page.render(Context({})) == norwegian != "Sign out"


def test_nothing_of_one_reader_reaches_the_next():
    page = Template(PAGE)
    with translation.override("en"):
        assert page.render(Context({"name": "Kari"})) == "Sign out  Kari"
        assert page.render(Context({"name": "Ola"})) == "Sign out  Ola"
