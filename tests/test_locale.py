"""Three languages, whole: every word in both catalogues, every mail in each language, and the person's own language."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from mail.delivery import deliver_due
from tests.factories.members import UserFactory

LANGUAGES = ("nb", "nn")
PLACES = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
NB_ONLY = re.compile(r"\b(ikke|jeg|hvor|hvordan|hvem|hva|noen|innspill|uke|fra|bedriften din er)\b", re.IGNORECASE)
NN_ONLY = re.compile(r"\b(ikkje|eg|kvar|korleis|kven|kva|nokon|innspel|veke|frå|heile)\b", re.IGNORECASE)


def catalogue(language):
    with Path(settings.BASE_DIR, "locale", language, "LC_MESSAGES/django.po").open("rb") as lines:
        return read_po(lines, locale=language)


def texts(value):
    return value if isinstance(value, (tuple, list)) else (value,)


def messages(language):
    return [message for message in catalogue(language) if message.id]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_missing_or_guessed(language):
    assert [message.id for message in messages(language) if message.fuzzy or not all(texts(message.string))] == []


def test_both_catalogues_hold_the_same_words():
    first, second = ({(message.context, texts(message.id)[0]) for message in messages(one)} for one in LANGUAGES)
    assert first == second


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_those_of_the_message(language):
    wrong = []
    for message in messages(language):
        ids, strings = texts(message.id), texts(message.string)
        wanted = set(PLACES.findall(ids[-1]))
        for number, string in enumerate(strings):
            found = set(PLACES.findall(string))
            # The singular may say "one" in words
            if found != wanted and not (len(ids) > 1 and number == 0 and found <= wanted):
                wrong.append(message.id)
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_have_two_forms_by_the_rule_of_norwegian(language):
    found = catalogue(language)
    assert found.num_plurals == 2
    assert found.plural_expr.replace(" ", "").strip("()") == "n!=1"
    wrong = [message.id for message in messages(language) if message.pluralizable and len(message.string) != 2]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_blanks_and_full_stops_at_the_ends_are_kept(language):
    wrong = []
    for message in messages(language):
        for source, string in zip(texts(message.id), texts(message.string), strict=False):
            if source[:1].isspace() != string[:1].isspace() or source[-1:].isspace() != string[-1:].isspace():
                wrong.append(source)
    assert wrong == []


@pytest.mark.parametrize(("language", "foreign"), [("nb", NN_ONLY), ("nn", NB_ONLY)])
def test_neither_norwegian_has_words_of_the_other(language, foreign):
    assert [
        (string, foreign.search(string)[0])
        for message in messages(language)
        for string in texts(message.string)
        if foreign.search(string)
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_words_are_those_that_are_read(language):
    with translation.override(language):
        for message in messages(language):
            if not message.context and not message.pluralizable and message.id in {"Groups", "Meetings", "My page"}:
                assert translation.gettext(message.id) == message.string


def subjects(language):
    found = {}
    for message in messages(language):
        for file, _line in message.locations:
            if "emails/" in file and file.endswith("subject.txt"):
                found.setdefault(file, []).extend(texts(message.string))
    return found


def test_every_mail_has_a_subject_of_its_own_in_each_language():
    """The account mails take theirs from the deed: tests/mail/test_account.py builds each of them in each language."""
    nb, nn = subjects("nb"), subjects("nn")
    written = {
        str(path.relative_to(settings.BASE_DIR))
        for path in Path(settings.BASE_DIR, "templates/emails").glob("*/*/subject.txt")
        if "trans" in path.read_text(encoding="utf-8")
    }
    assert set(nb) == set(nn) == written
    english = {file: texts_ for file, texts_ in nb.items() if texts_ and texts_[0] in {m.id for m in messages("nb")}}
    assert english == {}


@pytest.mark.django_db
def test_mails_follow_the_person_and_not_the_page_that_asked_for_them():
    subjects = {}
    for language in ("nb", "nn", "en"):
        person = UserFactory(email=f"{language}@firma.example", language=language)
        sent = {"email": person.email}
        Client().post(reverse("account_request_login_code"), sent, headers={"accept-language": "en"})
        mail.outbox.clear()
        deliver_due(timezone.now())
        assert mail.outbox[0].message()["Content-Language"] == language
        subjects[language] = re.sub(r"[A-Z0-9]{3}-[A-Z0-9]{3}", "", mail.outbox[0].body)
    assert len(set(subjects.values())) == 3


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "word"), [("nb", "Møter"), ("nn", "Møte"), ("en", "Meetings")])
def test_pages_follow_the_person(language, word, client_of):
    person = UserFactory(language=language)
    answer = client_of(person).get("/meetings/", headers={"accept-language": "en" if language != "en" else "nb"})
    assert answer["Content-Language"] == language
    assert f'lang="{language}"' in answer.content.decode()
    assert word in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("accept", ["no", "no-NO,no;q=0.9", "nb-NO", "de", ""])
def test_plain_norwegian_and_what_we_do_not_speak_is_bokmal(accept, client):
    assert client.get("/meetings/", headers={"accept-language": accept})["Content-Language"] == "nb"
