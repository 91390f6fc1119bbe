import pytest
from django.test import override_settings

from mail.masking import MASK, mask
from mail.render import render
from mail.styling import inline


@pytest.fixture
def template(tmp_path, settings):
    """Write the three templates of one mail; answers what render makes of them."""

    def write(subject, text, html):
        folder = tmp_path / "emails/tests/note"
        folder.mkdir(parents=True)
        for name, words in (("subject.txt", subject), ("body.txt", text), ("body.html", html)):
            (folder / name).write_text(words)

    engine = settings.TEMPLATES[0]
    with override_settings(TEMPLATES=[{**engine, "DIRS": [*engine["DIRS"], str(tmp_path)]}]):
        yield write


def test_text_is_plain_html_is_escaped_and_the_subject_is_one_line(template):
    template("{{ name }}\n\n  kommer\n", "Hei {{ name }}\n\n\n\n\nHa det\n\n", "<p>{{ name }}</p>")
    words = render("tests/note", "nb", {"name": "Ola & <Kari>"})
    assert words.subject == "Ola & <Kari> kommer"
    assert words.text == "Hei Ola & <Kari>\n\nHa det\n"
    assert "Ola &amp; &lt;Kari&gt;" in words.html
    assert "<Kari>" not in words.html


def test_a_name_with_line_breaks_cannot_leave_the_subject(template):
    template("{{ name }}", "x", "x")
    assert "\n" not in render("tests/note", "nb", {"name": "a\r\nBcc: b\u2028c\x85d"}).subject
    assert len(render("tests/note", "nb", {"name": "a\r\nBcc: b\u2028c\x85d"}).subject.splitlines()) == 1


@pytest.mark.parametrize(("language", "month"), [("nb", "mai"), ("nn", "mai"), ("en", "May")])
def test_words_are_in_the_readers_language(template, language, month):
    template("{{ language }}", '{% load i18n %}{{ day|date:"F" }}', "x")
    from datetime import date

    words = render("tests/note", language, {"day": date(2027, 5, 17)})
    assert (words.subject, words.text.strip()) == (language, month)


def test_the_frame_carries_cluster_office_and_the_way_out(template):
    template(
        "Emne",
        '{% extends "emails/base.txt" %}{% block content %}Hei{% endblock %}{% block why %}Fordi{% endblock %}',
        '{% extends "emails/base.html" %}{% block content %}<h1>Hei</h1><p>x</p>{% endblock %}',
    )
    context = {
        "cluster": {
            "name": "Klyngen",
            "office_name": "Kontoret",
            "office_phone": "72 48 00 00",
            "office_address": "Kai 1",
        },
        "wishes_url": "https://portal.example/me/mail/",
    }
    words = render("tests/note", "nb", context)
    for part in (words.text, words.html):
        assert all(word in part for word in ("Klyngen", "Kontoret", "72 48 00 00", "https://portal.example/me/mail/"))
    assert '<html lang="nb">' in words.html
    assert "<title>Emne</title>" in words.html
    assert '<h1 style="' in words.html


def test_plain_tags_get_their_looks_and_own_looks_are_kept():
    html = inline('<p>a</p><p style="color:red">b</p><a href="https://x/">c</a><pre>d</pre><hr>')
    assert html.startswith('<p style="margin')
    assert '<p style="color:red">' in html
    assert '<a href="https://x/" style="' in html
    assert "<pre>d</pre>" in html
    assert '<hr style="' in html


@pytest.mark.parametrize("written", ["A&B", "A&amp;B", "A%26B", "x A&B. og A&amp;B", "a" * 3 + "A&B"])
def test_a_secret_is_masked_however_it_was_written(written):
    masked = mask(written, ["A&B", ""])
    assert MASK in masked
    assert "A&B" not in masked
    assert "A&amp;B" not in masked


def test_a_secret_within_a_secret_leaves_no_rest():
    assert mask("kode 1234-5678", ["1234", "1234-5678"]) == f"kode {MASK}"
