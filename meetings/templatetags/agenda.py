"""Times of an agenda."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from members.clock import OSLO

register = template.Library()


@register.filter
def digits(value: datetime) -> str:
    """``12.00`` in Oslo without the word before it, for a column of times; English ``12:00``."""
    pattern = "%H:%M" if get_language() == "en" else "%H.%M"
    return timezone.localtime(value, OSLO).strftime(pattern)
