"""The list of people and a person's card: for members, with what each has chosen to show."""

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from members.access import are_colleagues, person_for
from members.clock import oslo_today
from members.folding import fold_name
from members.forms.people import PeopleFilter
from members.models import Affiliation, User
from members.paging import page_by_key
from members.rules import is_staff, may_see_people
from members.views.guards import SignedInRequest, signed_in


def _with_companies(rows: QuerySet[User]) -> QuerySet[User]:
    ties = Affiliation.objects.active(oslo_today()).select_related("company").order_by("-is_main", "pk")
    return rows.prefetch_related(Prefetch("affiliations", queryset=ties, to_attr="ties"))


def _spellings(text: str) -> Q:
    """The text in any case, also where the database knows only the case of a to z."""
    found = Q()
    for spelling in {text, text.lower(), text.upper(), text.title()}:
        found |= Q(name__icontains=spelling)
    return found


def listed_people(text: str = "", function: str = "") -> QuerySet[User]:
    """People who stand in the list: they belong to a company and have not asked to be left out."""
    ties = Affiliation.objects.active(oslo_today())
    if text and (folded := fold_name(text)):
        by_company = ties.filter(company__name_folded__contains=folded).values("user")
        rows = User.objects.living().filter(_spellings(text) | Q(pk__in=by_company))
    else:
        rows = User.objects.living()
    if function:
        rows = rows.filter(function=function)
    listed: QuerySet[User] = rows.filter(in_people_list=True, pk__in=ties.values("user"))
    return listed


@signed_in
@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    """Everybody who stands in the list, by name."""
    if not may_see_people(request.user):
        raise Http404
    form = PeopleFilter(request.GET or None)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = listed_people(chosen.get("q", ""), chosen.get("function", ""))
    context = {
        "form": form,
        "page": page_by_key(_with_companies(rows), request, by="name"),
        "count": rows.count(),
        "filtered": any(chosen.values()),
    }
    return render(request, "members/people.html", context)


@signed_in
@require_safe
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    """A person's card."""
    found = person_for(request.user, pk)
    close = found == request.user or is_staff(request.user)
    context = {
        "person": found,
        "ties": Affiliation.objects.of(found).active(oslo_today()).select_related("company"),
        "sees_email": bool(found.email) and (found.shows_email or close),
        "sees_phone": bool(found.phone) and (found.shows_phone or close),
        "is_colleague": found != request.user and are_colleagues(request.user, found),
    }
    return render(request, "members/person.html", context)
