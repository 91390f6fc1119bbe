"""Groups (core), what people say to them (inputs), and later what is decided about it (mandates)."""

from groups.models.core import Group, Interest, Membership, PastEvent, Role
from groups.models.inputs import BoardNote, DeskMove, Input, Round, Support, Theme

__all__ = [
    "BoardNote",
    "DeskMove",
    "Group",
    "Input",
    "Interest",
    "Membership",
    "PastEvent",
    "Role",
    "Round",
    "Support",
    "Theme",
]
