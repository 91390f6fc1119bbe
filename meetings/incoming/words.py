"""What a reply in plain words seems to mean: a suggestion for a person, never an answer."""

import re

from meetings.enums import Answer

_NO = (
    r"\b(kommer|kjem|deltar|deltek|kan|får|rekker|rekk|passer|passar|skal) (dessverre |diverre |nok )?(ikke|ikkje)\b",
    r"\b(ikke|ikkje) (anledning|høve|komme|kome)\b",
    r"\b(forhindret|forhindra|melder avbud|melder forfall)\b",
    r"^(nei|no|nope)\b",
    r"\b(can't|cannot|can not|unable|won't|not able|not attend|decline)\b",
)
_MAYBE = (r"\b(kanskje|muligens|truleg|usikker|usikkert|maybe|perhaps|tentative|not sure)\b",)
_YES = (
    r"^(ja|jo|yes|ok)\b",
    r"\b(kommer|kjem|deltar|deltek|stiller|blir med|møter|will attend|i'll be there|accept|count me in)\b",
)
# Looked for in this order: "kommer ikke" holds "kommer".
PATTERNS = [(Answer.NO, _NO), (Answer.MAYBE, _MAYBE), (Answer.YES, _YES)]


def suggested(text: str) -> str:
    """The answer that the first lines of a reply point to; empty when they do not."""
    top = " ".join(text.split())[:300].lower()
    return next((str(answer) for answer, signs in PATTERNS if any(re.search(sign, top) for sign in signs)), "")
