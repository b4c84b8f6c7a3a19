"""A report waits for who is at work: what bears a time before the cut-off is in it, whenever it commits."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import uuid4

import pytest
from django.db import connection, transaction

from budget.domain import decision_lists, proof
from core.domain import clock, pdf
from reporting.domain import figures, renderings, reports
from reporting.models import Report
from reporting.states import ReportKind
from tests.budget.road import proposed_list
from tests.reporting.making import concept_of


@pytest.mark.django_db(transaction=True)
def test_an_approval_that_commits_after_the_report_was_asked_for_is_in_it(cast, call, monkeypatch):
    decision_list = proposed_list(cast, call, requested={2026: 1000})
    decided, commit = Event(), Event()

    def approve() -> None:
        with transaction.atomic():
            decision_lists.approve(
                list_id=decision_list.pk, version=decision_list.version, by=cast.college, request_key=uuid4()
            )
            decided.set()
            commit.wait(10)
        connection.close()

    def render(report: Report) -> None:
        renderings.render(concept_of(report).pk)
        connection.close()

    monkeypatch.setattr(pdf, "render", lambda **_given: (b"%PDF-", ""))
    with ThreadPoolExecutor(2) as threads:
        approval = threads.submit(approve)
        assert decided.wait(10)
        report = reports.request(
            by=cast.manager, kind=ReportKind.SUMMER_NOTE, year=2026, cut_off_on=clock.today(), request_key=uuid4()
        )
        rendering = threads.submit(render, report)
        with pytest.raises(TimeoutError):
            rendering.result(timeout=0.5)
        commit.set()
        approval.result(10)
        rendering.result(10)
    report.refresh_from_db()
    assert report.figures["total"]["granted"] == "1000.00"
    assert report.figures == figures.as_dict(figures.at(report.as_of))
    assert report.ledger_head == proof.ledger_head(report.as_of)
