from django.apps import AppConfig


class ThamsklyngenConfig(AppConfig):
    name = "thamsklyngen"
    default_auto_field = "django.db.models.BigAutoField"
