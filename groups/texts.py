"""What people write: made storable, its language guessed, private details pointed out. The words stay theirs."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 2000
_INVISIBLE = {"Cf", "Cc", "Zs", "Zl", "Zp", "Cn"}
# Function words that tell the three languages apart; a tie goes to the language of the page.
_WORDS = {
    "nb": "ikke jeg vi hva hvor hvordan noe noen også bare mye mellom fra kommer blir være må kan ikke uke flere det er",
    "nn": "ikkje eg me kva kvar korleis noko nokon også berre mykje mellom frå kjem blir vere må kan ein veke fleire det er",
    "en": "the we and is are not what when with our they from have has this that for out about every much too it of to",
}
_VOCABULARY = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_NUMBER = re.compile(r"(?<!\d)(?:\+?\d{2}[ .]?)?\d{2,4}(?:[ .]?\d{2,5}){2,3}(?!\d)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){2,7}", re.ASCII)
SHORTEST_NUMBER = 8


def clean_text(text: str) -> str:
    """The text with plain line ends and without edge blanks; ValidationError for what is empty to the eye."""
    if any(unicodedata.category(sign) == "Cs" for sign in text):
        raise ValidationError(_("The text has signs that cannot be stored. Write them anew."), code="signs")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) != "Cc").strip()
    if all(unicodedata.category(sign) in _INVISIBLE for sign in text):
        raise ValidationError(_("Write what it is about."), code="required")
    if len(text) > LONGEST:
        raise ValidationError(
            _("The text is %(length)s characters long. There is room for %(longest)s."),
            code="max_length",
            params={"length": len(text), "longest": LONGEST},
        )
    return text


def words_of(text: str) -> list[str]:
    """The words in small letters."""
    return _WORD.findall(text.lower())


def guess_language(text: str, fallback: str) -> str:
    """Which of the three languages a text is in, by its small words; the page's own when they do not tell."""
    words = words_of(text)
    scores = {language: sum(word in known for word in words) for language, known in _VOCABULARY.items()}
    best = max(scores.values())
    leaders = [language for language, score in scores.items() if score == best]
    return leaders[0] if best and len(leaders) == 1 else fallback


def private_details(text: str, names: tuple[str, ...] = ()) -> list[str]:
    """What in a text may tell who wrote it: addresses, numbers of eight digits or more, the names given."""
    found = _EMAIL.findall(text) + [match.group() for match in _IBAN.finditer(text)]
    for match in _NUMBER.finditer(text):
        if sum(sign.isdigit() for sign in match.group()) >= SHORTEST_NUMBER:
            found.append(match.group())
    folded = text.casefold()
    found += [name for name in names if len(name) > 2 and re.search(rf"\b{re.escape(name.casefold())}\b", folded)]
    return list(dict.fromkeys(part.strip() for part in found))
