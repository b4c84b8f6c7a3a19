"""Reports for the doors: one that is final, and one that is being written."""

from core.domain import clock
from reporting.states import ReportKind
from tests.reporting.making import concept_of, make_concept, make_final


def report_world(cast) -> dict[str, dict[str, object]]:
    """A final report, one in the making with its concept, and the PDF of the final one."""
    final = make_final(cast, kind=ReportKind.POLICY_REPORT_1, cut_off_on=clock.today())
    writing = make_concept(cast, kind=ReportKind.SUMMER_NOTE, cut_off_on=clock.today())
    return {
        "report": {"reference": final.reference},
        "report/writing": {"reference": writing.reference},
        "report/final": {"reference": final.reference, "pk": final.final_rendering.pk},
        "report/concept": {"reference": writing.reference, "pk": concept_of(writing).pk},
    }
