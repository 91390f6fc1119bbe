"""Builders of mails to the writers of inputs: asked at sending, they tell the newest truth."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from groups import desk_notices
from groups.enums import Station, Visibility
from groups.models import Input
from mail.kinds import Builder, Letter, LetterOrNot, Unwanted, register
from mail.links import absolute
from mail.models import Message
from mail.render import render
from members.models import User
from members.notices import cluster_context, language_of, set_aside, unsubscribe_url

# From a mail and its reader to the values of its templates
Fill = Callable[[Message, User], Mapping[str, Any] | Unwanted]


def to_willing_people(kind: str, fill: Fill) -> Builder:
    """A builder of mails to people who can be reached and want this kind; the words are theirs alone."""

    def build(messages: Sequence[Message]) -> dict[int, LetterOrNot]:
        ids = {message.pk: int(message.recipient.removeprefix("user:")) for message in messages}
        readers = User.objects.reachable().in_bulk(ids.values())
        aside = set_aside(kind, messages, ids)
        answers: dict[int, LetterOrNot] = {}
        for message in messages:
            reader = readers.get(ids[message.pk])
            if reader is None:
                answers[message.pk] = Unwanted("not reachable")
            else:
                answers[message.pk] = aside.get(message.pk) or _answer(kind, message, reader, fill)
        return answers

    return build


def _answer(kind: str, message: Message, reader: User, fill: Fill) -> Letter | Unwanted:
    values = fill(message, reader)
    return values if isinstance(values, Unwanted) else _letter(kind, reader, values)


def _letter(kind: str, reader: User, values: Mapping[str, Any]) -> Letter:
    language = language_of(reader)
    context = {**cluster_context(language), "reader": reader, "wishes_url": absolute("/me/mail/"), **values}
    words = render(kind.replace(".", "/", 1), language, context)
    return Letter(
        to=reader.email or "",
        to_name=reader.name,
        subject=words.subject,
        text=words.text,
        html=words.html,
        language=language,
        unsubscribe=unsubscribe_url(reader, kind),
        link=str(values.get("url", "")),
        # The office reads sent mails, and may not learn there who wrote what others see without a name
        confidential=any(item.visibility != Visibility.NAMED for item in values.get("inputs", ())),
    )


def _decided(station: Station) -> Fill:
    def fill(message: Message, reader: User) -> Mapping[str, Any] | Unwanted:
        inputs = list(
            Input.objects.select_related("round__group")
            .filter(pk__in=message.data["inputs"], author=reader, station=station)
            .exclude(reply="")
            .order_by("-week", "pk")
        )
        if not inputs:
            return Unwanted("decided otherwise since")
        return {
            "inputs": inputs,
            "first": inputs[0],
            "more": len(inputs) - 1,
            "group": inputs[0].round.group,
            "url": absolute(inputs[0].get_absolute_url()) if len(inputs) == 1 else absolute("/me/#input"),
        }

    return fill


def register_kinds() -> None:
    """Tell the mail app which mails the desk writes."""
    register(
        desk_notices.ANSWERED,
        to_willing_people(desk_notices.ANSWERED, _decided(Station.ANSWERED)),
        label=_("The board has answered my input"),
        weekly=True,
    )
    register(
        desk_notices.PARKED,
        to_willing_people(desk_notices.PARKED, _decided(Station.PARKED)),
        label=_("The board has parked my input"),
        weekly=True,
    )
