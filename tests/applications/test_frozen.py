"""After submission what a proposal says is fixed: the rule says it kindly, the trigger finally."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.domain import organisations
from applications.domain import answers, drafts
from applications.errors import ProposalFrozen
from applications.models import (
    BudgetItem,
    BudgetItemAmount,
    CriterionAnswer,
    LineTag,
    PromisedResult,
    Proposal,
    StateChange,
)
from programme.models import Area, DesiredResult, TargetGroup
from tests.applications.road import draft_proposal, submitted_proposal

SAVES = {
    "about": (
        drafts.save_about,
        {"title": "Anders", "summary": "", "description": "", "starts_on": None, "ends_on": None},
    ),
    "aim": (
        drafts.save_aim,
        {"line": None, "desired_results": [], "target_groups": [], "migration_moments": [], "areas": []},
    ),
    "reasons": (drafts.save_reasons, {"answers": {}, "on_brand": "Anders"}),
    "results": (drafts.save_results, {"rows": []}),
    "budget": (drafts.save_budget, {"costs": [], "co_funding": []}),
    "cooperation": (drafts.save_cooperation, {"partners": "Anders", "afterwards": ""}),
    "declarations": (drafts.save_declarations, {"declared_truth": False, "de_minimis_aid": None}),
}

# Every way around the rules: each table that holds what a partner said, added to, changed and emptied.
WAYS_AROUND = {
    "the proposal": lambda p: Proposal.objects.filter(pk=p.pk).update(title="Anders"),
    "its reference": lambda p: Proposal.objects.filter(pk=p.pk).update(reference="TF-2026-9999"),
    "the partner's line": lambda p: Proposal.objects.filter(pk=p.pk).update(proposed_line=None),
    "the whole proposal": lambda p: Proposal.objects.filter(pk=p.pk)._raw_delete("default"),
    "an answer": lambda p: p.criterion_answers.update(text="Anders"),
    "an answer gone": lambda p: p.criterion_answers.all().delete(),
    "an answer more": lambda p: CriterionAnswer.objects.create(
        proposal=p, criterion=p.criterion_answers.all()[0].criterion, text="Nog een"
    ),
    "a result": lambda p: p.promised_results.update(target="9999"),
    "a result gone": lambda p: p.promised_results.all().delete(),
    "a result more": lambda p: PromisedResult.objects.create(proposal=p, position=9, indicator="Nog een"),
    "a budget row": lambda p: p.budget_items.update(description="Anders"),
    "a budget row gone": lambda p: p.budget_items.all().delete(),
    "a budget row more": lambda p: BudgetItem.objects.create(
        proposal=p, side="cost", position=9, description="Nog een"
    ),
    "an amount": lambda p: BudgetItemAmount.objects.filter(item__proposal=p).update(amount=1),
    "an amount gone": lambda p: BudgetItemAmount.objects.filter(item__proposal=p).delete(),
    "an amount more": lambda p: BudgetItemAmount.objects.create(
        item=p.budget_items.all()[0], year=2025, amount=Decimal(1)
    ),
    "a desired result": lambda p: p.desired_results.clear(),
    "a desired result more": lambda p: p.desired_results.add(DesiredResult.objects.last()),
    "a target group": lambda p: p.target_groups.clear(),
    "a target group more": lambda p: p.target_groups.add(TargetGroup.objects.last()),
    "an area": lambda p: p.areas.clear(),
    "an area more": lambda p: p.areas.add(Area.objects.last()),
}


@pytest.mark.parametrize("step", SAVES)
def test_the_rule_refuses_every_step_after_submission(cast, call, step):
    proposal = submitted_proposal(cast, call)
    save, values = SAVES[step]
    with pytest.raises(ProposalFrozen, match=proposal.reference):
        save(proposal_id=proposal.pk, by=cast.partner, **values)


@pytest.mark.parametrize("step", SAVES)
def test_a_draft_takes_every_step(cast, call, step):
    save, values = SAVES[step]
    save(proposal_id=draft_proposal(cast, call).pk, by=cast.partner, **values)


@pytest.mark.parametrize("way", WAYS_AROUND)
def test_the_database_refuses_every_way_around_the_rule(cast, call, way):
    proposal = submitted_proposal(cast, call)
    with pytest.raises(IntegrityError, match="submitted"), transaction.atomic():
        WAYS_AROUND[way](proposal)


@pytest.mark.parametrize(
    "way", [way for way in WAYS_AROUND if way not in {"its reference", "an answer more", "the whole proposal"}]
)
def test_the_same_ways_are_open_for_a_draft(cast, call, way):
    WAYS_AROUND[way](draft_proposal(cast, call))


@pytest.mark.parametrize("model", [StateChange, LineTag])
def test_history_only_grows(cast, call, model):
    proposal = submitted_proposal(cast, call)
    if model is LineTag:
        LineTag.objects.create(
            proposal=proposal, line=proposal.line, tagged_by=cast.manager, tagged_at=proposal.submitted_at
        )
    for change in (lambda: model.objects.all()._raw_delete("default"), lambda: model.objects.update(proposal=proposal)):
        with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
            change()


@pytest.mark.parametrize("part", [BudgetItem, PromisedResult])
def test_nothing_moves_out_of_a_submitted_proposal_or_into_one(cast, call, part):
    submitted, draft = submitted_proposal(cast, call), draft_proposal(cast, call, title="Concept")
    for source, target in ((submitted, draft), (draft, submitted)):
        moved = part.objects.filter(proposal=source).order_by("pk")[:1].values("pk")
        with pytest.raises(IntegrityError, match="the proposal was submitted"), transaction.atomic():
            part.objects.filter(pk__in=moved).update(proposal=target, position=99)


def test_who_proposed_stays_as_it_was_when_the_organisation_changes_its_account(cast, call):
    proposal = submitted_proposal(cast, call)
    organisations.change(
        organisation_id=cast.organisation.pk,
        by=cast.partner,
        name="Een andere naam",
        kind=cast.organisation.kind,
        kvk_number=cast.organisation.kvk_number,
        iban="NL20INGB0001234567",
        phone="",
    )
    said = [answer.text for answer in answers.applicant(Proposal.objects.get(pk=proposal.pk))]
    assert "Stichting Makersloods" in said
    assert "NL91ABNA0417164300" in said
    assert "Een andere naam" not in said
