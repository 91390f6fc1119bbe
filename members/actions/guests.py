"""People whom others write down before they come themselves: many at once."""

from collections.abc import Sequence

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from members.addresses import owners_of
from members.folding import fold_email
from members.models import User


@transaction.atomic
def find_or_make_people(people: Sequence[tuple[str, str]], *, language: str) -> dict[str, User]:
    """The people with these addresses and names, by folded address; whoever is missing becomes an unclaimed row.

    Rows that exist are never changed. The number of queries does not depend on the number of people.
    """
    names = {fold_email(email): name.strip() for email, name in people}
    found = owners_of(names)
    missing = [User(email=email, name=name, language=language) for email, name in names.items() if email not in found]
    for user in missing:
        user.set_unusable_password()
    if missing:
        bulk_create_with_history(missing, User)
        made = User.objects.filter(email__in=[user.email for user in missing])
        found |= {user.email or "": user for user in made}
    return {email: found[email] for email in names}
