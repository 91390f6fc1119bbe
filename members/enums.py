"""Closed lists of the member register, with the groupings that queries ask for."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """The languages that mails and pages come in; bokmål is the default."""

    NB = "nb", "Norsk bokmål"
    NN = "nn", "Norsk nynorsk"
    EN = "en", "English"


class CompanyState(models.TextChoices):
    APPLIED = "applied", _("applied")
    ACTIVE = "active", _("active")
    FORMER = "former", _("former")
    REJECTED = "rejected", _("rejected")


class CompanyKind(models.TextChoices):
    COMPANY = "company", _("company")
    RESEARCH = "research", _("research and education")
    PUBLIC = "public", _("public body")
    FINANCE = "finance", _("finance")


class MembershipKind(models.TextChoices):
    CORE = "core", _("core member")
    ASSOCIATED = "associated", _("associated member")
    PARTNER = "partner", _("partner")


class SizeClass(models.TextChoices):
    """The European size classes by number of employees (recommendation 2003/361/EC)."""

    MICRO = "micro", _("1 to 9 employees")
    SMALL = "small", _("10 to 49 employees")
    MEDIUM = "medium", _("50 to 249 employees")
    LARGE = "large", _("250 employees or more")


class Function(models.TextChoices):
    OPERATIONS = "operations", _("operations")
    PLANNING = "planning", _("planning")
    MAINTENANCE = "maintenance", _("maintenance")
    LOGISTICS = "logistics", _("logistics and purchasing")
    QUALITY = "quality", _("quality and HSE")
    ENGINEERING = "engineering", _("engineering")
    PROJECTS = "projects", _("projects")
    FINANCE = "finance", _("finance")
    PEOPLE = "people", _("HR")
    IT = "it", _("IT")
    SALES = "sales", _("sales")
    MANAGEMENT = "management", _("management")
    OTHER = "other", _("other")


class AffiliationState(models.TextChoices):
    REQUESTED = "requested", _("waiting for an answer")
    ACTIVE = "active", _("active")
    ENDED = "ended", _("ended")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("expired")

    @classmethod
    def open_states(cls) -> tuple[str, ...]:
        """States that keep the person from asking the same company once more."""
        return (cls.REQUESTED.value, cls.ACTIVE.value)


class AffiliationRoad(models.TextChoices):
    """How a person came to belong to a company."""

    REQUEST = "request", _("asked to join")
    INVITE = "invite", _("invited by a contact")
    DOMAIN = "domain", _("approved e-mail domain")
    IMPORT = "import", _("imported by staff")
    STAFF = "staff", _("entered by staff")
    FOUNDER = "founder", _("registered the company")


class DomainState(models.TextChoices):
    CLAIMED = "claimed", _("claimed")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")


class MailChoice(models.TextChoices):
    NOW = "now", _("at once")
    WEEKLY = "weekly", _("in a mail on Monday")
    OFF = "off", _("not at all")
