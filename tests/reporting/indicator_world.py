"""What the doors of the indicators are tried with: one with a value that was corrected, and a file taken in."""

from decimal import Decimal
from uuid import uuid4

from programme.domain import indicator_imports
from tests.programme.measuring import HBO, corrected, defined, measured

FILE = b"indicator;periode;waarde;bron\nstayrate-wo;2024;51,5;Meting\n"


def indicator_world(cast, call) -> dict[str, dict[str, object]]:
    defined(cast.manager, target_value=Decimal(85), target_year=2027)
    value = corrected(measured(cast.lead, "2024", 80), cast.lead, 81)
    plan = indicator_imports.plan(FILE, by=cast.lead)
    indicator_imports.take_in(
        content=FILE, file_name="waarden.csv", by=cast.lead, seen=plan.sha256, request_key=uuid4()
    )
    return {
        "indicator": {"code": HBO},
        "indicator/value": {"code": HBO, "pk": value.pk},
        "indicator/csv": {"suffix": "csv"},
    }
