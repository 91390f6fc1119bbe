"""The room's door: the QR code's token and the short code beside it. Both follow from the round alone."""

import hmac
from datetime import datetime
from functools import lru_cache

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from groups.models import Round
from groups.receipts import ALPHABET
from mail.links import absolute, make_token, read_token

PURPOSE = "input"
CODE_LENGTH = 5


def room_token(found: Round) -> str:
    """The token behind the QR code on the wall."""
    return make_token(PURPOSE, f"r.{found.pk}")


def room_url(found: Round) -> str:
    """The full address behind the QR code."""
    return absolute(reverse("door", args=[room_token(found)]))


def round_of(token: str) -> tuple[bool, Round | None]:
    """Whether the token is genuine and of this sort, and the round it belongs to, if that still exists."""
    value = read_token(PURPOSE, token)
    if value is None or not value.startswith("r.") or not value[2:].isdigit():
        return False, None
    return True, Round.objects.select_related("group").filter(pk=int(value[2:])).first()


def short_code(found: Round) -> str:
    """What is typed where a camera fails. Good only while the room's door is open."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"groups.room:{found.pk}".encode(), "sha256")
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:CODE_LENGTH])


def round_by_code(code: str, now: datetime) -> Round | None:
    """The round whose door is open now and whose wall shows this code."""
    typed = "".join(sign for sign in code.upper() if sign.isalnum())
    open_rounds = Round.objects.filter(room_opens_at__lte=now, room_closes_at__gt=now)
    return next((found for found in open_rounds if hmac.compare_digest(short_code(found), typed)), None)


@lru_cache(maxsize=64)
def qr_svg(address: str) -> SafeString:
    """An address of ours as a QR code: SVG without any style of its own. Drawn once: screens ask every two seconds."""
    drawing = segno.make(address, error="m").svg_inline(
        svgclass="tk-qr", lineclass=None, omitsize=True, border=0, dark="#082f37"
    )
    return mark_safe(drawing)  # noqa: S308 - drawn here, from our own address
