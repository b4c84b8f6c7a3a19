"""What entries rest on: every parent up to the partner is there, and every document is what it was."""

from collections.abc import Iterator

from django.db.models import Exists, ForeignKey, Model, OuterRef

from budget.domain.proof.findings import Finding
from budget.models import CouncilDecisionAmount, DecisionAmount, DecisionLetter, LedgerEntry
from budget.states import Discrepancy
from core.domain import documents

# Where the way back begins; from here it is followed through every foreign key.
STARTS: tuple[type[Model], ...] = (LedgerEntry, DecisionAmount, DecisionLetter, CouncilDecisionAmount)


def check_parents(names: dict[int, str]) -> Iterator[Finding]:
    """Yield every row on the way from an entry to council or partner that names a row which is not there."""
    for model in _on_the_way_back():
        for field in _references(model):
            related = field.related_model._base_manager.filter(pk=OuterRef(field.attname))
            orphans = model._base_manager.filter(~Exists(related), **{f"{field.name}__isnull": False})
            for pk in orphans.order_by("pk").values_list("pk", flat=True):
                yield Finding(f"{_name(model, pk, names)} → {field.name}", Discrepancy.PARENT)


def check_documents() -> Iterator[Finding]:
    """Yield every stored document (of entries, letters, decisions, reports) that is missing or has another SHA-256."""
    for document, is_there in documents.damaged():
        where = f"{document.kind} “{document.title}” ({document.pk})"
        yield Finding(where, Discrepancy.FILE_DAMAGED if is_there else Discrepancy.FILE_MISSING)


def _on_the_way_back() -> list[type[Model]]:
    found: list[type[Model]] = list(STARTS)
    for model in found:  # grows while it is walked
        for field in _references(model):
            if field.related_model not in found:
                found.append(field.related_model)
    return found


def _references(model: type[Model]) -> list["ForeignKey[Model, Model]"]:
    return [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]


def _name(model: type[Model], pk: int | str, names: dict[int, str]) -> str:
    if model is LedgerEntry:
        line, sequence = LedgerEntry.objects.values_list("budget_line_id", "sequence").get(pk=pk)
        return f"{names.get(line, line)} #{sequence}"
    return f"{model._meta.label_lower} {pk}"
