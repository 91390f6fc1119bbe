"""One spelling for what people spell in many ways: names, addresses, organisation numbers."""

import re
import unicodedata

_COMPANY_FORMS = re.compile(r"\b(as|asa|ans|da|ba|sa|sf|enk|nuf|kf|iks|hf)\b")
_NOT_WORD = re.compile(r"[^a-z0-9æøå]+")
_ORG_NUMBER_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)


def fold_name(name: str) -> str:
    """Fold a company name for comparison: case, accents, company form and punctuation away, æøå kept."""
    decomposed = unicodedata.normalize("NFKD", name.casefold().replace("å", "\0"))
    letters = "".join(sign for sign in decomposed if not unicodedata.combining(sign)).replace("\0", "å")
    words = _NOT_WORD.sub(" ", letters)
    bare = " ".join(_COMPANY_FORMS.sub(" ", words).split())
    return bare or " ".join(words.split())


def fold_email(address: str) -> str:
    """Fold an address for storage and comparison: blanks and a trailing dot away, lower case.

    Unicode look-alikes stay apart (``mıke`` is not ``mike``): lower(), never casefold() or NFKC.
    """
    return address.strip().rstrip(".").lower()


def fold_org_number(text: str) -> str:
    """Strip what people write around an organisation number: blanks, dots, ``NO`` and ``MVA``."""
    bare = re.sub(r"[\s.\u00a0]+", "", text).upper()
    return bare.removeprefix("NO").removesuffix("MVA")


def org_number_is_valid(number: str) -> bool:
    """Tell whether nine digits pass the mod-11 check of the Norwegian register of legal entities."""
    if len(number) != 9 or not (number.isascii() and number.isdigit()):
        return False
    weighted = sum(weight * int(digit) for weight, digit in zip(_ORG_NUMBER_WEIGHTS, number, strict=False))
    return int(number[8]) == (11 - weighted % 11) % 11
