"""What the register itself removes when a person is taken out, and what becomes of each key to them."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from mail.addresses import mend
from mail.retention import forget_recipient
from members import privacy
from members.actions.affiliations import end_all_affiliations
from members.folding import fold_email
from members.models import Affiliation, Import, Invite, MailWish, User

BLANK = {"name": "", "job_title": "", "function": "", "phone": "", "email": None}

KEPT = "kept: points to the emptied row"
KEYS = {
    "account.EmailAddress.user": "deleted",
    "admin.LogEntry.user": KEPT,
    "mfa.Authenticator.user": "deleted",
    "usersessions.UserSession.user": "deleted, which ends the session",
    "members.Affiliation.user": "ended and kept: seats, answers and named input hang on it",
    "members.Affiliation.decided_by": KEPT,
    "members.Affiliation.company": "not about a person",
    "members.Company.applied_by": KEPT,
    "members.Company.decided_by": KEPT,
    "members.Company.parent": "not about a person",
    "members.CompanyDomain.company": "not about a person",
    "members.CompanyDomain.claimed_by": KEPT,
    "members.CompanyDomain.decided_by": KEPT,
    "members.Import.created_by": KEPT,
    "members.Invite.company": "not about a person",
    "members.Invite.invited_by": KEPT,
    "members.Invite.accepted_by": "deleted with the invitation",
    "members.MailWish.user": "deleted",
    "members.User.groups": "emptied: no rights are left",
    "members.User.user_permissions": "emptied: no rights are left",
}


def forget_person(user: User, *, actor: User | None, now: datetime) -> None:
    """Empty the person's row, its history, addresses, keys, wishes, invitations and kept mail."""
    addresses = {fold_email(user.email or "")} | set(
        EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    )
    addresses.discard("")
    end_all_affiliations(user, actor=actor, now=now)
    Affiliation.objects.filter(user=user).update(message="")
    Affiliation.history.filter(user_id=user.pk).update(message="")
    _forget_log(user)
    _forget_mail(user, addresses)
    Invite.objects.filter(email__in=addresses).delete()
    MailWish.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    _forget_import(addresses)
    mend(addresses)
    _empty_row(user, now)


def _forget_import(addresses: set[str]) -> None:
    """An undo would bring the person back: the rows that name them go, and with them their way back."""
    for done in Import.objects.exclude(undo=[]):
        kept = [row for row in done.undo if not any(address in str(row) for address in addresses)]
        if len(kept) != len(done.undo):
            done.undo = kept
            done.save(update_fields=["undo"])


def _forget_log(user: User) -> None:
    """The admin's own log quotes names in its lines."""
    mine = {
        User: [str(user.pk)],
        Affiliation: [str(pk) for pk in Affiliation.objects.filter(user=user).values_list("pk", flat=True)],
    }
    for model, ids in mine.items():
        kind = ContentType.objects.get_for_model(model)
        LogEntry.objects.filter(content_type=kind, object_id__in=ids).update(object_repr="", change_message="")


def _forget_mail(user: User, addresses: set[str]) -> None:
    refs = [f"user:{user.pk}", *(f"address:{address}" for address in addresses)]
    refs += [f"invite:{pk}" for pk in Invite.objects.filter(email__in=addresses).values_list("pk", flat=True)]
    for ref in refs:
        forget_recipient(ref)


def _empty_row(user: User, now: datetime) -> None:
    for field, value in BLANK.items():
        setattr(user, field, value)
    user.anonymised_at = now
    user.is_active = user.is_staff = user.is_superuser = False
    user.in_people_list = user.shows_email = user.shows_phone = False
    user.set_unusable_password()
    user.groups.clear()
    user.user_permissions.clear()
    user.save()
    User.history.filter(id=user.pk).update(**BLANK)


def register_keys() -> None:
    """Speak for the register's own keys and for those of the libraries it uses."""
    privacy.register(forget_person, keys=KEYS)
