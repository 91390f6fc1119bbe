"""What an action answers when it cannot be done. Each carries the truth that the page tells."""

from django.utils.translation import gettext_lazy as _

from members.models import Affiliation, Company


class Refused(Exception):
    """A deed that the rules do not allow now. ``words`` are for the person who tried."""

    words = _("This cannot be done now.")

    def __init__(self, words: object | None = None) -> None:
        super().__init__(words)
        if words is not None:
            self.words = words  # type: ignore[assignment]

    def __str__(self) -> str:
        return str(self.words)


class AlreadyDecided(Refused):
    """Somebody else was first. ``affiliation`` is as it stands now."""

    words = _("Somebody else has already decided this request.")

    def __init__(self, affiliation: Affiliation) -> None:
        super().__init__()
        self.affiliation = affiliation


class LastContact(Refused):
    """A company keeps a contact as long as it has people."""

    words = _("You are the only contact here. Name a successor first.")


class CompanyNotOpen(Refused):
    """People can join only companies that take part."""

    words = _("This company does not take part in the cluster now.")


class TooManyRequests(Refused):
    """Nobody waits for more than a few companies at a time."""

    words = _("You wait for several companies already. Withdraw a request before you ask another one.")


class CompanyDecided(Refused):
    """Somebody else was first. ``company`` is as it stands now."""

    words = _("Somebody else has already decided about this company.")

    def __init__(self, company: Company) -> None:
        super().__init__()
        self.company = company


class DomainRefused(Refused):
    """A domain that can never be one company's own, or is another's."""


class InviteRefused(Refused):
    """An invitation that cannot be used, or cannot be sent."""
