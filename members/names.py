"""What people write about themselves and their companies, made fit to be shown to others."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from members.folding import fold_name

# Zero-width joiners of emoji aside, nobody's name needs what changes the direction or hides itself.
_HIDDEN = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_MOST_MARKS = re.compile(
    r"((?:.)(?:[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]){0,4})"
    r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]*"
)
# Nobody may pass for the office or a board.
RESERVED = frozenset(
    {
        "admin",
        "administrator",
        "cluster board",
        "cluster buro",
        "cluster office",
        "daglig leder",
        "gruppestyret",
        "klyngekontoret",
        "klyngeleder",
        "klyngeleiar",
        "klyngestyret",
        "root",
        "sekretariatet",
        "staff",
        "styret",
        "support",
        "system",
        "thamsklyngen",
        "thamsklynga",
        "vorstand",
    }
)


def clean_line(text: str) -> str:
    """One line of text: controls, hidden and direction signs away, blanks single, at most four marks on a letter."""
    text = unicodedata.normalize("NFC", text)
    text = _HIDDEN.sub(
        "",
        "".join(
            " " if unicodedata.category(sign) in {"Zs", "Zl", "Zp"} or sign in "\t\r\n\x85" else sign for sign in text
        ),
    )
    text = "".join(sign for sign in text if unicodedata.category(sign) not in {"Cc", "Cs", "Co", "Cn"})
    return " ".join(_MOST_MARKS.sub(r"\1", text).split())


def clean_person_name(text: str) -> str:
    """A person's name; refused when it is nothing, or the name of an office or a board."""
    name = clean_line(text)
    if not any(sign.isalnum() for sign in name):
        raise ValidationError(_("Write your name as colleagues know it."), code="required")
    if fold_name(name) in RESERVED:
        raise ValidationError(_("This is the name of an office. Write your own name."), code="reserved")
    return name


_PHONE = re.compile(r"^\+?[0-9][0-9 ]{3,18}[0-9]$")


def clean_phone(text: str) -> str:
    """A phone number: digits and blanks, with ``+`` and country code if need be."""
    phone = " ".join(text.replace("(", " ").replace(")", " ").replace("-", " ").replace("\u00a0", " ").split())
    if phone and not (_PHONE.match(phone) and phone.isascii()):
        raise ValidationError(_("Write a phone number with digits, for example 912 34 567."), code="invalid")
    return phone


def shown_name(name: str, *, is_former: bool) -> str:
    """A person's name as others see it; never the address. Former people, taken out in place, are without one."""
    return str(_("A former member")) if is_former else name or str(_("No name given"))


_LOCAL = re.compile(r"^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+$")


def clean_address(text: str) -> str:
    """An e-mail address that a mail server can deliver to, folded. Quoted and numeric forms are refused."""
    from members.domains import fold_domain
    from members.folding import fold_email

    address = fold_email(text)
    local, _at, domain = address.rpartition("@")
    labels = fold_domain(domain).split(".")
    good = (
        len(address) <= 254
        and 0 < len(local) <= 64
        and _LOCAL.match(local)
        and not local.startswith(".")
        and not local.endswith(".")
        and ".." not in local
        and len(labels) > 1
        and all(re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", label) for label in labels)
        and not labels[-1].isdigit()
    )
    if not good:
        raise ValidationError(_("This is not a whole e-mail address. It looks like name@company.no."), code="invalid")
    return address
