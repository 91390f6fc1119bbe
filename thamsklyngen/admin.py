"""What the admin shows across apps: the pulse of the background processes, and mail with the downloads of all lists."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from mail.admin import BouncedAddressAdmin, IncomingAdmin, MessageAdmin
from mail.models import BouncedAddress, Incoming, Message
from members.office import Exports, Shown
from thamsklyngen.models import Heartbeat

admin.site.site_title = _("Administration")
admin.site.index_title = _("Administration")

admin.site.unregister([BouncedAddress, Incoming, Message])


@admin.register(Message)
class OfficeMessageAdmin(Exports, MessageAdmin):
    """Mail, which as the lowest app knows nothing of the office's downloads."""


@admin.register(Incoming)
class OfficeIncomingAdmin(Exports, IncomingAdmin):
    """What came in, likewise."""


@admin.register(BouncedAddress)
class OfficeBouncedAddressAdmin(Exports, BouncedAddressAdmin):
    """Addresses that do not work, likewise."""


@admin.register(Heartbeat)
class HeartbeatAdmin(Shown):
    """When beat and worker were last felt."""

    list_display = ("name", "seen_at")
