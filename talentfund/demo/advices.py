"""An advice of the demo, as the file of its proposal tells it."""

from collections.abc import Mapping
from typing import Any

from assessment.domain.advice_content import Condition, Content, YearAdvice
from assessment.states import Outcome
from talentfund.demo.proposals import euros


def advised(said: Mapping[str, Any]) -> Content:
    """Return what the team advises: `amounts` by year, `conditions` one by one, and the texts for the college."""
    return Content(
        amounts={int(year): _year(row) for year, row in said["amounts"].items()},
        conditions=[Condition(one["text"], one.get("due_on")) for one in said.get("conditions", [])],
        summary=said.get("summary", ""),
        explanation=said["explanation"],
        yields=said.get("yields", ""),
        risks=said.get("risks", ""),
        outcome=Outcome(said["outcome"]) if "outcome" in said else None,
        deviation_reason=said.get("deviation_reason", ""),
    )


def _year(row: Mapping[str, Any]) -> YearAdvice:
    return YearAdvice(
        advised=euros(row["advised"]),
        reason=row.get("reason", ""),
        eligible=euros(row["eligible"]) if "eligible" in row else None,
        eligible_reason=row.get("eligible_reason", ""),
    )
