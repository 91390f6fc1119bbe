"""Look-ups that are the access check: 404 where outsiders may not know a thing exists, 403 where they may not do it."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from members.clock import oslo_today
from members.models import Affiliation, Company, Invite, User
from members.rules import Someone, belongs_to, has_company, is_staff, may_look_after, may_see_people


def company_for(user: Someone, slug: str) -> Company:
    """The company as this person may see it.

    Public ones are for everybody; those that hide from the public list, for members; those that have yet to be
    approved or have left, for staff and whoever belongs to them or applied for them.
    """
    company = get_object_or_404(Company.objects.select_related("parent"), slug=slug)
    if is_staff(user):
        return company
    if company in Company.objects.active().filter(pk=company.pk):
        if company.is_public or has_company(user):
            return company
    elif user.is_authenticated and company.applied_by_id == user.pk:
        return company
    raise Http404


def editable_company_for(user: Someone, slug: str) -> Company:
    """The company, for its contact and for staff; 403 for its other people, 404 for everybody else."""
    company = company_for(user, slug)
    if may_look_after(user, company):
        return company
    if belongs_to(user, company):
        raise PermissionDenied
    raise Http404


def affiliation_to_look_after(user: Someone, company: Company, pk: int) -> Affiliation:
    """A tie to this company, for someone who looks after it."""
    return get_object_or_404(Affiliation.objects.for_company(company).for_display(), pk=pk)


def invite_to_look_after(company: Company, pk: int) -> Invite:
    """An invitation of this company, for someone who looks after it."""
    return get_object_or_404(Invite, company=company, pk=pk)


def own_request_for(user: User, pk: int) -> Affiliation:
    """The person's own request or tie."""
    return get_object_or_404(Affiliation.objects.of(user).select_related("company"), pk=pk)


def person_for(user: Someone, pk: int) -> User:
    """A person's card: for members when the person stands in the list; always for oneself, colleagues and staff."""
    if not (may_see_people(user) or (user.is_authenticated and user.pk == pk)):
        raise Http404
    person: User = get_object_or_404(User.objects.living(), pk=pk)
    if person.in_people_list or person.pk == user.pk or is_staff(user) or are_colleagues(user, person):
        return person
    raise Http404


def are_colleagues(user: Someone, person: User) -> bool:
    """Tell whether both belong to the same company today."""
    today = oslo_today()
    own = Affiliation.objects.filter(user_id=user.pk or 0).active(today).values("company")
    return Affiliation.objects.of(person).active(today).filter(company__in=own).exists()
