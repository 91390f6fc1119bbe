"""Forms of projects: what is typed is kept, what is wrong is said beside the field."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groups.models import Group, Membership, Role
from groups.texts import clean_text
from members.forms.lists import PlainSelect, capital
from members.models import Affiliation, Company
from projects.enums import ProjectState
from projects.models import Project


def companies_of(group: Group, on_day: date, owner: Company | None = None) -> Any:
    """Companies with somebody in the group; those that can own a project."""
    ties = Q(pk__in=Membership.objects.active(on_day).filter(group=group).values("affiliation__company"))
    ties |= Q(pk__in=Role.objects.held_on(on_day).filter(group=group).values("affiliation__company"))
    if owner:
        ties |= Q(pk=owner.pk)
    return Company.objects.active().filter(ties)


class ProjectForm(forms.Form):
    """Title, aim and owner."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    aim = forms.CharField(
        label=gettext_lazy("What will be different when it is done?"),
        help_text=gettext_lazy("One or two sentences that everybody understands."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        strip=False,
    )
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Owner company"),
        help_text=gettext_lazy("The company that keeps it going."),
        queryset=Company.objects.none(),
        empty_label=gettext_lazy("Choose company"),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        group: Group,
        on_day: date,
        project: Project | None = None,
    ) -> None:
        initial = {"title": project.title, "aim": project.aim, "owner": project.owner_id} if project else {}
        super().__init__(data, initial=initial)
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = companies_of(group, on_day, project.owner if project else None)

    def clean_title(self) -> str:
        return " ".join(clean_text(self.cleaned_data["title"]).split())

    def clean_aim(self) -> str:
        return clean_text(self.cleaned_data["aim"])


class StartForm(ProjectForm):
    """A new project also says whether it has begun."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=capital((state.value, state.label) for state in (ProjectState.PLANNED, ProjectState.RUNNING)),
        initial=ProjectState.PLANNED,
    )


class SpeakForm(forms.Form):
    """For which of the own companies."""

    affiliation = forms.ModelChoiceField(label=gettext_lazy("For which company?"), queryset=Affiliation.objects.none())

    def __init__(self, data: Mapping[str, Any] | None = None, *, ties: list[Affiliation]) -> None:
        super().__init__(data)
        field = self.fields["affiliation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Affiliation.objects.filter(pk__in=[tie.pk for tie in ties])


class ProjectFilter(forms.Form):
    """The list's filters. What is not on the lists is ignored."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)
    group = forms.ChoiceField(label=gettext_lazy("Group"), required=False, widget=PlainSelect)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, widget=PlainSelect)

    def __init__(self, data: Mapping[str, Any], *, groups: list[Group]) -> None:
        super().__init__(data)
        choices: dict[str, list[tuple[str, Any]]] = {
            "group": [("", _("All groups")), *((group.slug, group.name) for group in groups)],
            "state": [("", _("All")), *capital(ProjectState.choices)],
        }
        for name, values in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = values
            field.widget.attrs["class"] = "form-select"
        self.fields["q"].widget.attrs.update({"class": "form-control", "type": "search"})

    def chosen(self) -> dict[str, str]:
        """What was chosen and makes sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
