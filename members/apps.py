from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = _("Members")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from members import account_letters, digests, forgetting, letters, second_step

        account_letters.register_kind()
        letters.register_kinds()
        digests.register_kind()
        forgetting.register_keys()
        second_step.listen()
