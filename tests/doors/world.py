"""The objects that the doors are tried with: one for every kind of page."""

from decimal import Decimal
from uuid import uuid4

from applications.domain import calendars, changes, outgoing_letters
from applications.models import Letter, Proposal
from applications.states import ChangeSubject
from budget.domain import decision_items, decision_lists, objections, recoveries, scenarios
from budget.models import CouncilDecision, Decision, Obligation
from core.domain import clock, outbox
from talentfund.celery import app
from tests.applications.asking import ask
from tests.applications.attaching import attached, submitted_with_file
from tests.applications.paper import on_paper
from tests.applications.prepared import unready_call
from tests.applications.road import draft_proposal, submitted_proposal
from tests.applications.together import together_world
from tests.assessment.advice_world import advice_world
from tests.assessment.assigning_world import assigning_world
from tests.assessment.filters_world import filters_world
from tests.assessment.meeting_world import meeting_world
from tests.assessment.panelling import panel_world
from tests.assessment.ranking_world import ranking_world
from tests.assessment.road import advised_proposal, agreed_proposal, assigned_proposal, declare_none
from tests.budget.bare import a_document
from tests.budget.council_world import council_world
from tests.budget.paying import paid_world
from tests.budget.road import granted_proposal
from tests.budget.road_settlement import checked_account, prepared, settled_grant
from tests.database import count_rows
from tests.programme.versions import criteria_world
from tests.reporting.council_world import raad_world
from tests.reporting.indicator_world import indicator_world
from tests.reporting.register_world import register_world
from tests.reporting.reports_world import report_world
from tests.reporting.retention_world import retention_world
from tests.reporting.writing_world import writing_world


def whole_world(cast, call) -> dict[str, dict[str, object]]:
    """One object for every kind of page."""
    world = _whole_world(cast, call)
    count_rows()
    return world


def _whole_world(cast, call) -> dict[str, dict[str, object]]:
    """One object for every kind of page; all of it belongs to `partner`, on the line Leven."""
    app.loader.import_default_modules()
    draft = draft_proposal(cast, call, title="Concept")
    submitted, sent_file = submitted_with_file(draft_proposal(cast, call, title="Ingediend"), cast.partner)
    asked = submitted_proposal(cast, call, title="Aan te vullen")
    ask(asked, cast)
    assigned = assigned_proposal(cast, call, title="Toegewezen")
    declare_none(assigned, cast.assessor1)
    agreed = agreed_proposal(cast, call, title="Besproken")
    drafted, drafted_item = listed(cast, advised_proposal(cast, call, title="Op een lijst in voorbereiding"))
    proposed, proposed_item = listed(cast, advised_proposal(cast, call, title="Bij het college"))
    decision_lists.propose(list_id=proposed.pk, by=cast.finance)
    approved, decided = listed(cast, advised_proposal(cast, call, title="Toegekend"))
    approved = decision_lists.propose(list_id=approved.pk, by=cast.finance)
    decision_lists.approve(list_id=approved.pk, version=approved.version, by=cast.college, request_key=uuid4())
    waiting = advised_proposal(cast, call, title="Wacht op een lijst")
    scenario = scenarios.make(by=cast.finance, name="Lente")
    claimed = settled_grant(cast, call, {2026: 40000}, paid={2026: 48000}, send=True, title="Vastgesteld")
    claim = recoveries.receive(
        recovery_id=claimed.recovery.pk,
        by=cast.finance,
        amount=Decimal(1000),
        received_on=clock.today(),
        document=a_document(),
        request_key=uuid4(),
    )
    settlement = prepared(cast, checked_account(cast, call, title="Vaststelling in voorbereiding").decision)
    outbox.deliver_due()
    return {
        "-": {},
        "register/csv": {"suffix": "csv"},
        "figures/csv": {"table": "scores", "suffix": "csv"},
        "organisation": {"pk": cast.organisation.pk},
        "draft": {"pk": draft.pk},
        "draft/step": {"pk": draft.pk, "step": "wie-en-wat"},
        **together_world(cast, draft),
        **assigning_world(cast, call),
        **ranking_world(cast, call),
        "call": {"pk": call.pk},
        "call/draft": {"pk": unready_call(cast).pk},
        "sent": {"pk": submitted.pk},
        "draft/file": {"pk": draft.pk, "attachment": attached(draft, cast.partner).pk},
        "sent/file": {"pk": sent_file.pk},
        "receipt": {"pk": Letter.objects.get(proposal=submitted).document_id},
        "submitted": {"reference": submitted.reference},
        "assigned": {"reference": assigned.reference},
        "agreed": {"reference": agreed.reference},
        "drafted": {"reference": drafted.reference},
        "drafted/item": {"reference": drafted.reference, "proposal": drafted_item.proposal.reference},
        "asked/mine": {"pk": asked.pk},
        "drafted/file": {"reference": drafted_item.proposal.reference},
        "proposed": {"reference": proposed.reference},
        "proposed/file": {"reference": proposed_item.proposal.reference},
        "decided": {"reference": Decision.objects.get(pk=decided.pk).reference},
        "granted": {"pk": decided.proposal_id},
        "accounted": {"reference": settlement.decision.reference},
        "prepared": {"reference": settlement.reference},
        "settled": {"reference": claimed.reference},
        "claim": {"reference": claim.reference},
        "receipt_of": {"reference": claim.reference, "pk": claim.receipts.get().pk},
        "leven": {"line": "leven", "year": 2026},
        "overview": {"table": "overzicht", "suffix": "xlsx"},
        "frame": {"pk": CouncilDecision.objects.filter(entries__isnull=False).values_list("document_id", flat=True)[0]},
        **council_world(cast, call),
        **register_world(cast, call),
        **retention_world(cast, call),
        **report_world(cast),
        **writing_world(cast),
        "scenario": {"pk": scenario.pk},
        "scenario/item": {"pk": scenario.pk, "reference": waiting.reference},
        **objected_world(cast, Decision.objects.get(pk=decided.pk)),
        **paid_world(cast.finance),
        **letters_world(cast, call, submitted),
        **afterwards_world(cast, call),
        **panel_world(cast, call),
        **criteria_world(cast),
        **indicator_world(cast, call),
        **filters_world(cast),
        **meeting_world(cast, call),
        **advice_world(cast, call),
        **raad_world(cast, call),
    }


def afterwards_world(cast, call) -> dict[str, dict[str, object]]:
    """A grant large enough to ask a progress report, a change that the partner told of, and a calendar."""
    granted = granted_proposal(cast, call, title="Groot", requested={2026: 60000}, send_letter=True)
    notice = changes.report(
        proposal_id=granted.pk,
        by=cast.partner,
        subject=ChangeSubject.PLANNING,
        what="Later",
        why="Verbouwing",
        moves_money=False,
        known_on=clock.today(),
        request_key=uuid4(),
    )
    asked = Obligation.objects.asking_progress().get(decision__proposal=granted)
    return {
        "notice": {"reference": granted.reference, "pk": notice.pk},
        "duty/mine": {"pk": granted.pk, "duty": asked.pk},
        "feed": {"secret": calendars.secret_of(calendars.make(user=cast.partner))},
    }


def objected_world(cast, decided: Decision) -> dict[str, dict[str, object]]:
    """An obligation of a decision, and an objection to it with the partner's letter."""
    objection = objections.receive(
        decision_id=decided.pk,
        received_on=clock.today(),
        summary="Te weinig",
        committee=False,
        document=a_document(),
        by=cast.manager,
        request_key=uuid4(),
    )
    return {
        "duty": {"pk": Obligation.objects.filter(decision=decided).first().pk},
        "decided/mine": {"pk": decided.proposal_id},
        "objected": {"reference": objection.reference},
    }


def letters_world(cast, call, submitted: Proposal) -> dict[str, dict[str, object]]:
    """A letter that is being written, a template, and a proposal on paper that the manager is entering."""
    letter = outgoing_letters.draft(proposal=submitted, template_code="general", by=cast.manager, facts={})
    return {
        "written": {"pk": letter.pk},
        "template": {"code": "general", "language": "nl"},
        "on-paper": {"pk": on_paper(cast, call).proposal_id},
    }


def listed(cast, proposal: Proposal):
    decision_list = decision_lists.start(by=cast.finance, meeting_on=clock.today())
    return decision_list, decision_items.put_on(list_id=decision_list.pk, proposal_id=proposal.pk, by=cast.finance)
