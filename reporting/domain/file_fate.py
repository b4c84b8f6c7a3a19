"""What happens to each table of a file when it is destroyed: read from data/purging.yaml, field by field."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from django.apps import apps
from django.db import models
from django.db.models import QuerySet

from applications.models import Proposal
from reporting.domain.file_records import RECORDS

FILE = Path(__file__).resolve().parents[1] / "data" / "purging.yaml"

# The fixed word that stands where a text was; the triggers in the database know it too.
WORD = "[gewist]"


@dataclass(frozen=True)
class Fate:
    """What becomes of the rows of one table. `path` leads from a row to its proposal; empty for the proposal."""

    label: str
    path: str
    deleted: bool
    wiped: tuple[str, ...]
    person: tuple[str, ...]
    title: tuple[str, ...]
    stays: tuple[str, ...]

    @property
    def model(self) -> type[models.Model]:
        """The model of the table."""
        return apps.get_model(self.label)

    @property
    def changes(self) -> bool:
        """Whether a row that stays is touched."""
        return bool(self.wiped or self.person or self.title)

    def rows(self, proposal: Proposal) -> QuerySet[Any]:
        """Return the rows of a proposal."""
        return self.model._default_manager.filter(**{self.path or "pk": proposal.pk}).order_by("pk")


class Shared(NamedTuple):
    """A table with documents about several files, and the path from its rows to their proposals."""

    label: str
    proposals: str
    documents: tuple[str, ...]

    @property
    def model(self) -> type[models.Model]:
        """The model of the table."""
        return apps.get_model(self.label)

    def of(self, proposal: Proposal) -> QuerySet[Any]:
        """Return the rows that are about a proposal, among others."""
        return self.model._default_manager.filter(**{self.proposals: proposal.pk}).order_by("pk").distinct()

    def kept_for(self, proposal: Proposal) -> QuerySet[Any]:
        """Return the rows that are about another proposal which was not destroyed."""
        others = Proposal.objects.filter(purged_at=None).exclude(pk=proposal.pk)
        return self.model._default_manager.filter(**{f"{self.proposals}__in": others.values("pk")}).order_by("pk")


@cache
def fates() -> tuple[Fate, ...]:
    """Return what becomes of every table, in the order in which rows go: what points to another goes first."""
    return tuple(_fate(label, told or {}) for label, told in _data()["tables"].items())


@cache
def shared() -> tuple[Shared, ...]:
    """Return the tables with documents about several files."""
    told = _data()["shared_documents"].items()
    return tuple(Shared(label, one["proposals"], tuple(one["documents"])) for label, one in told)


@cache
def numbers_only() -> tuple[str, ...]:
    """Return the events of which the trail holds numbers, days and codes alone: figures of the past rest on them."""
    return tuple(_data()["numbers_only"])


def personal_fields(model: type[models.Model]) -> Iterator[str]:
    """Yield the fields of a table that hold words, or point to a person or a document: each needs a fate."""
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey):
            if field.related_model._meta.label in ("accounts.User", "core.Document"):
                yield field.name
        elif not isinstance(field, WITHOUT_WORDS) and not (field.choices or field.primary_key):
            yield field.name


WITHOUT_WORDS = (
    models.IntegerField,
    models.DecimalField,
    models.FloatField,
    models.BooleanField,
    models.DateField,
    models.UUIDField,
)


@cache
def _data() -> Any:
    data = yaml.safe_load(FILE.read_text())
    if data["word"] != WORD:
        raise ValueError(f"the fixed word is {WORD}, there and in the database")
    return data


def _fate(label: str, told: dict[str, Any]) -> Fate:
    paths = {record.label: record.path for record in RECORDS}
    kinds = {kind: tuple(told.get(kind, ())) for kind in ("wiped", "person", "title", "stays")}
    return Fate(label, told.get("path", paths.get(label, "")), told.get("rows") == "deleted", **kinds)
