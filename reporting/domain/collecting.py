"""The figures of a report, collected once: every rendering of it states the same."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from budget.domain import proof
from core.domain import audit
from reporting.access.reports import lock_report, lock_what_moves
from reporting.domain import figures
from reporting.models import Report
from reporting.states import ReportEvent


def collect(report_id: int) -> Report:
    """Return a report with its figures, and collect those first if nobody did. A trigger fixes them from then on."""
    report = Report.objects.get(pk=report_id)
    if report.figures is not None:
        return report
    with transaction.atomic():
        lock_what_moves()
        report = lock_report(report_id)
        if report.figures is None:
            report.figures = figures.as_dict(figures.at(report.as_of))
            report.figures_sha256 = sha256_of(report.figures)
            report.ledger_head = proof.ledger_head(report.as_of)
            report.save(update_fields=["figures", "figures_sha256", "ledger_head"])
            changes = {"figures_sha256": report.figures_sha256, "ledger_head": report.ledger_head}
            audit.record(event=ReportEvent.COLLECTED, actor=None, about=report, changes=changes)
    # As the database gives them back, so that the first rendering is drawn from the same as all later ones.
    return Report.objects.get(pk=report_id)


def sha256_of(stored: Mapping[str, Any]) -> str:
    """Return the hash of figures, whatever the order of their keys: of their JSON, sorted, without blanks (UTF-8)."""
    text = json.dumps(stored, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
