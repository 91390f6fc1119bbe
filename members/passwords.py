"""Passwords that anybody would try first here."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from members.folding import fold_name
from members.models import ClusterSettings, Company, User

LONGEST = 128


class ContextValidator:
    """Refuse the cluster's or a company's name with some digits, and what is too long to be hashed safely."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(_("A password has at most %(most)s characters.") % {"most": LONGEST}, code="long")
        if not password.strip():
            raise ValidationError(_("A password of blanks alone is no password."), code="blank")
        word = re.sub(r"[\W\d_]+", "", fold_name(password))
        if word and word in self._known(word):
            raise ValidationError(_("The name of the cluster or a company is too easy to guess."), code="context")

    def get_help_text(self) -> str:
        return _("Not the name of the cluster or a company.")

    def _known(self, word: str) -> set[str]:
        cluster = ClusterSettings.objects.defer("logo").filter(pk=1).first() or ClusterSettings(pk=1)
        names = [cluster.name, "thamsklyngen", "effektiv produksjon"]
        names += Company.objects.filter(name_folded__startswith=word[:3]).values_list("name", flat=True)
        return {re.sub(r"[\W\d_]+", "", fold_name(name)) for name in names}
