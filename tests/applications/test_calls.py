"""A call is prepared by the team, published for everybody, and frozen from the first submission on."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from applications.domain import call_content, calls, proposals
from applications.errors import CallClosed, CallFixed, CallNotReady, CallRefused, ProposalIncomplete
from applications.models import Call, Ceiling
from applications.states import CallEvent, CallState, DivisionRule
from core.domain import clock
from core.models import AuditEntry
from programme.models import Line
from tests.applications.prepared import (
    BEFORE,
    OPENING,
    WHILE_OPEN,
    a_ceiling,
    lines_of,
    ready_call,
    terms_of,
    unready_call,
)
from tests.applications.road import empty_draft, submitted_proposal


@pytest.fixture
def terms(frame):
    return terms_of()


@pytest.fixture
def lines(frame):
    return lines_of()


@pytest.fixture
def ceiling(frame):
    return a_ceiling()


@pytest.fixture
def draft(cast):
    with clock.set_to(BEFORE):
        return unready_call(cast)


@pytest.fixture
def ready(cast):
    with clock.set_to(BEFORE):
        return ready_call(cast)


@pytest.fixture
def published(cast, ready):
    with clock.set_to(BEFORE):
        calls.publish(call_id=ready.pk, by=cast.manager)
    ready.refresh_from_db()
    return ready


def submit_in(cast, call, **over):
    with clock.set_to(WHILE_OPEN):
        return submitted_proposal(cast, call, **over)


def events_of(call):
    return [entry.event for entry in AuditEntry.objects.about(call).order_by("pk")]


def test_nobody_can_propose_in_a_call_in_preparation(cast, draft):
    assert draft not in Call.objects.open_at(WHILE_OPEN)
    assert draft not in Call.objects.published()
    with clock.set_to(WHILE_OPEN), pytest.raises(CallClosed):
        proposals.start(by=cast.partner, call=draft, organisation=cast.organisation, title="Te vroeg")


def test_publishing_opens_it_and_keeps_what_it_says(cast, published):
    assert published in Call.objects.open_at(WHILE_OPEN)
    version = published.versions.get()
    assert (version.number, version.made_by) == (1, cast.manager)
    assert version.sha256 == call_content.sha256_of(published)
    assert version.content["ceilings"][0]["publication"] == "Gemeenteblad 2026, 123456"
    assert events_of(published) == [CallEvent.CREATED, CallEvent.CHANGED, CallEvent.PUBLISHED]


def test_a_call_is_published_once(cast, published):
    with clock.set_to(BEFORE), pytest.raises(CallFixed):
        calls.publish(call_id=published.pk, by=cast.manager)
    assert published.versions.count() == 1


@pytest.mark.parametrize(
    "over",
    [
        {"first_year": 2027, "last_year": 2026},
        {"last_year": 2099},
        {"closes_on": date(2026, 5, 31)},
        {"closes_on": None},
        {"decision_weeks": 0},
        {"decision_weeks": 53},
        {"supplement_weeks": 0},
        {"supplement_weeks": 14},
        {"extension_weeks": 53},
    ],
)
def test_what_does_not_hold_together_is_refused_by_the_rule(cast, terms, lines, over):
    with pytest.raises(CallRefused):
        calls.make(by=cast.manager, terms=replace(terms, **over), lines=lines)


@pytest.mark.parametrize(
    ("over", "constraint"),
    [
        ({"closes_on": None}, "applications_call_ranking_closes"),
        ({"closes_on": date(2026, 5, 31)}, "applications_call_closes_after_opening"),
        ({"decision_weeks": 0}, "applications_call_terms"),
        ({"supplement_weeks": 14}, "applications_call_terms"),
        ({"state": "else"}, "applications_call_state_known"),
        ({"frozen_at": OPENING}, "applications_call_frozen_is_published"),
    ],
)
def test_what_does_not_hold_together_is_refused_by_the_database(draft, over, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Call.objects.filter(pk=draft.pk).update(**over)


def test_a_call_may_close_on_the_day_it_opens(cast, terms, lines):
    made = calls.make(by=cast.manager, terms=replace(terms, closes_on=date(2026, 6, 1)), lines=lines)
    assert made.closes_at == datetime(2026, 6, 1, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("over", "word"),
    [
        ({"published_on": None, "publication": ""}, "4:27"),
        ({"published_on": date(2026, 6, 1)}, "4:27"),  # the day of the opening is too late
        ({"published_on": date(2026, 5, 20)}, "4:27"),  # lies ahead
        ({"year": 2027, "line": None}, None),
        ({"year": None, "line": None}, None),
    ],
)
def test_a_ceiling_is_public_before_the_call_opens(cast, draft, ceiling, over, word):
    with clock.set_to(BEFORE):
        calls.set_ceilings(call_id=draft.pk, by=cast.manager, ceilings=[replace(ceiling, **over)])
        if word is None:
            assert calls.publish(call_id=draft.pk, by=cast.manager).number == 1
            return
        with pytest.raises(CallNotReady) as refused:
            calls.publish(call_id=draft.pk, by=cast.manager)
    assert len(refused.value.missing) == 1
    assert word in refused.value.missing[0]


@pytest.mark.parametrize("published_on", [None, date(2026, 6, 1)])
def test_the_database_refuses_to_publish_a_ceiling_that_is_not_public(ready, published_on):
    publication = "Gemeenteblad" if published_on else ""
    ready.ceilings.update(published_on=published_on, publication=publication)
    with pytest.raises(IntegrityError, match="not ready"), transaction.atomic():
        Call.objects.filter(pk=ready.pk).update(state=CallState.PUBLISHED)


def test_the_database_refuses_to_publish_a_call_without_lines(ready):
    ready.lines.clear()
    with pytest.raises(IntegrityError, match="not ready"), transaction.atomic():
        Call.objects.filter(pk=ready.pk).update(state=CallState.PUBLISHED)


def test_everything_that_is_missing_is_said_at_once(cast, terms):
    with clock.set_to(BEFORE):
        empty = calls.make(by=cast.manager, terms=replace(terms, introduction="", opens_at=BEFORE), lines=[])
        with pytest.raises(CallNotReady) as refused:
            calls.publish(call_id=empty.pk, by=cast.manager)
    assert len(refused.value.missing) == 4
    empty.refresh_from_db()
    assert empty.is_draft


def test_a_ceiling_for_another_line_or_year_is_refused(cast, draft, ceiling):
    werken = Line.objects.get(code="werken")
    for over in ({"line": werken}, {"year": 2025}, {"amount": Decimal(0)}, {"publication": ""}):
        with pytest.raises(CallRefused):
            calls.set_ceilings(call_id=draft.pk, by=cast.manager, ceilings=[replace(ceiling, **over)])
    with pytest.raises(CallRefused):
        calls.set_ceilings(call_id=draft.pk, by=cast.manager, ceilings=[ceiling, ceiling])
    assert not draft.ceilings.exists()


def test_a_ceiling_whose_line_left_the_call_stops_the_publication(cast, ready, terms, lines):
    with clock.set_to(BEFORE):
        calls.change(call_id=ready.pk, by=cast.manager, terms=terms, lines=lines_of("wonen"))
        with pytest.raises(CallNotReady):
            calls.publish(call_id=ready.pk, by=cast.manager)


def test_the_database_keeps_ceilings_apart_and_above_zero(draft, lines):
    def said(**over):
        return Ceiling(call=draft, **{"line": None, "year": None, "amount": 10, **over})

    said().save()
    for over, constraint in (
        ({}, "applications_ceiling_once"),
        ({"year": 2026, "amount": 0}, "applications_ceiling_above_zero"),
        ({"year": 2026, "published_on": date(2026, 1, 1)}, "applications_ceiling_publication_whole"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            said(**over).save()


def test_a_published_ceiling_stays(published):
    for act in (lambda: published.ceilings.update(amount=1), lambda: published.ceilings.all().delete()):
        with pytest.raises(IntegrityError, match="the call is fixed"), transaction.atomic():
            act()


def test_somebody_elses_change_is_not_overwritten(cast, draft, terms, lines):
    seen = call_content.sha256_of(draft)
    calls.change(call_id=draft.pk, by=cast.manager, terms=replace(terms, title="Eerst"), lines=lines, seen=seen)
    with pytest.raises(CallRefused):
        calls.change(call_id=draft.pk, by=cast.manager, terms=replace(terms, title="Later"), lines=lines, seen=seen)
    draft.refresh_from_db()
    assert draft.title == "Eerst"


def test_a_published_call_is_changed_by_taking_it_back(cast, published, terms, lines):
    with pytest.raises(CallFixed):
        calls.change(call_id=published.pk, by=cast.manager, terms=terms, lines=lines)
    with clock.set_to(BEFORE):
        calls.take_back(call_id=published.pk, by=cast.manager)
        calls.change(call_id=published.pk, by=cast.manager, terms=replace(terms, decision_weeks=10), lines=lines)
        assert calls.publish(call_id=published.pk, by=cast.manager).number == 2


def test_the_first_submission_freezes_the_call(cast, published):
    proposal = submit_in(cast, published)
    published.refresh_from_db()
    assert published.frozen_at == WHILE_OPEN
    assert events_of(published)[-1] == CallEvent.FROZEN
    version = published.versions.get()
    assert proposal.receipt.content["call_version"] == {"number": 1, "sha256": version.sha256}
    submit_in(cast, published, title="Nog een")
    assert events_of(published).count(CallEvent.FROZEN) == 1


def test_a_draft_of_a_partner_freezes_nothing(cast, published):
    with clock.set_to(WHILE_OPEN):
        unfinished = empty_draft(cast, published)
        with pytest.raises(ProposalIncomplete):
            proposals.submit(proposal_id=unfinished.pk, by=cast.partner, request_key=uuid.uuid4())
    published.refresh_from_db()
    assert published.frozen_at is None


def test_a_frozen_call_is_not_taken_back(cast, published):
    submit_in(cast, published)
    with clock.set_to(WHILE_OPEN), pytest.raises(CallFixed):
        calls.take_back(call_id=published.pk, by=cast.manager)


@pytest.mark.parametrize(
    "over",
    [
        {"decision_weeks": 14},
        {"division_rule": DivisionRule.COMPLETENESS},
        {"opens_at": BEFORE},
        {"last_year": 2028},
        {"introduction": "Anders"},
        {"question_rules": {"summary": {"limit": 100}}},
        {"closes_on": date(2026, 9, 29)},
        {"state": CallState.DRAFT},
        {"frozen_at": None},
    ],
)
def test_the_database_refuses_to_change_a_frozen_call(cast, published, over):
    submit_in(cast, published)
    with pytest.raises(IntegrityError, match="can not be changed"), transaction.atomic():
        Call.objects.filter(pk=published.pk).update(**over)


def test_the_lines_of_a_frozen_call_stay(cast, published, lines):
    submit_in(cast, published)
    for act in (published.lines.clear, lambda: published.lines.add(Line.objects.get(code="werken"))):
        with pytest.raises(IntegrityError, match="the call is fixed"), transaction.atomic():
            act()


def test_a_call_with_a_submission_is_fixed_even_if_nobody_froze_it(cast, published):
    submit_in(cast, published)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE applications_call DISABLE TRIGGER applications_call_is_frozen")
        cursor.execute("UPDATE applications_call SET frozen_at = NULL WHERE id = %s", [published.pk])
        cursor.execute("ALTER TABLE applications_call ENABLE TRIGGER applications_call_is_frozen")
    with pytest.raises(IntegrityError, match="can not be changed"), transaction.atomic():
        Call.objects.filter(pk=published.pk).update(decision_weeks=14)


def test_a_frozen_call_may_get_another_title_and_close_later(cast, published):
    submit_in(cast, published)
    with clock.set_to(WHILE_OPEN):
        calls.extend(call_id=published.pk, by=cast.manager, title="Verlengd", closes_on=date(2026, 10, 31))
    published.refresh_from_db()
    assert (published.title, published.closes_on) == ("Verlengd", date(2026, 10, 31))
    assert published.versions.count() == 2


@pytest.mark.parametrize("closes_on", [date(2026, 9, 29), None])
def test_a_published_call_never_closes_earlier(cast, published, closes_on):
    with clock.set_to(WHILE_OPEN), pytest.raises(CallRefused):
        calls.extend(call_id=published.pk, by=cast.manager, title="Korter", closes_on=closes_on)


def test_a_closed_call_is_not_opened_again(cast, published):
    with clock.set_to(datetime(2026, 9, 30, 22, tzinfo=UTC)), pytest.raises(CallFixed):
        calls.extend(call_id=published.pk, by=cast.manager, title="Toch", closes_on=date(2026, 12, 1))


def test_a_call_that_was_never_public_can_be_removed(cast, draft):
    calls.remove(call_id=draft.pk, by=cast.manager)
    assert not Call.objects.filter(pk=draft.pk).exists()


def test_a_call_that_was_public_stays(cast, published):
    with clock.set_to(BEFORE):
        calls.take_back(call_id=published.pk, by=cast.manager)
    with pytest.raises(CallFixed):
        calls.remove(call_id=published.pk, by=cast.manager)


def test_versions_only_grow(published):
    for act in (lambda: published.versions.update(number=9), lambda: published.versions.all().delete()):
        with pytest.raises(IntegrityError, match="only"), transaction.atomic():
            act()
