"""What an action answers when it cannot be done. Each carries the truth that the page tells."""

from django.utils.translation import gettext_lazy as _

from members.errors import Refused


class OwnerStays(Refused):
    """The company owns the project."""

    words = _("The owner company cannot leave. Let another company take over first.")


class ProjectOver(Refused):
    """Done or stopped projects take no companies."""

    words = _("This project is over.")


class WrongState(Refused):
    """A project cannot go from the state it is in to this one."""

    words = _("The project is not in a state where this can be done. This is how it stands now.")


class ThemeGone(Refused):
    """The theme was merged or taken away meanwhile."""

    words = _("The theme is no longer on the desk.")
