"""A file that says something recognisable wherever somebody can say something, by the real verbs, and its end."""

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

from accounts.models import Membership, Organisation, User
from accounts.states import MembershipRole, OrganisationKind
from applications.domain import changes, drafts, intake, messages, proposals
from applications.domain.drafts import BudgetRow, ResultRow
from applications.models import Call, Proposal
from applications.states import ChangeSubject, Side
from assessment.domain import advice, assignments, consensus, scores
from assessment.domain.advice_content import Content, YearAdvice
from assessment.models import Assignment
from budget.domain import accountability, decision_letters, settlement_letters, settlements, settling
from budget.domain.accountability import Reported
from budget.models import Account, Decision, Payment
from budget.states import PaymentState, SettlementGround, SettlementKind
from core.domain import clock
from programme.models import Area, Line, TargetGroup
from programme.states import MigrationMoment
from reporting.domain import purge, purge_orders
from reporting.models import PurgeOrder
from tests.applications.attaching import add
from tests.assessment.road import OPEN_GATE, POINTS, agreed, declare_none, given
from tests.budget import paying
from tests.budget import road as money
from tests.budget.road_settlement import AFTERWARDS
from tests.conftest import Cast

# Every word that the file says has this in it; nobody else says it.
BIRD = "Kanarie"
NAME, EMAIL, IBAN, PHONE = "Kanarina Vogelaar", "kanarina@vogelaar.example", "NL20INGB0001234567", "074-7654321"
MUCH_LATER = datetime(2035, 6, 4, 9, 0, tzinfo=UTC)


def bird(what: str) -> str:
    """Return a text that nobody else wrote."""
    return f"{BIRD} zingt over {what}."


def singer(*, kind: str = OrganisationKind.SOCIAL) -> tuple[User, Organisation]:
    """Return a partner with a name of his own, and the organisation that he acts for."""
    person = User.objects.create_user(EMAIL, None, full_name=NAME)
    organisation = Organisation.objects.create(
        name="Stichting Volière", kind=kind, kvk_number="11223344", iban=IBAN, phone=PHONE, created_at=clock.now()
    )
    Membership.objects.create(user=person, organisation=organisation, role=MembershipRole.OWNER)
    return person, organisation


def draft(cast: Cast, call: Call) -> Proposal:
    """Return a draft that says everything, with a file."""
    person, organisation = singer()
    made = proposals.start(by=person, call=call, organisation=organisation, title=bird("titel"))
    known = {"proposal_id": made.pk, "by": person}
    drafts.save_about(
        **known,
        title=bird("titel"),
        summary=bird("samenvatting"),
        description=bird("beschrijving"),
        starts_on=date(2025, 3, 1),
        ends_on=date(2027, 6, 30),
    )
    line = Line.objects.get(code="leven")
    drafts.save_aim(
        **known,
        line=line,
        desired_results=[line.desired_results.all()[0]],
        target_groups=[TargetGroup.objects.get(code="studenten")],
        migration_moments=[MigrationMoment.STUDY],
        areas=[Area.objects.all()[0]],
    )
    answers = {criterion.pk: bird(criterion.code) for criterion in call.criteria_version.criteria.all()}
    drafts.save_reasons(**known, answers=answers, on_brand=bird("merk"))
    drafts.save_results(**known, rows=[ResultRow(bird("telling"), f"{BIRD} 0", f"{BIRD} 120", bird("meting"))])
    drafts.save_budget(
        **known,
        costs=[BudgetRow(bird("kosten"), {2026: Decimal(65000)})],
        co_funding=[BudgetRow(bird("bijdrage"), {2026: Decimal(5000)})],
    )
    drafts.save_cooperation(**known, partners=bird("partners"), afterwards=bird("daarna"))
    drafts.save_declarations(**known, declared_truth=True, de_minimis_aid=Decimal(0))
    add(made, cast, name=f"{BIRD}.pdf", by=person)
    return Proposal.objects.get(pk=made.pk)


def submitted(cast: Cast, call: Call) -> Proposal:
    """Return the file sent in, with messages."""
    made = draft(cast, call)
    proposals.submit(proposal_id=made.pk, by=made.contact, request_key=uuid.uuid4())
    for by, side in ((made.contact, Side.PARTNER), (cast.manager, Side.TEAM)):
        messages.send(proposal_id=made.pk, by=by, side=side, text=bird("bericht"), request_key=uuid.uuid4())
    return Proposal.objects.get(pk=made.pk)


def advised(cast: Cast, call: Call) -> Proposal:
    """Return the file with its scores and a positive advice."""
    made = submitted(cast, call)
    points = dict.fromkeys(intake.POINTS, True)
    intake.find_complete(proposal_id=made.pk, by=cast.manager, points=points, remark=bird("volledig"))
    people = [cast.assessor1, cast.assessor2]
    assignments.assign_all(proposal_id=made.pk, assessors=people, by=cast.manager)
    for person in people:
        declare_none(made, person)
        asked = Assignment.objects.get(proposal=made, assessor=person)
        told = given(POINTS["positive"], reason=BIRD)
        scores.save(assignment_id=asked.pk, by=person, gate=OPEN_GATE, scores=told)
        scores.hand_in(assignment_id=asked.pk, by=person)
    told = agreed(POINTS["positive"], discussion=bird("overleg"))
    consensus.record(proposal_id=made.pk, by=cast.manager, gate=OPEN_GATE, scores=told, present=people)
    content = Content(
        amounts={2026: YearAdvice(Decimal(50000), bird("minder"))},
        conditions=[],
        explanation=bird("advies"),
    )
    advice.give(proposal_id=made.pk, by=cast.manager, content=content)
    return Proposal.objects.get(pk=made.pk)


def settled(cast: Cast, call: Call) -> Proposal:
    """Return the file granted, paid in advance, accounted for and settled lower, with every letter."""
    made = advised(cast, call)
    decision_list = money.empty_list(cast)
    decision = money.put(cast, decision_list, made)
    money.approve(cast, money.propose(cast, decision_list))
    decision_letters.send(decision_id=decision.pk)
    changes.report(
        proposal_id=made.pk,
        by=made.contact,
        subject=ChangeSubject.PLANNING,
        what=bird("wijziging"),
        why=bird("waarom"),
        moves_money=False,
        known_on=clock.today(),
        request_key=uuid.uuid4(),
    )
    with clock.set_to(AFTERWARDS):
        _pay(cast, decision)
        _account(cast, Account.objects.get(decision=decision))
        _settle(cast, decision)
    return Proposal.objects.get(pk=made.pk)


def _pay(cast: Cast, decision: Decision) -> None:
    """Pay what is due in advance, by an order to the bank and the statement that comes back."""
    due = list(Payment.objects.filter(decision=decision).planned().exclude(due_on=None))
    paying.order(cast.finance, due)
    paying.book(cast.finance, *Payment.objects.filter(pk__in=[one.pk for one in due]))


def _account(cast: Cast, account: Account) -> None:
    results = {one.promised_result_id: (f"{BIRD} 118", bird("resultaat")) for one in account.results.all()}
    costs = {(cost.item_id, cost.year): cost.budgeted for cost in account.costs.all()}
    accountability.submit(
        account_id=account.pk,
        by=account.decision.proposal.contact,
        version=account.version,
        reported=Reported(summary=bird("verantwoording"), results=results, costs=costs),
        request_key=uuid.uuid4(),
    )
    accountability.check(account_id=account.pk, by=cast.manager, version=Account.objects.get(pk=account.pk).version)


def _settle(cast: Cast, decision: Decision) -> None:
    paid = sum(one.amount for one in Payment.objects.filter(decision=decision, state=PaymentState.BOOKED))
    amounts = dict.fromkeys(settlements.granted_by_line(decision), paid)
    prepared = settlements.prepare(
        decision_id=decision.pk,
        by=cast.manager,
        kind=SettlementKind.LOWER,
        amounts=amounts,
        reason=bird("vaststelling"),
        ground=SettlementGround.NOT_CARRIED_OUT,
        version=None,
    )
    proposed = settlements.propose(
        settlement_id=prepared.pk, version=prepared.version, by=cast.manager, hearing_skipped=bird("zienswijze")
    )
    settling.approve(settlement_id=proposed.pk, version=proposed.version, by=cast.finance, request_key=uuid.uuid4())
    settlement_letters.send(settlement_id=prepared.pk)


def order_for(cast: Cast, *wanted: Proposal) -> PurgeOrder:
    """Return an order to destroy files that two people signed."""
    order = purge_orders.prepare(proposals=[one.pk for one in wanted], by=cast.manager, request_key=uuid.uuid4())
    return purge_orders.sign(order_id=order.pk, files_sha256=order.files_sha256, by=cast.admin)


def destroyed(cast: Cast, proposal: Proposal) -> PurgeOrder:
    """Destroy one file, years later."""
    with clock.set_to(MUCH_LATER):
        order = order_for(cast, proposal)
        list(purge.run(order))
        return PurgeOrder.objects.get(pk=order.pk)
