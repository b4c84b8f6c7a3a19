"""Starting from an earlier proposal: what comes along, what stays behind, and what is marked until it is saved."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import Membership
from accounts.states import MembershipRole
from applications.domain import amounts, copies, drafts, proposals, questions
from applications.domain.drafts import BudgetRow
from applications.errors import ContentRefused
from applications.models import Call, CopiedField, Proposal
from applications.states import DivisionRule
from programme.domain import criteria as programme_criteria
from programme.models import CriteriaVersion, Criterion
from tests.applications.pages import step_url
from tests.applications.road import draft_proposal, empty_draft, submitted_proposal


@pytest.fixture
def source(cast, call):
    return draft_proposal(cast, call, requested={2025: 1000, 2026: 20000, 2027: 500})


@pytest.fixture
def next_call(call):
    """A call of the year after: no 2025 and 2026, and not for the line Wonen."""
    made = Call.objects.create(
        title="Talent voor Hengelo 2027",
        opens_at=datetime(2025, 6, 1, tzinfo=UTC),
        first_year=2027,
        last_year=2028,
        criteria_version=call.criteria_version,
        division_rule=DivisionRule.COMPLETENESS,
    )
    made.lines.set(call.lines.exclude(code="wonen"))
    return made


def copy_of(source, cast, call, *, by=None, organisation=None):
    return proposals.start(
        by=by or cast.partner,
        call=call,
        organisation=organisation or cast.organisation,
        title="Nog een keer",
        source=source,
    )


def budget_of(proposal):
    return [
        (item.description, {cell.year: cell.amount for cell in item.amounts.all()})
        for item in proposal.budget_items.all()
    ]


def test_what_a_proposal_says_comes_along(source, cast, call):
    copy = copy_of(source, cast, call)
    assert copy.copied_from == source
    for name in ("summary", "description", "partners", "afterwards", "on_brand", "proposed_line", "work_kind"):
        assert getattr(copy, name) == getattr(source, name), name
    for name in ("desired_results", "target_groups", "areas"):
        assert list(getattr(copy, name).all()) == list(getattr(source, name).all()), name
    assert copy.migration_moments == source.migration_moments
    assert list(copy.criterion_answers.values_list("criterion", "text")) == list(
        source.criterion_answers.values_list("criterion", "text")
    )
    assert [str(result) for result in copy.promised_results.all()] == [str(r) for r in source.promised_results.all()]
    assert budget_of(copy) == budget_of(source)


def test_title_dates_and_declarations_never_come_along(source, cast, call):
    copy = copy_of(source, cast, call)
    assert copy.title == "Nog een keer"
    assert (copy.starts_on, copy.ends_on) == (None, None)
    assert (copy.declared_truth, copy.de_minimis_aid) == (False, None)
    assert source.declared_truth
    assert copy.reference is None


def test_the_earlier_proposal_stays_as_it_was(cast, call):
    source = submitted_proposal(cast, call)
    copy = copy_of(source, cast, call)
    drafts.save_cooperation(proposal_id=copy.pk, by=cast.partner, partners="Anders", afterwards="Anders")
    assert Proposal.objects.get(pk=source.pk).partners == source.partners
    assert copy.is_draft


def test_amounts_come_along_for_the_years_of_the_call_and_the_rest_is_named(source, cast, next_call):
    copy = copy_of(source, cast, next_call)
    assert amounts.requested_by_year(copy) == {2027: Decimal(500), 2028: 0}
    assert [text for text, _cells in budget_of(copy)] == [text for text, _cells in budget_of(source)]
    left_out = {copied.field: copied.left_out for copied in copy.copied_fields.exclude(left_out=[])}
    assert left_out == {"costs": ["2025", "2026"], "co_funding": ["2026"]}
    assert any("2025, 2026" in sentence for sentence in copies.summary(copy))


def test_a_line_that_the_call_is_not_for_stays_behind_with_its_results(cast, call, next_call):
    copy = copy_of(draft_proposal(cast, call, line="wonen"), cast, next_call)
    assert copy.proposed_line is None
    assert not copy.desired_results.exists()
    assert copy.copied_fields.get(field="line").left_out == [call.lines.get(code="wonen").name]
    assert copy.target_groups.exists()


def test_a_question_that_the_call_does_not_ask_gets_no_answer(source, cast, next_call):
    next_call.question_rules = {"partners": {"use": "left_out"}}
    next_call.save()
    copy = copy_of(source, cast, next_call)
    assert copy.partners == ""
    assert not copy.copied_fields.filter(field="partners").exists()


# What changed


def changed(copy):
    return set(copy.copied_fields.filter(question_changed=True).values_list("field", flat=True))


def test_nothing_is_marked_as_changed_while_the_questions_stayed_the_same(source, cast, call, next_call):
    assert changed(copy_of(source, cast, call)) == set()
    assert changed(copy_of(source, cast, next_call)) == set()


@pytest.mark.parametrize("rule", [{"limit": 300}, {"help": {"nl": "Vertel ook wie er meedoet."}}])
def test_a_question_with_another_limit_or_help_is_marked(source, cast, next_call, rule):
    next_call.question_rules = {"summary": rule}
    next_call.save()
    assert changed(copy_of(source, cast, next_call)) == {"summary"}


def test_a_criterion_of_a_new_version_gets_the_answer_of_its_code_and_is_marked_when_it_reads_otherwise(
    source, cast, next_call
):
    next_call.criteria_version = new_version(next_call.criteria_version, meaning="Iets heel anders dan eerst")
    next_call.save()
    copy = copy_of(source, cast, next_call)
    said = dict(source.criterion_answers.values_list("criterion__code", "text"))
    assert dict(copy.criterion_answers.values_list("criterion__code", "text")) == said
    first = next_call.criteria_version.criteria.all()[0]
    assert changed(copy) == {f"criterion_{first.pk}"}


def new_version(old, *, meaning):
    """Another version of the criteria in which the first means something else."""
    criteria = list(old.criteria.all())
    kept = {
        field.name: getattr(old, field.name)
        for field in CriteriaVersion._meta.concrete_fields
        if field.name not in {"id", "number", "state", "adopted_on", "frozen_at", "content_sha256"}
    }
    version = CriteriaVersion.objects.create(**kept, number=old.number + 1)
    for place, criterion in enumerate(criteria):
        criterion.pk, criterion.version = None, version
        criterion.meaning = meaning if place == 0 else criterion.meaning
    Criterion.objects.bulk_create(criteria)
    programme_criteria.adopt_loaded(version)
    return version


def test_what_was_asked_when_it_was_submitted_counts_and_not_what_the_old_call_says_by_now(cast, call, monkeypatch):
    """A question of the form itself that changed after the earlier proposal was submitted is marked too."""
    source = submitted_proposal(cast, call)
    asked = copies.questions_of(call)
    assert source.questions_asked == asked
    monkeypatch.setattr(copies, "questions_of", lambda _call: {**asked, "summary": "iets anders"})
    assert changed(copy_of(source, cast, call)) == {"summary"}


def test_another_language_asks_no_other_questions(call):
    with translation.override("nl"):
        dutch = copies.questions_of(call)
    with translation.override("en"):
        assert copies.questions_of(call) == dutch


# Marks in the form


def test_a_step_says_what_came_along_and_what_changed_until_it_is_saved(client_of, source, cast, next_call):
    next_call.question_rules = {"partners": {"limit": 300}}
    next_call.save()
    copy, client = copy_of(source, cast, next_call), client_of(cast.partner)
    url = step_url(copy, "samenwerking")
    page = client.get(url)
    assert [(mark["anchor"], mark["changed"]) for mark in page.context["copied"]] == [
        ("id_partners", True),
        ("id_afterwards", False),
    ]
    assert "<strong>" in page.context["form"].fields["partners"].help_text
    assert "<strong>" not in page.context["form"].fields["afterwards"].help_text
    seen = {f"version-{name}": version for name, version in page.context["versions"]}
    assert client.post(url, {"partners": "Wij", "afterwards": source.afterwards, **seen}).status_code == 302
    assert client.get(url).context["copied"] == []
    assert CopiedField.objects.to_look_at(copy).exists()  # the other steps


@pytest.mark.parametrize("step", [step.slug for step in questions.STEPS])
def test_every_step_of_a_copy_opens(client_of, source, cast, next_call, step):
    copy = copy_of(source, cast, next_call)
    assert client_of(cast.partner).get(step_url(copy, step)).status_code == 200


def test_a_step_that_can_not_be_read_keeps_its_marks(client_of, source, cast, call):
    copy, client = copy_of(source, cast, call), client_of(cast.partner)
    url = step_url(copy, "wie-en-wat")
    assert client.post(url, {"title": "T", "summary": "x" * 501}).status_code == 422
    assert client.get(url).context["copied"]


def test_a_blank_one_has_no_marks(client_of, cast, call):
    page = client_of(cast.partner).get(step_url(empty_draft(cast, call), "samenwerking"))
    assert page.context["copied"] == []


# Who may start from what


def test_the_page_offers_own_earlier_proposals_and_blank_and_makes_one_copy(client_of, source, cast, call):
    client, url = client_of(cast.partner), reverse("applications:start")
    offered = client.get(url).context["form"].fields["source"]
    assert list(offered.queryset) == [source]
    data = {
        "call": call.pk,
        "organisation": cast.organisation.pk,
        "title": "Kopie",
        "source": source.pk,
        "request_key": str(uuid4()),
    }
    assert [client.post(url, data).status_code for _turn in range(2)] == [302, 302]
    assert Proposal.objects.filter(copied_from=source).count() == 1
    blank = {**data, "title": "Leeg", "source": "", "request_key": str(uuid4())}
    client.post(url, blank)
    assert Proposal.objects.get(title="Leeg").copied_from is None


def test_without_an_earlier_proposal_there_is_nothing_to_choose(client_of, cast, call):
    assert "source" not in client_of(cast.partner).get(reverse("applications:start")).context["form"].fields


def test_a_proposal_of_somebody_else_is_refused_by_the_page_and_by_the_rule(client_of, source, cast, call):
    draft_proposal(cast, call, by=cast.partner2, organisation=cast.organisation2)
    data = {
        "call": call.pk,
        "organisation": cast.organisation2.pk,
        "title": "Kopie",
        "source": source.pk,
        "request_key": str(uuid4()),
    }
    answer = client_of(cast.partner2).post(reverse("applications:start"), data)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["source"]
    before = Proposal.objects.count()
    with pytest.raises(ContentRefused):
        copy_of(source, cast, call, by=cast.partner2, organisation=cast.organisation2)
    assert Proposal.objects.count() == before


def test_a_proposal_of_another_own_organisation_is_refused(client_of, source, cast, call):
    Membership.objects.create(user=cast.partner, organisation=cast.organisation2, role=MembershipRole.OWNER)
    data = {
        "call": call.pk,
        "organisation": cast.organisation2.pk,
        "title": "Kopie",
        "source": source.pk,
        "request_key": str(uuid4()),
    }
    answer = client_of(cast.partner).post(reverse("applications:start"), data)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["source"]


def test_a_full_budget_table_comes_along_whole(source, cast, call):
    rows = [BudgetRow(f"Post {number}", {2026: Decimal("0.10")}) for number in range(questions.BUDGET_ROWS_MOST)]
    drafts.save_budget(proposal_id=source.pk, by=cast.partner, costs=rows, co_funding=[])
    assert budget_of(copy_of(source, cast, call)) == budget_of(source)
