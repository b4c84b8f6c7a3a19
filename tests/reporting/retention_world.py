"""An order to destroy for the doors: prepared by the programme manager, and waiting for a second signature."""

from uuid import uuid4

from core.domain import clock
from reporting.domain import purge_orders
from tests.applications.road import empty_draft
from tests.reporting.purging import MUCH_LATER


def retention_world(cast, call) -> dict[str, dict[str, object]]:
    """An order on a draft that was never sent."""
    draft = empty_draft(cast, call, title="Nooit verstuurd")
    with clock.set_to(MUCH_LATER):
        order = purge_orders.prepare(proposals=[draft.pk], by=cast.manager, request_key=uuid4())
    return {"purge": {"pk": order.pk}}
