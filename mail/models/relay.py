"""The mail server, and addresses that mail comes back from."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Relay(models.Model):
    """The one mail server we hand over to, and whether it refuses us. One row."""

    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    refusing_since = models.DateTimeField(_("refusing since"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("mail server")
        verbose_name_plural = _("mail servers")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="mail_relay_one_row"),
        ]

    def __str__(self) -> str:
        return str(_("mail server"))

    @classmethod
    def load(cls) -> Relay:
        """The row, or what it would say if nothing ever went wrong."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


class BouncedAddress(models.Model):
    """An address that a mail server says is none. Set and taken away in ``mail.addresses``."""

    address = models.CharField(_("address"), max_length=320, unique=True)
    status = models.CharField(_("status"), max_length=20)
    bounced_at = models.DateTimeField(_("mail came back"))

    class Meta:
        verbose_name = _("address that mail comes back from")
        verbose_name_plural = _("addresses that mail comes back from")
        ordering = ["-bounced_at", "pk"]

    def __str__(self) -> str:
        return self.address
