"""How files are read is data: loaded once, and edited in the administration."""

import pytest

from budget.domain import import_mappings
from budget.models import ImportMapping
from budget.states.events import BudgetEvent
from core.models import AuditEntry
from tests.budget.paying import package

pytestmark = pytest.mark.django_db


def test_loading_again_keeps_what_was_edited(cast):
    ImportMapping.objects.filter(pk=package().pk).update(amount_column="Euro")
    before = ImportMapping.objects.count()

    import_mappings.load()

    assert ImportMapping.objects.count() == before
    assert package().amount_column == "Euro"


def test_the_administrator_edits_a_mapping_and_it_stays_in_the_trail(cast, client_of):
    mapping, client = package(), client_of(cast.admin)
    address = f"/beheer/budget/importmapping/{mapping.pk}/change/"
    names = [field.name for field in ImportMapping._meta.fields if field.name not in {"id", "paid_is_negative"}]
    form = {**{name: getattr(mapping, name) for name in names}, "amount_column": "Euro"}

    assert client.post(address, form).status_code == 302

    assert package().amount_column == "Euro"
    entry = AuditEntry.objects.about(mapping).get(event=BudgetEvent.IMPORT_MAPPING_CHANGED)
    assert entry.changes == {"amount_column": "Euro"}


def test_a_mapping_is_never_deleted_and_nobody_else_edits_it(cast, client_of):
    address = f"/beheer/budget/importmapping/{package().pk}"

    assert client_of(cast.admin).post(f"{address}/delete/", {"post": "yes"}).status_code == 403
    assert client_of(cast.finance).get(f"{address}/change/").status_code in {302, 403}
    assert ImportMapping.objects.filter(pk=package().pk).exists()
