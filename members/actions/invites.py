"""Invitations to the portal: one address, one company, one use."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from members.actions.affiliations import attach
from members.addresses import verified_addresses
from members.enums import AffiliationRoad, CompanyState
from members.errors import CompanyNotOpen, InviteRefused
from members.folding import fold_email
from members.models import Affiliation, Company, Invite, User
from members.notices import outgoing

LIFETIME = timedelta(days=14)
A_DAY = timedelta(days=1)
A_DAY_LIMIT = 50


def left_today(company: Company, now: datetime) -> int:
    """How many more invitations the company may send now."""
    sent = Invite.objects.filter(company=company, created_at__gt=now - A_DAY).count()
    return max(0, A_DAY_LIMIT - sent)


@transaction.atomic
def invite_colleagues(
    company: Company, *, people: Iterable[tuple[str, str]], actor: User, now: datetime
) -> list[Invite]:
    """Invite people by (address, name). All or none: more than the day's limit is refused whole."""
    row = Company.objects.select_for_update().get(pk=company.pk)
    if row.state != CompanyState.ACTIVE:
        raise CompanyNotOpen
    names = {fold_email(address): name for address, name in people}
    unused = Invite.objects.filter(company=row, email__in=names, accepted_at__isnull=True, revoked_at__isnull=True)
    unused.filter(expires_at__lte=now).update(revoked_at=now)
    waiting = set(unused.filter(expires_at__gt=now).values_list("email", flat=True))
    wanted = {address: name for address, name in names.items() if address not in waiting}
    if len(wanted) > (left := left_today(row, now)):
        words = _("A company can invite %(limit)s people a day. %(left)s are left today.")
        raise InviteRefused(words % {"limit": A_DAY_LIMIT, "left": left})
    invites = Invite.objects.bulk_create(
        Invite(
            company=row,
            email=address,
            name=name[:120],
            invited_by=actor,
            created_at=now,
            expires_at=now + LIFETIME,
        )
        for address, name in wanted.items()
    )
    outgoing.send_invites(invites)
    return invites


@transaction.atomic
def revoke_invite(invite: Invite, *, actor: User, now: datetime) -> bool:
    """Take an unused invitation back. False when it was used or taken back before."""
    changed = Invite.objects.filter(pk=invite.pk, accepted_at__isnull=True, revoked_at__isnull=True)
    if not changed.update(revoked_at=now):
        return False
    outgoing.recall_invite(invite)
    return True


@transaction.atomic
def accept_invite(invite: Invite, *, user: User, now: datetime) -> Affiliation:
    """Join by invitation: for the holder of the invited address alone, once, before it runs out."""
    if invite.email not in {fold_email(address) for address in verified_addresses(user)}:
        raise InviteRefused(_("This invitation was sent to another address. Ask for a new one to yours."))
    if invite.company.state != CompanyState.ACTIVE:
        raise CompanyNotOpen
    open_one = Invite.objects.open(now).filter(pk=invite.pk)
    if not open_one.update(accepted_at=now, accepted_by=user):
        raise InviteRefused(_("This invitation is used, has run out or was taken back."))
    return attach(user, invite.company, road=AffiliationRoad.INVITE, actor=invite.invited_by, now=now)
