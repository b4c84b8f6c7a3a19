"""What the doors of assigning are tried with."""

from assessment.models import Assignment
from tests.assessment.road import assigned_proposal


def assigning_world(cast, call) -> dict[str, dict[str, object]]:
    """An assignment that can be taken back, and the capacity of an assessor."""
    proposal = assigned_proposal(cast, call, title="Terug te nemen")
    assignment = Assignment.objects.filter(proposal=proposal).order_by("pk")[0]
    return {
        "assignment": {"reference": proposal.reference, "pk": assignment.pk},
        "capacity": {"pk": cast.assessor1.pk},
    }
