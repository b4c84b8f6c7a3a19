"""Who may open which page: one table of every URL and every role.

`o` it opens · `r` it sends on · `l` it asks to sign in (a script by 401) · `3` forbidden (403) · `4` it does not exist
for this person (404) · `b` the request lacks what the page needs, so the door was open (400, 409 or 422). Every request is undone after.
A URL that is missing from the table fails the last test.
"""

from collections.abc import Iterator
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from applications.domain import calendars, changes, outgoing_letters
from applications.models import Letter, Proposal
from applications.states import ChangeSubject
from budget.domain import decision_items, decision_lists, objections, recoveries, scenarios
from budget.models import CouncilDecision, Decision, Obligation
from core.domain import clock, outbox
from reporting.domain import reports
from reporting.states import ReportKind
from talentfund.celery import app
from tests.applications.asking import ask
from tests.applications.attaching import attached, submitted_with_file
from tests.applications.paper import on_paper
from tests.applications.prepared import unready_call
from tests.applications.road import draft_proposal, submitted_proposal
from tests.applications.together import together_world
from tests.assessment.road import advised_proposal, agreed_proposal, assigned_proposal, declare_none
from tests.budget.bare import a_document
from tests.budget.council_world import council_world
from tests.budget.paying import paid_world
from tests.budget.road import granted_proposal
from tests.budget.road_settlement import checked_account, prepared, settled_grant

PEOPLE = "nobody partner partner2 assessor1 assessor3 lead manager finance college council talent admin".split()

# Name of the URL and the object that it shows, then a letter for each of PEOPLE in their order.
TABLE = """
core:health                -             o o o o o o o o o o o o
core:security_txt          -             o o o o o o o o o o o o
core:accessibility         -             o o o o o o o o o o o o
core:privacy               -             o o o o o o o o o o o o
reporting:front            -             o o o o o o o o o o o o
programme:criteria         -             o o o o o o o o o o o o
applications:questions     -             o o o o o o o o o o o o
applications:calls         -             o o o o o o o o o o o o
applications:call          call          o o o o o o o o o o o o
applications:call          call/draft    4 4 4 4 4 4 o 4 4 4 4 4
applications:call_questions call          o o o o o o o o o o o o
applications:call_questions call/draft    4 4 4 4 4 4 o 4 4 4 4 4
applications:questions_paper call          o o o o o o o o o o o o
applications:questions_paper call/draft    4 4 4 4 4 4 4 4 4 4 4 4
applications:idea          -             o o o o o o o o o o o o
applications:idea!         -             b b b b b b b b b b b b
applications:team_calls    -             l 3 3 3 3 3 o 3 3 3 3 3
applications:call_new      -             l 3 3 3 3 3 o 3 3 3 3 3
applications:call_new!     -             l 3 3 3 3 3 b 3 3 3 3 3
applications:team_call     call/draft    l 3 3 3 3 3 o 3 3 3 3 3
applications:call_change   call/draft    l 3 3 3 3 3 o 3 3 3 3 3
applications:call_ceilings call/draft    l 3 3 3 3 3 o 3 3 3 3 3
applications:call_questions_edit call/draft    l 3 3 3 3 3 o 3 3 3 3 3
applications:call_extend   call          l 3 3 3 3 3 o 3 3 3 3 3
applications:call_publish! call/draft    l 3 3 3 3 3 b 3 3 3 3 3
applications:call_take_back! call          l 3 3 3 3 3 r 3 3 3 3 3
applications:call_remove!  call/draft    l 3 3 3 3 3 r 3 3 3 3 3
accounts:home              -             l r r r r r r r r r r r
accounts:organisation_new  -             l o o o o o o o o o o o
accounts:organisation      organisation  l o 4 4 4 4 4 4 4 4 4 4
applications:mine          -             l o o o o o o o o o o o
applications:start         -             l o o r r r r r r r r r
applications:likeness      -             l o o o o o o o o o o o
applications:proposal      draft         l r 4 4 4 4 4 4 4 4 4 4
applications:step          draft/step    l o 4 4 4 4 4 4 4 4 4 4
applications:field         draft         l o 4 4 4 4 4 4 4 4 4 4
applications:totals!       draft         l o 4 4 4 4 4 4 4 4 4 4
applications:de_minimis_mine draft         l o 4 4 4 4 4 4 4 4 4 4
applications:attachments        draft    l o 4 4 4 4 4 4 4 4 4 4
applications:attachments!       draft    l b 4 4 4 4 4 4 4 4 4 4
applications:attachments_listed draft    l o 4 4 4 4 4 4 4 4 4 4
applications:attachments        sent     l o 4 4 4 4 4 4 4 4 4 4
applications:attachment_remove! draft/file l r 4 4 4 4 4 4 4 4 4 4
applications:attachment         sent/file  l 3 4 3 3 o o o 4 4 4 4
applications:check         draft         l o 4 4 4 4 4 4 4 4 4 4
applications:check!        draft         l b 4 4 4 4 4 4 4 4 4 4
applications:proposal      sent          l o 4 4 4 4 4 4 4 4 4 4
applications:receipt       sent          l o 4 4 4 4 4 4 4 4 4 4
applications:together      draft         l o 4 4 4 4 4 4 4 4 4 4
applications:together!     draft         l b 4 4 4 4 4 4 4 4 4 4
applications:person_role!  draft/person  l r 4 4 4 4 4 4 4 4 4 4
applications:person_remove! draft/person l r 4 4 4 4 4 4 4 4 4 4
applications:invitation_withdraw! draft/invited l r 4 4 4 4 4 4 4 4 4 4
applications:who_changed   draft         l o 4 4 4 4 4 4 4 4 4 4
applications:who_changed   sent          l o 4 4 4 4 4 4 4 4 4 4
applications:invitation    invitation/link o o o o o o o o o o o o
applications:invitation!   invitation/link l b b b b b b b b b b b
applications:invitation_accept! invitation l 4 4 4 4 4 4 4 4 4 4 4
applications:letter          receipt       l o 4 3 3 o o o 4 4 4 4
applications:completeness  submitted     l 4 4 3 3 o o o 4 4 4 4
applications:line_tag      submitted     l 4 4 3 3 o o o 4 4 4 4
applications:supplement      asked/mine    l o 4 4 4 4 4 4 4 4 4 4
applications:supplement!     asked/mine    l b 4 4 4 4 4 4 4 4 4 4
applications:supplement_request submitted  l 4 4 3 3 o o o 4 4 4 4
applications:supplement_request! submitted l 4 4 3 3 b b 3 4 4 4 4
applications:extension       submitted     l 4 4 3 3 o o o 4 4 4 4
applications:extension!      submitted     l 4 4 3 3 b b 3 4 4 4 4
applications:not_process     submitted     l 4 4 3 3 o o o 4 4 4 4
applications:not_process!    submitted     l 4 4 3 3 b b 3 4 4 4 4
applications:outages         -             l 3 3 3 3 3 o 3 3 3 3 3
applications:outages!        -             l 3 3 3 3 3 b 3 3 3 3 3
assessment:search          -             l o o o o o o o o o o o
applications:calendar      -             l o o o o o o o o o o o
applications:calendar_make! -            l r r r r r r r r r r r
applications:calendar_stop! -            l r r r r r r r r r r r
applications:calendar_feed feed          o o o o o o o o o o o o
applications:messages      sent          l o 4 4 4 4 4 4 4 4 4 4
applications:withdraw      sent          l o 4 4 4 4 4 4 4 4 4 4
applications:changes       sent          l o 4 4 4 4 4 4 4 4 4 4
applications:team_messages submitted     l 4 4 3 3 o o o 4 4 4 4
applications:team_changes  submitted     l 4 4 3 3 o o o 4 4 4 4
applications:change_answer notice        l 4 4 3 3 o o 3 4 4 4 4
applications:letters       submitted     l 4 4 3 3 o o o 4 4 4 4
applications:outgoing_letter written     l 4 4 3 3 o o o 4 4 4 4
applications:letter_preview! written     l 4 4 3 3 o o 3 4 4 4 4
applications:letter_pdf    written       l 4 4 3 3 o o o 4 4 4 4
applications:letter_send   written       l 4 4 3 3 o o 3 4 4 4 4
applications:letter_send!  written       l 4 4 3 3 b b 3 4 4 4 4
applications:letter_discard! written     l 4 4 3 3 r r 3 4 4 4 4
applications:letter_posted! written      l 4 4 3 3 r r 3 4 4 4 4
applications:post          -             l 3 3 3 3 o o 3 3 3 3 3
applications:letter_templates -          l 3 3 3 3 3 o 3 3 3 3 3
applications:letter_template template    l 3 3 3 3 3 o 3 3 3 3 3
applications:template_preview! template  l 3 3 3 3 3 o 3 3 3 3 3
applications:intake_new    -             l 3 3 3 3 o o 3 3 3 3 3
applications:paper_intake  on-paper      l 4 4 4 4 4 o 4 4 4 4 4
applications:paper_original on-paper     l 4 4 4 4 4 o 4 4 4 4 4
assessment:work            -             l 3 3 o o o o o 3 3 3 3
assessment:proposals       -             l 3 3 o o o o o 3 3 3 3
assessment:file            submitted     l 4 4 3 3 o o o 4 4 4 4
assessment:file            assigned      l 4 4 o 3 o o o 4 4 4 4
assessment:assign          assigned      l 4 4 3 3 o o 3 4 4 4 4
assessment:declare         assigned      l 4 4 r 3 o o o 4 4 4 4
assessment:score           assigned      l 4 4 o 3 3 3 3 4 4 4 4
assessment:consensus       assigned      l 4 4 3 3 r r 3 4 4 4 4
assessment:advice          agreed        l 4 4 3 3 o o 3 4 4 4 4
budget:de_minimis          submitted     l 4 4 3 3 o o o 4 4 4 4
budget:de_minimis!         submitted     l 4 4 3 3 b b 3 4 4 4 4
budget:de_minimis_register -             l 3 3 3 3 3 o o 3 3 3 3
budget:de_minimis_export   register/csv  l 3 3 3 3 3 o o 3 3 3 3
budget:overview            -             l 3 3 3 3 3 o o o 3 3 3
budget:desk                -             l 3 3 3 3 3 o o o 3 3 3
budget:line                leven         l 3 3 3 3 3 o o o 3 3 3
budget:entries             -             l 3 3 3 3 3 o o o 3 3 3
budget:export              overview      l 3 3 3 3 3 o o o 3 3 3
budget:document            frame         l 3 3 3 3 3 o o o 3 3 3
budget:decision_lists      -             l 3 3 3 3 3 o o o 3 3 3
budget:list_new            -             l 3 3 3 3 3 3 o 3 3 3 3
budget:decision_list       drafted       l 3 3 3 3 3 o o 4 3 3 3
budget:decision_list       proposed      l 3 3 3 3 3 o o o 3 3 3
budget:proposal            drafted/file  l 3 3 3 3 3 r r 4 3 3 3
budget:proposal            proposed/file l 3 3 3 3 3 r r r 3 3 3
budget:proposal            submitted     l 3 3 3 3 3 4 4 4 3 3 3
budget:put_on!             drafted       l 3 3 3 3 3 3 4 4 3 3 3
budget:put_on_replacement! drafted       l 3 3 3 3 3 3 4 4 3 3 3
budget:propose!            drafted       l 3 3 3 3 3 3 b 4 3 3 3
budget:decision            drafted/item  l 3 3 3 3 3 3 o 4 3 3 3
budget:take_off!           drafted/item  l 3 3 3 3 3 3 b 4 3 3 3
budget:letter              decided       l 3 3 3 3 3 o o o 3 3 3
budget:scenarios           -             l 3 3 3 3 3 o o o 3 3 3
budget:scenario_new        -             l 3 3 3 3 3 o o 3 3 3 3
budget:scenarios_compare   -             l 3 3 3 3 3 o o o 3 3 3
budget:scenario            scenario      l 3 3 3 3 3 o o o 3 3 3
budget:scenario_move!      scenario      l 3 3 3 3 3 b b 3 3 3 3
budget:scenario_amounts!   scenario/item l 3 3 3 3 3 b b 3 3 3 3
budget:scenario_best!      scenario      l 3 3 3 3 3 b b 3 3 3 3
budget:scenario_to_list!   scenario      l 3 3 3 3 3 3 b 3 3 3 3
budget:scenario_rename!    scenario      l 3 3 3 3 3 b b 3 3 3 3
budget:scenario_copy!      scenario      l 3 3 3 3 3 r r 3 3 3 3
budget:scenario_remove!    scenario      l 3 3 3 3 3 b b 3 3 3 3
budget:college             -             l 3 3 3 3 3 3 3 o 3 3 3
budget:college_list        drafted       l 3 3 3 3 3 3 3 4 3 3 3
budget:college_list        proposed      l 3 3 3 3 3 3 3 o 3 3 3
budget:approve!            proposed      l 3 3 3 3 3 3 3 b 3 3 3
budget:give_back!          proposed      l 3 3 3 3 3 3 3 b 3 3 3
budget:abstain!            proposed      l 3 3 3 3 3 3 3 b 3 3 3
budget:obligations         -             l 3 3 3 3 3 o o o 3 3 3
budget:obligation_meet     duty          l 3 3 3 3 3 o o 3 3 3 3
budget:progress            duty          l 3 3 3 3 3 o o o 3 3 3
budget:progress_mine       duty/mine     l o 4 4 4 4 4 4 4 4 4 4
budget:obligations_mine    decided/mine  l o 4 4 4 4 4 4 4 4 4 4
budget:objections          -             l 3 3 3 3 3 o o o 3 3 3
budget:objection_new       -             l 3 3 3 3 3 o o 3 3 3 3
budget:objection           objected      l 3 3 3 3 3 o o o 3 3 3
budget:objection_document  objected      l 3 3 3 3 3 o o o 3 3 3
budget:objection_prepare!  objected      l 3 3 3 3 3 b b 3 3 3 3
budget:objection_decide!   objected      l 3 3 3 3 3 3 3 b 3 3 3
budget:objection_withdraw! objected      l 3 3 3 3 3 b b 3 3 3 3
budget:payments            -             l 3 3 3 3 3 o o o 3 3 3
budget:payment_order!      -             l 3 3 3 3 3 3 b 3 3 3 3
budget:payment_import      -             l 3 3 3 3 3 3 o 3 3 3 3
budget:payment             payment       l 3 3 3 3 3 o o o 3 3 3
budget:release_instalment! payment       l 3 3 3 3 3 b 3 3 3 3 3
budget:reject_payment!     payment       l 3 3 3 3 3 3 b 3 3 3 3
budget:decision_payments   decided       l 3 3 3 3 3 o o o 3 3 3
budget:payment_batches     -             l 3 3 3 3 3 o o o 3 3 3
budget:payment_batch       order         l 3 3 3 3 3 o o o 3 3 3
budget:payment_batch_sent! order         l 3 3 3 3 3 3 b 3 3 3 3
budget:payment_file        order/sepa    l 3 3 3 3 3 3 o 3 3 3 3
budget:payment_file        order/other   l 3 3 3 3 3 3 4 3 3 3 3
budget:reconciliations     -             l 3 3 3 3 3 o o o 3 3 3
budget:reconciliation_new  -             l 3 3 3 3 3 3 o 3 3 3 3
budget:reconciliation      books         l 3 3 3 3 3 o o o 3 3 3
budget:reconciliation_export books/csv   l 3 3 3 3 3 o o o 3 3 3
budget:reconciliation_explain books/row  l 3 3 3 3 3 3 o 3 3 3 3
budget:council_decisions   -             l 3 3 3 3 3 o o o o 3 3
budget:council_new         kind          l 3 3 3 3 3 3 o 3 3 3 3
budget:council_decision    c-draft       l 3 3 3 3 3 o o o 4 3 3
budget:council_decision    c-entered     l 3 3 3 3 3 o o o o 3 3
budget:council_document    c-entered     l 3 3 3 3 3 o o o o 3 3
budget:council_change      c-draft       l 3 3 3 3 3 3 o 3 4 3 3
budget:council_enter!      c-draft       l 3 3 3 3 3 3 b 3 4 3 3
budget:council_remove!     c-draft       l 3 3 3 3 3 3 b 3 4 3 3
budget:council_give_back!  c-entered     l 3 3 3 3 3 3 3 3 b 3 3
budget:council_confirm!    c-entered     l 3 3 3 3 3 3 3 3 b 3 3
budget:conditions          -             l 3 3 3 3 3 o o o 3 3 3
budget:condition_invoke    condition     l 3 3 3 3 3 3 3 o 3 3 3
budget:year_end            year          l 3 3 3 3 3 o o o 3 3 3
budget:year_end!           year          l 3 3 3 3 3 3 b 3 3 3 3
budget:account_mine        granted       l o 4 4 4 4 4 4 4 4 4 4
budget:account_mine!       granted       l b 4 4 4 4 4 4 4 4 4 4
budget:accounts            -             l 3 3 3 3 3 o o o 3 3 3
budget:account             decided       l 3 3 3 3 3 o o o 3 3 3
budget:account_check!      decided       l 3 3 3 3 3 b 3 3 3 3 3
budget:settlement_prepare  accounted     l 3 3 3 3 3 o 3 3 3 3 3
budget:settlements         -             l 3 3 3 3 3 o o o 3 3 3
budget:settlement          prepared      l 3 3 3 3 3 o o o 3 3 3
budget:settlement          settled       l 3 3 3 3 3 o o o 3 3 3
budget:settlement_letter   settled       l 3 3 3 3 3 o o o 3 3 3
budget:settlement_hearing! prepared      l 3 3 3 3 3 b 3 3 3 3 3
budget:settlement_view!    prepared      l 3 3 3 3 3 b 3 3 3 3 3
budget:settlement_propose! prepared      l 3 3 3 3 3 b 3 3 3 3 3
budget:settlement_return!  prepared      l 3 3 3 3 3 3 b 3 3 3 3
budget:settlement_approve! prepared      l 3 3 3 3 3 3 b 3 3 3 3
budget:recoveries          -             l 3 3 3 3 3 o o o 3 3 3
budget:recovery            claim         l 3 3 3 3 3 o o o 3 3 3
budget:recovery_receive!   claim         l 3 3 3 3 3 3 b 3 3 3 3
budget:recovery_statement  receipt_of    l 3 3 3 3 3 o o o 3 3 3
reporting:council          -             l 3 3 3 3 3 o o o o 3 3
reporting:request          -             l 3 3 3 3 3 o o 3 3 3 3
reporting:report           report        l 3 3 3 3 3 o o o o 3 3
reporting:progress         report        l 3 3 3 3 3 r r r r 3 3
reporting:pdf              report        l 3 3 3 3 3 o o o o 3 3
admin:index                -             r r r r r r r r r r r o
"""


def rows() -> list[tuple[str, str, str, str]]:
    """Read the table: method, name of the URL, object, letters."""
    found = []
    for line in filter(None, map(str.strip, TABLE.splitlines())):
        url, shown, *letters = line.split()
        method = "post" if url.endswith("!") else "get"
        found.append((method, url.rstrip("!"), shown, "".join(letters)))
    return found


@pytest.fixture
def world(cast, call) -> dict[str, dict[str, object]]:
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
    report = reports.request(
        by=cast.manager, kind=ReportKind.POLICY_REPORT_1, year=2026, cut_off_on=clock.today(), request_key=uuid4()
    )
    outbox.deliver_due()
    return {
        "-": {},
        "register/csv": {"suffix": "csv"},
        "organisation": {"pk": cast.organisation.pk},
        "draft": {"pk": draft.pk},
        "draft/step": {"pk": draft.pk, "step": "wie-en-wat"},
        **together_world(cast, draft),
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
        "report": {"reference": report.reference},
        "scenario": {"pk": scenario.pk},
        "scenario/item": {"pk": scenario.pk, "reference": waiting.reference},
        **objected_world(cast, Decision.objects.get(pk=decided.pk)),
        **paid_world(cast.finance),
        **letters_world(cast, call, submitted),
        **afterwards_world(cast, call),
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


def letter_for(answer: HttpResponse) -> str:
    if answer.status_code == 302:
        return "l" if "/account/login/" in answer.headers["Location"] else "r"
    return {200: "o", 401: "l", 400: "b", 403: "3", 404: "4", 409: "b", 422: "b"}[answer.status_code]


def letters_of(world, clients: list[Client], method: str, url: str, shown: str) -> str:
    letters = ""
    for client in clients:
        with transaction.atomic():
            answer = getattr(client, method)(reverse(url, kwargs=world[shown]))
            letters += letter_for(answer)
            transaction.set_rollback(True)
    return letters


def test_every_door_opens_for_whom_it_should(world, client_of, cast):
    differences = []
    clients = [Client() if person == "nobody" else client_of(getattr(cast, person)) for person in PEOPLE]
    for method, url, shown, expected in rows():
        found = letters_of(world, clients, method, url, shown)
        if found != expected:
            differences.append(f"{url} {shown}: {expected} became {found}")
    assert differences == []


def named_urls(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from named_urls(pattern, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{namespace}{pattern.name}"


def test_every_url_of_ours_stands_in_the_table():
    ours = ("core", "accounts", "programme", "applications", "assessment", "budget", "reporting")
    urls = {name for name in named_urls(get_resolver()) if name.startswith(tuple(f"{app}:" for app in ours))}
    assert urls - {url for _method, url, _shown, _letters in rows()} == set()
