"""Personal links in the mails: one to answer without signing in, one to hand in input. Read in ``access``."""

from urllib.parse import urlencode

from django.urls import reverse

from mail.links import absolute, make_token
from meetings.models import Invitation

ANSWER = "answer"
INPUT = "input"


def answer_token(invitation: Invitation) -> str:
    """The right to answer this one invitation, until ``link_version`` rises."""
    return make_token(ANSWER, f"{invitation.pk}.{invitation.link_version}")


def with_answer(address: str, answer: str) -> str:
    """The same page with the focus on one answer, and nothing given by that."""
    return f"{address}?{urlencode({'answer': answer})}"


def answer_path(invitation: Invitation) -> str:
    """Where the personal answer page lies."""
    return reverse("meetings:answer_by_link", args=[answer_token(invitation)])


def answer_link(invitation: Invitation) -> str:
    """The personal answer page, as an address for mails."""
    return absolute(answer_path(invitation))


def input_token(invitation: Invitation) -> str:
    """The right to hand in input as the person invited."""
    return make_token(INPUT, f"i.{invitation.pk}.{invitation.link_version}")


def input_link(invitation: Invitation) -> str:
    """The personal way into the meeting's round of input, as an address for mails."""
    return absolute(reverse("door", args=[input_token(invitation)]))
