"""Each field is saved with the version that was seen: nothing is overwritten that nobody looked at."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Membership
from accounts.states import MembershipRole
from applications.domain import content, fields
from applications.domain.fields import Seen
from applications.errors import ContentRefused, FieldChanged, ProposalFrozen
from applications.models import FieldVersion, Proposal
from applications.states import ProposalEvent
from core.domain import clock
from core.models import AuditEntry
from tests.applications.road import draft_proposal, empty_draft, submitted_proposal

NOON = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)


@pytest.fixture
def draft(cast, call):
    return empty_draft(cast, call)


@pytest.fixture
def colleague(cast):
    Membership.objects.create(user=cast.talent, organisation=cast.organisation, role=MembershipRole.EDITOR)
    return cast.talent


def save(draft, by, value, seen, field="summary", **over):
    return fields.save_field(proposal_id=draft.pk, by=by, field=field, value=value, seen_version=seen, **over)


def summary_of(draft):
    return Proposal.objects.get(pk=draft.pk).summary


# The verb ----------------------------------------------------------------------------------------------------------


def test_a_save_makes_the_next_version_with_who_and_when(draft, cast, colleague):
    with clock.set_to(NOON):
        save(draft, cast.partner, "Een", 0)
        save(draft, colleague, "Twee", 1)
    versions = draft.field_versions.filter(field="summary").values_list("number", "value", "by", "at")
    assert list(versions) == [(1, "Een", cast.partner.pk, NOON), (2, "Twee", colleague.pk, NOON)]
    assert summary_of(draft) == "Twee"


def test_who_has_not_seen_the_newest_version_does_not_overwrite_it(draft, cast, colleague):
    save(draft, cast.partner, "Van mij", 0)
    with pytest.raises(FieldChanged) as refusal:
        save(draft, colleague, "Van een ander", 0)
    assert (refusal.value.field, refusal.value.theirs) == ("summary", "Van mij")
    assert summary_of(draft) == "Van mij"
    assert draft.field_versions.count() == 1


def test_two_who_write_the_same_don_t_have_to_choose(draft, cast, colleague):
    save(draft, cast.partner, "Hetzelfde", 0)
    save(draft, colleague, "Hetzelfde", 0)
    assert draft.field_versions.count() == 1


def test_a_save_whose_answer_got_lost_is_known_again_by_its_key(draft, cast):
    key = uuid4()
    save(draft, cast.partner, "Half", 0, key=key)
    values, seen = {"summary": "Half af"}, {"summary": Seen(0)}
    again = fields.save_fields(
        proposal_id=draft.pk, by=cast.partner, values=values, seen=seen, key=uuid4(), tried=[key]
    )
    assert again.conflicts == []
    assert summary_of(draft) == "Half af"
    stranger = fields.save_fields(
        proposal_id=draft.pk, by=cast.partner, values={"summary": "x"}, seen=seen, key=uuid4(), tried=[key]
    )
    assert [conflict.field for conflict in stranger.conflicts] == ["summary"]


def test_who_did_not_touch_a_field_leaves_what_a_colleague_made_of_it(draft, cast, colleague):
    shown = {"summary": "", "description": ""}
    seen = fields.seen_of(draft, shown)
    save(draft, colleague, "Van een ander", 0)
    saved = fields.save_fields(
        proposal_id=draft.pk, by=cast.partner, values={**shown, "description": "Nieuw"}, seen=seen
    )
    assert (saved.changed, saved.conflicts) == (["description"], [])
    assert summary_of(draft) == "Van een ander"
    # What this page shows of the summary is still the empty one.
    assert saved.seen["summary"] == seen["summary"]


def test_a_page_that_showed_an_older_text_with_the_newest_number_overwrites_nothing(draft, cast, colleague):
    save(draft, colleague, "Van een ander", 0)
    stale = {"summary": Seen(1, fields.digest(""))}
    saved = fields.save_fields(proposal_id=draft.pk, by=cast.partner, values={"summary": "Mijn"}, seen=stale)
    assert [conflict.theirs for conflict in saved.conflicts] == ["Van een ander"]
    assert summary_of(draft) == "Van een ander"


def test_a_conflict_in_one_field_holds_up_no_other(draft, cast, colleague):
    save(draft, colleague, "Van een ander", 0)
    values = {"summary": "Van mij", "partners": "ROC van Twente"}
    saved = fields.save_fields(proposal_id=draft.pk, by=cast.partner, values=values, seen={})
    assert (saved.changed, [conflict.by for conflict in saved.conflicts]) == (["partners"], [colleague])


def test_what_can_t_be_together_holds_up_no_other_field(draft, cast):
    values = {"starts_on": "2026-05-01", "ends_on": "2026-04-01", "summary": "Gaat door"}
    saved = fields.save_typed(proposal_id=draft.pk, by=cast.partner, values=values, seen={}, key=uuid4())
    assert (saved.changed, set(saved.refused)) == (["summary"], {"starts_on", "ends_on"})
    later = fields.save_typed(
        proposal_id=draft.pk, by=cast.partner, values={"starts_on": "2026-05-01"}, seen={}, key=uuid4()
    )
    assert later.changed == ["starts_on"]
    with pytest.raises(ContentRefused) as refusal:
        save(draft, cast.partner, "2026-04-30", 0, field="ends_on")
    assert refusal.value.fields == {"starts_on", "ends_on"}


def test_line_and_results_change_together(cast, call):
    draft = draft_proposal(cast, call, line="leven")
    other = call.lines.get(code="wonen")
    result = other.desired_results.all()[0]
    seen = fields.seen_of(draft, content.read(draft, ["line", "desired_results"]))
    alone = fields.save_typed(proposal_id=draft.pk, by=cast.partner, values={"line": other.pk}, seen=seen, key=uuid4())
    assert alone.changed == []
    both = {"line": other.pk, "desired_results": [result.pk]}
    assert set(
        fields.save_typed(proposal_id=draft.pk, by=cast.partner, values=both, seen=seen, key=uuid4()).changed
    ) == {"line", "desired_results"}


def test_nothing_is_saved_after_submitting_by_the_rule_and_by_the_database(cast, call):
    proposal = submitted_proposal(cast, call)
    with pytest.raises(ProposalFrozen):
        save(proposal, cast.partner, "Anders", 1)
    version = FieldVersion(
        proposal=proposal, field="summary", number=9, value="Anders", by=cast.partner, at=clock.now()
    )
    with pytest.raises(IntegrityError, match="was submitted"), transaction.atomic():
        version.save()


@pytest.mark.parametrize("field", ["state", "reference", "criterion_x", "criterion_99999999999999999999", ""])
def test_a_field_that_the_form_does_not_have_is_refused(draft, cast, field):
    with pytest.raises(ContentRefused):
        save(draft, cast.partner, "x", 0, field=field)


def test_every_save_of_a_whole_step_leaves_versions_too(cast, call):
    draft = draft_proposal(cast, call)
    criteria = {f"criterion_{pk}" for pk in call.criteria_version.criteria.values_list("pk", flat=True)}
    kept = set(draft.field_versions.values_list("field", flat=True))
    assert {"summary", "line", "areas", "promised_results", "costs", "co_funding", "de_minimis_aid"} | criteria <= kept
    for version in draft.field_versions.all():
        assert content.read(draft, [version.field]) == {version.field: version.value}


# Versions are kept, and limited -------------------------------------------------------------------------------------


def test_within_ten_minutes_of_one_person_the_last_version_is_kept(draft, cast, colleague):
    for second in range(0, 1200, 3):
        with clock.set_to(NOON + timedelta(seconds=second)):
            save(draft, cast.partner, f"Na {second} tellen", second // 3)
    numbers = list(draft.field_versions.values_list("number", flat=True))
    assert numbers == [200, 400]
    with clock.set_to(NOON + timedelta(seconds=1199)):
        save(draft, colleague, "Ik ook", 400)
        save(draft, cast.partner, "Terug", 401)
    assert list(draft.field_versions.values_list("number", flat=True)) == [200, 400, 401, 402]
    assert AuditEntry.objects.about(draft).filter(event=ProposalEvent.CHANGED).count() == 4


def test_a_field_keeps_no_more_than_its_most_versions(draft, cast, monkeypatch):
    FieldVersion.objects.bulk_create(
        FieldVersion(
            proposal=draft,
            field="summary",
            number=number,
            value=f"Versie {number}",
            by=cast.partner,
            at=NOON + timedelta(minutes=10 * number),
        )
        for number in range(1, 250)
    )
    save(draft, cast.partner, "De laatste", 249)
    numbers = list(draft.field_versions.values_list("number", flat=True))
    assert numbers == list(range(51, 251))
    # The database lets none of the newest two hundred go, whatever the rule asks.
    monkeypatch.setattr(FieldVersion, "MOST", 199)
    with pytest.raises(IntegrityError, match="is kept"), transaction.atomic():
        fields._tidy(draft.field_versions.get(number=250))


def test_a_version_can_t_be_changed_and_the_last_words_of_a_person_don_t_go_away(draft, cast, colleague):
    save(draft, cast.partner, "Een", 0)
    save(draft, colleague, "Twee", 1)
    versions = FieldVersion.objects.filter(proposal=draft)
    with pytest.raises(IntegrityError, match="is kept"), transaction.atomic():
        versions.update(value="Vervalst")
    for number in (1, 2):
        with pytest.raises(IntegrityError, match="is kept"), transaction.atomic():
            versions.filter(number=number).delete()


def test_a_version_has_a_number_of_its_own_above_zero(draft, cast):
    save(draft, cast.partner, "Een", 0)
    made = {"proposal": draft, "field": "summary", "value": "x", "by": cast.partner, "at": clock.now()}
    with pytest.raises(IntegrityError, match="applications_field_version_once"), transaction.atomic():
        FieldVersion.objects.create(number=1, **made)
    with pytest.raises(IntegrityError, match="applications_field_version_counts"), transaction.atomic():
        FieldVersion.objects.create(number=0, **made)


# Two saves at the same moment ---------------------------------------------------------------------------------------


def race(draft, people):
    """Let people save the same field at the same moment, none having seen the other; returns the conflicts."""
    start, found = threading.Barrier(len(people)), []

    def run(person):
        try:
            start.wait(10)
            saved = fields.save_fields(
                proposal_id=draft.pk, by=person, values={"summary": f"Van {person}"}, seen={"summary": Seen()}
            )
            found.extend(saved.conflicts)
        except IntegrityError as error:
            found.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_the_same_moment_one_gets_both_texts(cast, call, colleague):
    draft = empty_draft(cast, call)
    conflicts = race(draft, [cast.partner, colleague])
    assert [type(conflict).__name__ for conflict in conflicts] == ["Conflict"]
    assert {conflicts[0].mine, conflicts[0].theirs} == {f"Van {cast.partner}", f"Van {colleague}"}
    assert summary_of(draft) == conflicts[0].theirs


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_same_race_goes_wrong(cast, call, colleague, monkeypatch):
    """The control: both look before either has written, and only the number of the version stops the second."""
    looked = threading.Barrier(2)
    read = content.read

    def read_together(proposal, names):
        said_now = read(proposal, names)
        looked.wait(10)
        return said_now

    monkeypatch.setattr(fields, "lock_open", lambda pk, _names: Proposal.objects.get(pk=pk))
    monkeypatch.setattr(content, "read", read_together)
    draft = empty_draft(cast, call)
    outcomes = race(draft, [cast.partner, colleague])
    assert not any(isinstance(outcome, fields.Conflict) for outcome in outcomes)
    assert all("applications_field_version_once" in str(outcome) for outcome in outcomes)
