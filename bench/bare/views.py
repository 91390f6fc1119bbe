"""Page (c): session, user and one query of 40 rows with two joined tables; a template that extends another."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render

from members.models import Affiliation

ROWS = 40


@login_required
def page(request, pk=None):
    ties = Affiliation.objects.select_related("user", "company").order_by("pk")[:ROWS]
    return render(request, "page.html", {"ties": ties})
