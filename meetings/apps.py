from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = _("Meetings")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mail.incoming import outcomes
        from meetings import forgetting
        from meetings.incoming.reasons import REASONS
        from meetings.incoming.replies import read_reply
        from meetings.letters import incoming, kinds, minutes, replies, words

        forgetting.register_keys()
        kinds.register_kinds()
        replies.register_kinds()
        incoming.register_kinds()
        minutes.register_kinds()
        words.register_kinds()
        outcomes.register(read_reply, REASONS)
