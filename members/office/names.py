"""Words for columns whose models give none: keys named like what they point to, and who did something when."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, str | Promise] = {
    "accepted_by": _("accepted by"),
    "actor": _("who did it"),
    "affiliation": _("person and company"),
    "answered_by": _("answered by"),
    "applied_by": _("registered by"),
    "called_by": _("called by"),
    "claimed_by": _("claimed by"),
    "company": _("company"),
    "created_at": _("created"),
    "created_by": _("made by"),
    "decided_at": _("decided"),
    "decided_by": _("decided by"),
    "group": _("group"),
    "input": _("input"),
    "invitation": _("invitation"),
    "invited_by": _("invited by"),
    "last_seen_at": _("last seen"),
    "last_used_at": _("last used"),
    "meeting": _("meeting"),
    "merged_into": _("merged into"),
    "name": _("name"),
    "position": _("position"),
    "project": _("project"),
    "recorded_by": _("recorded by"),
    "removed_at": _("taken away"),
    "replied_on": _("answered"),
    "round": _("round of input"),
    "seen_at": _("last seen"),
    "theme": _("theme"),
    "undone_at": _("undone"),
    "undone_by": _("undone by"),
    "user": _("person"),
    "user_agent": _("browser"),
    "version": _("version"),
}


def name_columns(model: type[models.Model]) -> None:
    """Give the nameless columns of a model their words; those with words of their own keep them."""
    for field in model._meta.concrete_fields:  # noqa: SLF001 - Django's own way to a model's columns
        is_nameless = field.verbose_name == field.name.replace("_", " ") and isinstance(field.verbose_name, str)
        if is_nameless and field.name in NAMES:
            field.verbose_name = NAMES[field.name]  # type: ignore[assignment]
