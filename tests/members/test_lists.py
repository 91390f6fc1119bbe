"""A select in one piece is the same select; choices begin with a capital."""

from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy

from members.forms.lists import PlainSelect, capital


class Bar(forms.Form):
    plain = forms.ChoiceField(
        choices=[("", gettext_lazy("All")), ("a", "A & <b>"), ("b", "B")],
        required=False,
        widget=PlainSelect(attrs={"class": "form-select"}),
    )


def test_it_marks_what_is_chosen_and_escapes_what_is_written():
    written = str(Bar({"plain": "a"})["plain"])
    assert written.startswith("<select ")
    assert ' name="plain"' in written  # Django sorts attributes; their order says nothing
    assert 'class="form-select"' in written
    assert 'id="id_plain"' in written
    assert '<option value="a" selected>A &amp; &lt;b&gt;</option>' in written
    assert '<option value="b">B</option>' in written
    assert written.count("selected") == 1


def test_without_a_choice_the_first_stands():
    assert '<option value="" selected>' in str(Bar({})["plain"])


def test_choices_begin_with_a_capital_in_the_readers_language():
    choices = capital([("", gettext_lazy("everybody on the list")), ("ÅS", "årsmøte i AS")])
    with translation.override("nb"):
        assert [str(words) for _, words in choices] == ["Alle på lista", "Årsmøte i AS"]
