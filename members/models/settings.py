"""The cluster's own settings, which staff change in the admin."""

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

_COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write a colour as # and six digits, for example #0b515b."))


class ClusterSettings(models.Model):
    """One row. Until staff have saved it, ``load`` gives the defaults."""

    name = models.CharField(_("name of the cluster"), max_length=60, default="Thamsklyngen")
    board_name = models.CharField(_("name of the cluster board"), max_length=60, default="Klyngestyret")
    office_name = models.CharField(_("name of the office"), max_length=80, default="Klyngekontoret")
    office_address = models.CharField(_("office address"), max_length=160, blank=True)
    office_phone = models.CharField(_("office phone"), max_length=20, blank=True)
    office_email = models.EmailField(_("office e-mail"), blank=True)
    logo = models.BinaryField(_("logo"), null=True, blank=True, editable=True)
    ring_colour = models.CharField(_("colour of the ring"), max_length=7, blank=True, validators=[_COLOUR])
    station_colour = models.CharField(_("colour of the station"), max_length=7, blank=True, validators=[_COLOUR])
    first_reminder_days = models.PositiveSmallIntegerField(
        _("first reminder, days before the deadline"), default=7, validators=[MaxValueValidator(60)]
    )
    last_reminder_days = models.PositiveSmallIntegerField(
        _("last reminder, days before the deadline"), default=2, validators=[MaxValueValidator(60)]
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("settings of the cluster")
        verbose_name_plural = _("settings of the cluster")
        constraints = [models.CheckConstraint(name="cluster_settings_one_row", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def load(cls) -> "ClusterSettings":
        """The row, or unsaved defaults when staff have not been here yet. One query."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
