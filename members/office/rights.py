"""Who works in the admin."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from members.models import User
from members.rules import is_staff


def staff_of(request: HttpRequest) -> User:
    """The member of staff who asks."""
    if isinstance(request.user, User) and is_staff(request.user):
        return request.user
    raise PermissionDenied


def is_office(request: HttpRequest) -> bool:
    """Tell whether staff at work ask. Rights are not granted model by model: staff are staff."""
    return isinstance(request.user, User) and is_staff(request.user)
