"""May this person? Plain questions about who belongs where. Without a day, today in Oslo is meant."""

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from members.clock import oslo_today
from members.models import Affiliation, Company, User
from members.prepared import prepared

Someone = User | AnonymousUser


def is_staff(user: Someone) -> bool:
    """Tell whether the person is cluster staff at work now."""
    return user.is_authenticated and user.is_active and user.is_staff


def affiliations_of(user: Someone, on_day: date | None = None) -> list[Affiliation]:
    """The person's ties that hold on the day, the main one first, with their companies."""
    if not user.is_authenticated:
        return []
    return _ties(user, on_day or oslo_today())


@prepared
def _ties(user: User, on_day: date) -> QuerySet[Affiliation]:
    return Affiliation.objects.of(user).active(on_day).select_related("company", "company__parent")


def main_affiliation(user: Someone, on_day: date | None = None) -> Affiliation | None:
    """The tie that a deed uses unless another is chosen: the main one, else the oldest that holds."""
    return next(iter(affiliations_of(user, on_day)), None)


def has_company(user: Someone, on_day: date | None = None) -> bool:
    """Tell whether the person belongs to any participating company."""
    return user.is_authenticated and Affiliation.objects.of(user).active(on_day or oslo_today()).exists()


def belongs_to(user: Someone, company: Company, on_day: date | None = None) -> bool:
    """Tell whether the person belongs to this company."""
    return (
        user.is_authenticated
        and Affiliation.objects.of(user).for_company(company).active(on_day or oslo_today()).exists()
    )


def is_contact(user: Someone, company: Company, on_day: date | None = None) -> bool:
    """Tell whether the person is a contact of this company."""
    return (
        user.is_authenticated
        and Affiliation.objects.of(user).for_company(company).contacts().active(on_day or oslo_today()).exists()
    )


def may_look_after(user: Someone, company: Company, on_day: date | None = None) -> bool:
    """Tell whether the person may decide about the company's people and page: its contact, or staff."""
    return is_staff(user) or is_contact(user, company, on_day)


def may_see_people(user: Someone, on_day: date | None = None) -> bool:
    """Tell whether the person may read the list of people: members and staff."""
    return is_staff(user) or has_company(user, on_day)
