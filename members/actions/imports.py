"""The office's import: companies, people and ties at once, all or nothing, mailing nobody; and taking it back."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Count
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from members.actions.companies import slug_beside
from members.clock import oslo_today
from members.enums import AffiliationRoad, AffiliationState, CompanyState
from members.folding import fold_name
from members.models import Affiliation, Company, Import, User

BATCH = 500


class CompanyRow(Protocol):
    """A company of the sheet. ``fields`` are what is written, ``before`` what stood there."""

    key: str
    name: str
    pk: int | None
    fields: dict[str, str]
    before: dict[str, str]


class PersonRow(Protocol):
    """A person of the sheet, and the tie to a company of the same sheet when ``new_tie`` is set."""

    email: str
    company_key: str
    pk: int | None
    fields: dict[str, str]
    before: dict[str, str]
    new_tie: bool
    is_contact: bool


@transaction.atomic
def import_register(
    companies: Sequence[CompanyRow],
    people: Sequence[PersonRow],
    *,
    actor: User,
    now: datetime,
    file_name: str,
    counts: Mapping[str, int],
) -> Import:
    """Write a checked plan. Nobody is mailed; imported people are unclaimed until they prove their address."""
    undo: list[dict[str, Any]] = []
    keys = _write_companies(companies, now, undo)
    persons = _write_people(people, undo)
    _write_ties(people, keys, persons, actor, now, undo)
    return Import.objects.create(
        created_at=now, created_by=actor, file_name=file_name[:120], counts=dict(counts), undo=undo
    )


def _changed(model: type[Any], rows: Sequence[Any], undo: list[dict[str, Any]]) -> None:
    """Write changed fields of rows that exist, remembering what stood there and what was put."""
    wanted = {row.pk: row for row in rows if row.pk is not None and row.fields}
    names = sorted({name for row in wanted.values() for name in row.fields})
    found = list(model.objects.select_for_update().filter(pk__in=wanted))
    for item in found:
        row = wanted[item.pk]
        for name, text in row.fields.items():
            setattr(item, name, text)
        undo.append({"model": model.__name__, "pk": item.pk, "before": row.before, "after": row.fields})
    if found:
        bulk_update_with_history(found, model, names, batch_size=BATCH)


def _write_companies(rows: Sequence[CompanyRow], now: datetime, undo: list[dict[str, Any]]) -> dict[str, int]:
    _changed(Company, rows, undo)
    new = [row for row in rows if row.pk is None]
    taken = set(Company.objects.values_list("slug", flat=True)) if new else set()
    made = []
    for row in new:
        slug = slug_beside(row.name, taken)
        taken.add(slug)
        made.append(
            Company(
                slug=slug,
                state=CompanyState.ACTIVE,
                joined_on=oslo_today(now),
                name_folded=fold_name(row.name),  # a bulk insert passes save() by
                **row.fields,
            )
        )
    stored = bulk_create_with_history(made, Company, batch_size=BATCH) if made else []
    undo += [{"model": "Company", "pk": company.pk, "made": True} for company in stored]
    keys = {row.key: row.pk for row in rows if row.pk is not None}
    return keys | {row.key: company.pk for row, company in zip(new, stored, strict=True)}


def _write_people(rows: Sequence[PersonRow], undo: list[dict[str, Any]]) -> dict[str, int]:
    _changed(User, rows, undo)
    new = [row for row in rows if row.pk is None]
    made = [User(email=row.email, password=make_password(None), **row.fields) for row in new]
    stored = bulk_create_with_history(made, User, batch_size=BATCH) if made else []
    undo += [{"model": "User", "pk": person.pk, "made": True} for person in stored]
    known = {row.email: row.pk for row in rows if row.pk is not None}
    return known | {row.email: person.pk for row, person in zip(new, stored, strict=True)}


def _write_ties(
    rows: Sequence[PersonRow],
    companies: Mapping[str, int],
    persons: Mapping[str, int],
    actor: User,
    now: datetime,
    undo: list[dict[str, Any]],
) -> None:
    wanted = [row for row in rows if row.new_tie]
    pks = {persons[row.email] for row in wanted}
    with_main = set(
        Affiliation.objects.filter(user__in=pks, is_main=True, state=AffiliationState.ACTIVE).values_list(
            "user_id", flat=True
        )
    )
    waiting = {
        (tie.user_id, tie.company_id): tie
        for tie in Affiliation.objects.filter(user__in=pks, state=AffiliationState.REQUESTED)
    }
    made = []
    for row in wanted:
        user, company = persons[row.email], companies[row.company_key]
        if (user, company) in waiting:
            continue  # a request that somebody has to answer stays a request
        made.append(
            Affiliation(
                user_id=user,
                company_id=company,
                state=AffiliationState.ACTIVE,
                road=AffiliationRoad.IMPORT,
                is_main=user not in with_main,
                is_contact=row.is_contact,
                started_on=oslo_today(now),
                decided_by=actor,
                decided_at=now,
            )
        )
    stored = bulk_create_with_history(made, Affiliation, batch_size=BATCH) if made else []
    undo += [{"model": "Affiliation", "pk": tie.pk, "made": True} for tie in stored]


@transaction.atomic
def undo_import(row: Import, *, actor: User, now: datetime) -> tuple[int, int]:
    """Take the last import back; answers how many rows were put back and how many were kept.

    Kept is what somebody has touched since: a row changed once more, a person who has signed in, a row that something
    now points to. A second undo of the same import changes nothing. The number of questions follows the number of
    batches, not of rows: an import of 5,000 lines must be taken back within one request.
    """
    locked = Import.objects.select_for_update().get(pk=row.pk)
    if locked.undone_at is not None or Import.objects.filter(pk__gt=locked.pk, undone_at__isnull=True).exists():
        return 0, 0
    back = kept = 0
    for model in (Affiliation, User, Company):  # what points first
        entries = [entry for entry in locked.undo if entry["model"] == model.__name__]
        made = [entry["pk"] for entry in entries if entry.get("made")]
        changed = {entry["pk"]: entry for entry in entries if not entry.get("made")}
        done = _unmake(model, made) + _put_back(model, changed)
        back, kept = back + done, kept + len(entries) - done
    locked.undone_at = now
    locked.save(update_fields=["undone_at"])
    return back, kept


def _batches(pks: Sequence[int]) -> Iterator[Sequence[int]]:
    return (pks[start : start + BATCH] for start in range(0, len(pks), BATCH))


def _unmake(model: type[Any], pks: Sequence[int]) -> int:
    """Delete the rows that the import made, except those that have got a life of their own."""
    done = 0
    for batch in _batches(pks):
        rows = model.objects.filter(pk__in=batch).exclude(pk__in=_touched(model, batch) | _pointed_to(model, batch))
        if model is User:
            rows = rows.filter(claimed_at__isnull=True)
        done += rows.delete()[1].get(model._meta.label, 0)  # noqa: SLF001
    return done


def _touched(model: type[Any], pks: Sequence[int]) -> set[int]:
    """Rows with more history than their own beginning."""
    lives = model.history.filter(id__in=pks).order_by().values("id").annotate(changes=Count("history_id"))
    return set(lives.filter(changes__gt=1).values_list("id", flat=True))


def _pointed_to(model: type[Any], pks: Sequence[int]) -> set[int]:
    """Rows that anything but history points to, whatever app it lives in."""
    found: set[int] = set()
    for relation in model._meta.get_fields(include_hidden=True):  # noqa: SLF001
        if not relation.auto_created or relation.concrete or relation.many_to_many:
            continue
        source = relation.related_model
        if hasattr(source, "instance_type"):  # history rows remember, they do not use
            continue
        column = relation.field
        rows = source._base_manager.filter(**{f"{column.name}__in": pks})  # noqa: SLF001
        found |= set(rows.values_list(column.attname, flat=True))
    return found


def _put_back(model: type[Any], entries: Mapping[int, Mapping[str, Any]]) -> int:
    """Put the old values back where the import's own still stand."""
    ready = []
    for batch in _batches(list(entries)):
        for item in model.objects.select_for_update().filter(pk__in=batch):
            entry = entries[item.pk]
            if any(str(getattr(item, name) or "") != text for name, text in entry["after"].items()):
                continue
            for name, text in entry["before"].items():
                setattr(item, name, (text or None) if name == "org_number" else text)
            ready.append(item)
    names = sorted({name for item in ready for name in entries[item.pk]["before"]})
    if ready:
        bulk_update_with_history(ready, model, names, batch_size=BATCH)
    return len(ready)
