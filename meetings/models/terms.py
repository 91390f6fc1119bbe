"""What a meeting and a template of meetings have alike: words, places, and whom it is for."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.enums import MeetingKind
from members.enums import Language

MOST_GUESTS = 5


def default_reminder_days() -> list[int]:
    """Days before the answer deadline when those who have not answered are reminded."""
    return [7, 2]


class Terms(models.Model):
    """Fields that a template hands on to a meeting as they stand."""

    kind = models.CharField(_("kind"), max_length=9, choices=MeetingKind, default=MeetingKind.WORK)
    title = models.CharField(_("title"), max_length=120)
    language = models.CharField(_("language of the text"), max_length=2, choices=Language, default=Language.NB)
    venue = models.CharField(_("venue"), max_length=120, blank=True)
    online_url = models.URLField(_("link for taking part online"), blank=True)
    description = models.TextField(_("what it is about"), max_length=4000, blank=True)
    practical = models.TextField(_("practical information"), max_length=2000, blank=True)
    capacity = models.PositiveIntegerField(
        _("number of places"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(2000)]
    )
    capacity_per_company = models.PositiveIntegerField(
        _("number of places for each company"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(2000)],
    )
    guests_each = models.PositiveSmallIntegerField(
        _("guests each may bring"), default=0, validators=[MaxValueValidator(MOST_GUESTS)]
    )
    serves_food = models.BooleanField(_("food is served"), default=False)
    reminder_days = models.JSONField(_("reminders, days before the deadline"), default=default_reminder_days)
    is_open = models.BooleanField(_("shown on the front page"), default=False)
    is_board_only = models.BooleanField(_("for the board only"), default=False)
    audience_board = models.BooleanField(_("the group board"), default=False)
    audience_all_companies = models.BooleanField(_("everybody in all companies"), default=False)

    class Meta:
        abstract = True

    @classmethod
    def names(cls) -> list[str]:
        """The fields, by name."""
        return [field.name for field in Terms._meta.fields]
