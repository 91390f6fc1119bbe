"""What the signed-in form and the login-free doors have in common: read the form, hand in, find what is alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.crypto import salted_hmac

from groups import receipts
from groups.actions.inputs import Writer, submit_input, support_input
from groups.costs import HOURS_EACH_TIME, PEOPLE, TIMES_A_MONTH
from groups.forms import CostForm, InputForm
from groups.models import Input, Round
from groups.similar import similar_inputs
from groups.texts import guess_language
from members.clock import oslo_today
from members.models import Affiliation, Company
from members.notices import reader_language

COST_FIGURES: dict[str, Mapping[Any, tuple[float, float]]] = {
    "how_often": TIMES_A_MONTH,
    "how_long": HOURS_EACH_TIME,
    "how_many": PEOPLE,
}


@dataclass(frozen=True, slots=True)
class Desk:
    """One person at one form: the round, who writes, and whether others' words may be shown."""

    round: Round
    writer: Writer
    now: datetime
    shows_others: bool
    ties: list[Affiliation] = field(default_factory=list)

    def companies(self) -> Any:
        """Those to pick from when the door does not tell the company: the invited ones, all when none were."""
        invited = self.round.invited_companies.active()
        return (invited if invited.exists() else Company.objects.active()).order_by("name_folded")

    def form(self, data: Any = None) -> InputForm:
        """The form, empty with a fresh ticket, or as typed."""
        companies = self.companies() if self.writer.company is None else None
        initial = {"ticket": receipts.new_ticket()}
        return InputForm(data, writer=self.writer, ties=self.ties, companies=companies, initial=initial)

    def hand_in(self, form: InputForm) -> tuple[Input, str]:
        """Submit what a valid form says."""
        data = form.cleaned_data
        return submit_input(
            self.round,
            writer=form.chosen_writer(),
            text=data["text"],
            kind=data["kind"],
            area=data["area"],
            visibility=data["visibility"],
            cost=form.cost(),
            language=guess_language(data["text"], reader_language()),
            now=self.now,
            ticket=data["ticket"],
        )

    def alike(self, text: str, *, without: Input | None = None) -> list[Input]:
        """Similar inputs, where the reader may see others' words."""
        if not self.shows_others:
            return []
        language = guess_language(text, reader_language())
        return similar_inputs(self.round, text, language, without=without)

    def support(self, data: Any) -> tuple[Input, Company | None]:
        """Take "we have that too" from beside the form. No company: one has yet to be picked. 404 for foreign ids."""
        item = self._readable(data.get("input", ""))
        form = self.form(data)
        form.is_valid()
        writer = form.chosen_writer()
        if writer.company is None:
            return item, None
        costs = CostForm(data)
        costs.is_valid()
        support_input(
            item,
            company=writer.company,
            affiliation=writer.affiliation,
            cost=costs.cost(),
            confirmed=writer.confirmed,
            now=self.now,
        )
        return item, writer.company

    def _readable(self, raw: str) -> Input:
        try:
            pk = UUID(raw)
        except ValueError:
            raise Http404 from None
        item = Input.objects.readable().filter(round=self.round, pk=pk).select_related("round__group").first()
        if item is None or not self.shows_others:
            raise Http404
        return item


def cost_figures() -> str:
    """The table behind the live sum, as text for a data attribute: field:choice:low:high, separated by blanks."""
    return " ".join(
        f"{name}:{choice.value}:{low:.4f}:{high:.4f}"
        for name, table in COST_FIGURES.items()
        for choice, (low, high) in table.items()
    )


def blinded(request: HttpRequest, now: datetime) -> str:
    """A limit key that names nobody and means nothing the next day."""
    return salted_hmac("groups.limits", f"{oslo_today(now)}:{request.user.pk}", algorithm="sha256").hexdigest()
