"""Builders of mails about belonging to a group: asked at sending, they tell the newest truth."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from groups import notices
from groups.desk_letters import to_willing_people
from groups.enums import GroupState, MembershipState
from groups.models import Group, Membership
from groups.rules import sits_on_board
from mail.kinds import Unwanted, register
from mail.links import absolute
from mail.models import Message
from members.clock import oslo_today
from members.models import User

GONE = Unwanted("decided or gone")


def _membership(message: Message) -> Membership | None:
    rows = Membership.objects.select_related("group", "affiliation__user", "affiliation__company")
    return rows.filter(pk=message.data["membership"]).first()


def _requested(message: Message, reader: User) -> Mapping[str, Any] | Unwanted:
    """To a board member: somebody waits. Unwanted once decided, or when the reader has left the board."""
    row = _membership(message)
    if row is None or row.state != MembershipState.REQUESTED:
        return GONE
    if not sits_on_board(reader, row.group, oslo_today()):
        return Unwanted("no longer on the board")
    return {"row": row, "group": row.group, "url": absolute(f"{row.group.get_absolute_url()}members/")}


def _decided(message: Message, reader: User) -> Mapping[str, Any] | Unwanted:
    """To the person who asked: yes or no."""
    row = _membership(message)
    if row is None or row.state not in {MembershipState.ACTIVE, MembershipState.DECLINED}:
        return GONE
    approved = row.state == MembershipState.ACTIVE
    return {"row": row, "group": row.group, "approved": approved, "url": absolute(row.group.get_absolute_url())}


def _started(message: Message, reader: User) -> Mapping[str, Any] | Unwanted:
    """To whoever wanted to hear of it: the group has begun."""
    group = Group.objects.filter(pk=message.data["group"], state=GroupState.ACTIVE).first()
    return {"group": group, "url": absolute(group.get_absolute_url())} if group else GONE


def register_kinds() -> None:
    """Tell the mail app which mails groups write."""
    kinds = (
        (notices.REQUESTED, _requested, _("Somebody asks to join a group whose board I sit on"), False),
        (notices.DECIDED, _decided, _("Answer to a request to join a group"), True),
        (notices.STARTED, _started, _("A group I wanted to hear of has started"), True),
    )
    for kind, fill, label, weekly in kinds:
        register(kind, to_willing_people(kind, fill), label=label, weekly=weekly)
