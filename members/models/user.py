"""People. A person is one row, whether or not they ever signed in."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from members.enums import Function, Language
from members.folding import fold_email
from members.names import shown_name


class UserQuerySet(models.QuerySet["User"]):
    """Questions about people."""

    def living(self) -> "UserQuerySet":
        """People who are neither disabled nor anonymised."""
        return self.filter(is_active=True, anonymised_at__isnull=True)

    def reachable(self) -> "UserQuerySet":
        """Living people with an e-mail address."""
        return self.living().exclude(email__isnull=True)

    def unclaimed(self) -> "UserQuerySet":
        """Rows that staff or an organiser wrote and whose owner has not signed in yet."""
        return self.filter(claimed_at__isnull=True)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes people; addresses are folded on the way in."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=fold_email(username or ""))  # type: ignore[no-any-return]

    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> "User":
        """Make a person; without a password they sign in by code."""
        user = User(email=fold_email(email) if email else None, **fields)
        if password is None:
            user.set_unusable_password()
        else:
            user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, claimed_at=timezone.now(), **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person, signed in by e-mail. Some have no e-mail: others answer and write for them."""

    email = models.EmailField(_("e-mail"), max_length=254, null=True, blank=True)  # noqa: DJ001 - unique when given
    name = models.CharField(_("name"), max_length=120, blank=True)
    job_title = models.CharField(_("job title"), max_length=80, blank=True)
    function = models.CharField(_("function"), max_length=12, choices=Function, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.NB)
    in_people_list = models.BooleanField(_("show me in the list of people"), default=True)
    shows_email = models.BooleanField(_("show my e-mail to members"), default=False)
    shows_phone = models.BooleanField(_("show my phone to members"), default=False)
    shows_attendance = models.BooleanField(_("show others that I come to a meeting"), default=True)
    is_staff = models.BooleanField(_("cluster staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    claimed_at = models.DateTimeField(_("first signed in"), null=True, blank=True, editable=False)
    date_joined = models.DateTimeField(_("registered"), default=timezone.now, editable=False)
    anonymised_at = models.DateTimeField(_("anonymised"), null=True, blank=True, editable=False)

    history = HistoricalRecords(excluded_fields=["password", "last_login"])
    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="user_email_unique", violation_error_message=_("This address is in use.")
            ),
            models.CheckConstraint(
                name="user_email_not_blank", condition=models.Q(email__isnull=True) | ~models.Q(email="")
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def clean(self) -> None:
        """Fold the address, and store none rather than an empty one."""
        self.email = fold_email(self.email) if self.email else None

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.short_name

    @property
    def display_name(self) -> str:
        """The person's name as shown to others; never the address."""
        return shown_name(self.name, is_former=self.anonymised_at is not None)

    @property
    def short_name(self) -> str:
        """The first name, for greetings."""
        return self.display_name.split(" ")[0] if self.name else ""

    @property
    def initials(self) -> str:
        """Two letters for the round mark beside a name."""
        parts = [part for part in self.display_name.split() if part[0].isalnum()]
        return "".join(part[0] for part in [*parts[:1], *parts[1:][-1:]]).upper()

    @property
    def is_reachable(self) -> bool:
        """True when the portal may send this person mail."""
        return bool(self.email) and self.is_active and self.anonymised_at is None
