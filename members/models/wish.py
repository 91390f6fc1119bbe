"""What mail a person wants."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.enums import MailChoice


class MailWish(models.Model):
    """A choice for one kind of mail. No row means at once; essential mail has no choice."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_wishes")
    kind = models.CharField(_("kind of mail"), max_length=60)
    choice = models.CharField(_("choice"), max_length=6, choices=MailChoice, default=MailChoice.NOW)

    class Meta:
        verbose_name = _("mail wish")
        verbose_name_plural = _("mail wishes")
        ordering = ["user", "kind"]
        constraints = [models.UniqueConstraint(name="mail_wish_one_per_kind", fields=["user", "kind"])]

    def __str__(self) -> str:
        return f"{self.kind}: {self.choice}"
