from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroupsConfig(AppConfig):
    name = "groups"
    verbose_name = _("Groups")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from groups import desk_letters, forgetting, letters

        letters.register_kinds()
        desk_letters.register_kinds()
        forgetting.register_keys()
