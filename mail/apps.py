from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "mail"
    verbose_name = _("Mail")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.conf import settings

        from mail import checks  # noqa: F401  registers itself

        if settings.INBOUND.road == "webhook":
            from mail.incoming.roads import webhook

            webhook.connect()
