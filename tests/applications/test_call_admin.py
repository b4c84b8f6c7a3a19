"""Calls in the administration: checked against themselves, and fixed once they are open."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from applications.models import Call
from applications.states import CallEvent
from core.domain import clock
from core.models import AuditEntry
from tests.applications.road import empty_draft

NOW = datetime(2026, 3, 10, 11, tzinfo=UTC)


@pytest.fixture
def client(client_of, cast):
    cast.admin.is_superuser = True
    cast.admin.save()
    return client_of(cast.admin)


@pytest.fixture
def data(call):
    return {
        "title": "Najaar",
        "opens_at_0": "2026-09-01",
        "opens_at_1": "09:00:00",
        "closes_on": "2026-10-31",
        "first_year": "2026",
        "last_year": "2027",
        "lines": [line.pk for line in call.lines.all()],
        "criteria_version": call.criteria_version.pk,
        "division_rule": "ranking",
        "decision_weeks": "13",
    }


def test_a_call_is_made_and_written_down(client, data):
    response = client.post(reverse("admin:applications_call_add"), data)
    assert response.status_code == 302
    assert AuditEntry.objects.about(Call.objects.get(title="Najaar")).get().event == CallEvent.CREATED


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("last_year", "2025"),
        ("last_year", "2099"),
        ("closes_on", "2026-08-31"),
        ("decision_weeks", "0"),
        ("decision_weeks", "53"),
        ("lines", []),
    ],
)
def test_what_does_not_hold_together_is_refused(client, data, field, value):
    response = client.post(reverse("admin:applications_call_add"), {**data, field: value})
    assert response.status_code == 200
    assert field in response.context["adminform"].form.errors
    assert not Call.objects.filter(title="Najaar").exists()


def test_once_open_only_title_and_closing_date_change(client, data, call):
    url = reverse("admin:applications_call_change", args=[call.pk])
    with clock.set_to(NOW):
        client.post(url, {**data, "title": "Verlengd", "closes_on": "2026-12-31"})
    call.refresh_from_db()
    assert (call.title, call.closes_on.isoformat()) == ("Verlengd", "2026-12-31")
    assert (call.first_year, call.division_rule) == (2025, "completeness")


def test_a_call_with_proposals_stays(client, cast, call):
    empty_draft(cast, call)
    assert client.post(reverse("admin:applications_call_delete", args=[call.pk]), {"post": "yes"}).status_code == 403
    assert Call.objects.filter(pk=call.pk).exists()
