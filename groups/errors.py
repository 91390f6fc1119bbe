"""What an action answers when it cannot be done. Each carries the truth that the page tells."""

from django.utils.translation import gettext_lazy as _

from groups.models import Input, Membership, Role
from members.errors import Refused


class JoiningClosed(Refused):
    """The group takes nobody by request: by appointment only, or not at work."""

    words = _("This group does not take new members now.")


class NotPlanned(Refused):
    """Interest is registered in planned groups alone."""

    words = _("The group has started. You can join it now.")


class NoCompany(Refused):
    """What a person does in a group they do for a company."""

    words = _("You need a company before you can take part.")


class MembershipDecided(Refused):
    """Somebody else was first. ``membership`` is as it stands now."""

    words = _("Somebody else has already decided this request.")

    def __init__(self, membership: Membership) -> None:
        super().__init__()
        self.membership = membership


class LeadMoved(Refused):
    """The lead was handed over meanwhile. ``seat`` is the leader's seat as it stands now."""

    words = _("Somebody else has already handed the lead over.")

    def __init__(self, seat: Role | None) -> None:
        super().__init__()
        self.seat = seat


class LeadTaken(Refused):
    """There is a leader already."""

    words = _("The group has a leader already. Hand the seat over instead.")


class SeatRefused(Refused):
    """A seat that cannot be recorded so: no decision, no valid tie, or days in the wrong order."""


class StateRefused(Refused):
    """A group cannot go from the state it is in to this one."""

    words = _("The group is not in a state where this can be done.")


class RoundNotOpen(Refused):
    """The round has not opened yet."""

    words = _("The round has not opened yet.")


class ReviewBegun(Refused):
    """The board has begun its review; the writer's words stand. ``item`` is as it stands now."""

    words = _("The board has begun to work with this input. It can no longer be changed.")

    def __init__(self, item: Input) -> None:
        super().__init__()
        self.item = item


class StaleInput(Refused):
    """The input was changed meanwhile, from another page. ``item`` is as it stands now."""

    words = _("The input was changed from another page. Both texts are shown below.")

    def __init__(self, item: Input) -> None:
        super().__init__()
        self.item = item


class InputGone(Refused):
    """The input was withdrawn or merged meanwhile."""

    words = _("This input is no longer here.")
