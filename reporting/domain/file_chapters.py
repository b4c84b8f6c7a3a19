"""The file of a proposal as chapters to be read from beginning to end: what was asked, judged, decided and paid."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from applications.domain import answers, versions
from applications.domain.answers import BudgetTable, Section
from applications.models import Message, OutgoingLetter, Proposal, StateChange, SupplementRequest
from applications.states import LetterState, ProposalState, Side
from assessment.domain import declarations, dossier, panel
from assessment.models import Advice, Consensus
from budget.models import Decision, LedgerEntry, Objection, Obligation, Payment, ProgressReport, Settlement
from core.domain import clock, markup, money
from core.models import AuditEntry


class Fixed(str):
    """Text of the municipality's own making, such as a day or an amount of its tables: nobody typed anything in it."""

    __slots__ = ()


@dataclass(frozen=True)
class Text:
    """A question or heading with what stands below it. `is_private`: about a person, whatever it says."""

    label: str
    text: str
    is_private: bool = False


@dataclass(frozen=True)
class Table:
    """A table of text. `people` and `business` are the columns that name people, and that are figures of a partner."""

    caption: str
    header: list[str]
    rows: list[list[str]]
    people: frozenset[int] = frozenset()
    business: frozenset[int] = frozenset()


Block = Text | Table


@dataclass(frozen=True)
class Chapter:
    """A part of the file."""

    code: str
    title: str
    blocks: list[Block]


def of(proposal: Proposal, *, reader: User) -> list[Chapter]:
    """Return what a person may read of a submitted proposal, in the active language."""
    made: list[tuple[str, str, Callable[[Proposal, User], list[Block]]]] = [
        ("proposal", _("The proposal"), _proposal),
        ("assessment", _("The assessment"), _assessment),
        ("advice", _("The advice"), _advice),
        ("decision", _("The decision"), _decisions),
        ("money", _("Carrying out and money"), _money),
        ("letters", _("Letters and messages"), _letters),
        ("log", _("What happened when"), _log),
    ]
    return [Chapter(code, title, build(proposal, reader)) for code, title, build in made]


def _day(day: date | None) -> Fixed:
    return Fixed(date_format(day, "j F Y") if day else "")


def _moment(moment: datetime | None) -> Fixed:
    return Fixed(f"{moment.astimezone(clock.AMSTERDAM):%d-%m-%Y %H:%M}" if moment else "")


def _euros(amount: Decimal | None) -> Fixed:
    return Fixed("" if amount is None else money.format_euros(amount))


def _name(person: User | None) -> str:
    return "" if person is None else person.full_name


def _texts(*pairs: tuple[str, str]) -> list[Block]:
    return [Text(label, text) for label, text in pairs if text]


# The proposal ----------------------------------------------------------------------------------------------------


def _proposal(proposal: Proposal, _reader: User) -> list[Block]:
    organisation, kind, *private = answers.applicant(proposal)
    blocks = _texts(*((str(one.label), one.text) for one in (organisation, kind)))
    blocks += [Text(str(one.label), one.text, is_private=True) for one in private]
    blocks += _texts(
        (_("Programme line"), proposal.line.name if proposal.line else ""),
        (_("Received"), _moment(proposal.submitted_at)),
        (_("Complete"), _moment(proposal.complete_at)),
    )
    for section in versions.read_by_team(proposal):
        blocks += _section(section)
    return blocks


def _section(section: Section) -> list[Block]:
    found = [(str(answer.label), answer.text or "\n".join(answer.items)) for answer in section.answers]
    blocks = _texts(*found)
    if section.results:
        header = [str(label) for label in section.result_labels]
        rows = [[row.indicator, row.baseline, row.target, row.measured_by] for row in section.results]
        blocks.append(Table(str(section.step.title), header, rows))
    blocks += [_budget(table) for table in section.budget]
    if section.requested:
        blocks.append(_budget(section.requested, is_business=False))
    return blocks


def _budget(table: BudgetTable, *, is_business: bool = True) -> Table:
    header = [_("Description"), *map(str, table.years), _("Total")]
    rows = [[line.description, *(_euros(euros) for _year, euros in line.cells), _euros(line.total)]
            for line in (*table.lines, table.total)]  # fmt: skip
    business = frozenset(range(1, len(header))) if is_business else frozenset()
    return Table(str(table.caption), header, rows, business=business)


# The assessment --------------------------------------------------------------------------------------------------


def _assessment(proposal: Proposal, reader: User) -> list[Block]:
    consensus = Consensus.objects.filter(proposal=proposal).select_related("recorded_by").first()
    comparison = dossier.compare(proposal, reader=reader, consensus=consensus)
    blocks: list[Block] = [_declared(proposal, reader)]
    for number, assessment in enumerate(comparison.assessments):
        caption = _("Assessor %(number)d") % {"number": number + 1}
        blocks.append(Text(caption, _name(assessment.assignment.assessor), is_private=True))
        rows = [_scored(row.criterion.label, row.scores[number]) for row in comparison.rows]
        blocks.append(Table(caption, [_("Criterion"), _("Points"), _("Reason")], rows))
    if consensus is not None:
        rows = [[*_scored(row.criterion.label, row.agreed), row.agreed.discussion] for row in comparison.rows]
        header = [_("Criterion"), _("Points"), _("Reason"), _("Discussed")]
        blocks.append(Table(_("What the team agreed"), header, rows))
        present = ", ".join(consensus.present.order_by("full_name").values_list("full_name", flat=True))
        blocks.append(Text(_("Present"), present, is_private=True))
    return [*blocks, *_voice(proposal, reader)]


def _scored(label: str, score: Any) -> list[str]:
    if score is None:
        return [label, "", ""]
    return [label, _("not applicable") if score.not_applicable else str(score.points), score.reason]


def _declared(proposal: Proposal, reader: User) -> Table:
    rows = [
        [
            one.declaration.person.full_name,
            _("an interest") if one.declaration.has_interest else _("no interest"),
            one.explanation,
            _moment(one.declaration.declared_at),
        ]
        for one in declarations.made_about(proposal, reader=reader)
    ]
    header = [_("Person"), _("Declared"), _("Explanation"), _("When")]
    return Table(_("Declarations of interest"), header, rows, people=frozenset({0, 2}))


def _voice(proposal: Proposal, reader: User) -> list[Block]:
    voice = panel.voice_of(proposal, reader=reader)
    if voice is None:
        return []
    rows = [[row.criterion.label, row.given] for row in voice.rows]
    marks = Table(_("Marks of the talent panel"), [_("Criterion"), _("Points")], rows)
    return [marks, *_texts((_("What the talent panel says"), "\n".join(voice.sentences)))]


# The advice and the decision -------------------------------------------------------------------------------------


def _advice(proposal: Proposal, _reader: User) -> list[Block]:
    blocks: list[Block] = []
    for advice in Advice.objects.for_file().filter(about=proposal).order_by("pk"):
        taken_back = _moment(advice.taken_back_at)
        blocks += _texts(
            (_("Advice"), f"{advice.get_outcome_display()} ({_moment(advice.given_at)})"),
            (_("Taken back"), f"{taken_back}: {advice.taken_back_reason}" if taken_back else ""),
            (_("Why it departs from the rule"), advice.deviation_reason),
            (_("What it is about"), advice.summary),
            (_("Why the team advises this"), advice.explanation),
            (_("What it brings Hengelo"), advice.yields),
            (_("Risks"), advice.risks),
            (_("Conditions"), "\n".join(row.text for row in advice.condition_rows.all())),
        )
        rows = [
            [str(row.year), _euros(row.requested), _euros(row.eligible), row.eligible_reason, _euros(row.advised),
             row.reason]
            for row in advice.amounts.all()
        ]  # fmt: skip
        header = [_("Year"), _("Requested"), _("Eligible"), _("Reason"), _("Advised"), _("Reason")]
        blocks.append(Table(_("Amounts"), header, rows))
    return blocks


def _decisions(proposal: Proposal, _reader: User) -> list[Block]:
    blocks: list[Block] = []
    decided = Decision.objects.filter(proposal=proposal, reference__isnull=False)
    for decision in decided.select_related("decision_list").prefetch_related("amounts__budget_line").order_by("pk"):
        ground = decision.get_refusal_ground_display() if decision.refusal_ground else ""
        blocks += _texts(
            (_("Decision"), f"{decision.reference}: {decision.ruling_label}"),
            (_("Decided on"), _day(decision.decided_on)),
            (_("Number of the college"), decision.decision_list.number),
            (_("Ground"), ground),
            (_("Reason"), decision.reason),
            (_("Conditions"), decision.conditions),
        )
        rows = [[str(one.budget_line.year), _euros(one.amount), _("yes") if one.conditional else _("no")]
                for one in decision.amounts.all()]  # fmt: skip
        if rows:
            blocks.append(Table(_("Granted"), [_("Year"), _("Amount"), _("On condition (Awb 4:34)")], rows))
    return [*blocks, *_objections(proposal)]


def _objections(proposal: Proposal) -> list[Block]:
    blocks: list[Block] = []
    for objection in Objection.objects.filter(decision__proposal=proposal).order_by("pk"):
        blocks += _texts(
            (_("Objection"), f"{objection.reference} ({_day(objection.received_on)})"),
            (_("What it says"), objection.summary),
            (_("Outcome"), objection.get_outcome_display() if objection.outcome else ""),
            (_("Explanation"), objection.explanation),
        )
    return blocks


# Carrying out and money ------------------------------------------------------------------------------------------


def _money(proposal: Proposal, _reader: User) -> list[Block]:
    duties = Obligation.objects.filter(decision__proposal=proposal).order_by("pk")
    reports = ProgressReport.objects.filter(obligation__decision__proposal=proposal).order_by("pk")
    payments = Payment.objects.filter(decision__proposal=proposal).order_by("pk")
    entries = LedgerEntry.objects.filter(decision__proposal=proposal).select_related("budget_line__line")
    return _filled(
        Table(_("Obligations"), [_("Obligation"), _("By")], [[one.text, _day(one.due_on)] for one in duties]),
        Table(
            _("Progress reports"),
            [_("When"), _("What was done"), _("What is coming")],
            [[_moment(one.at), one.done, one.coming] for one in reports],
        ),
        Table(
            _("Payments"),
            [_("Payment"), _("Amount"), _("State"), _("Booked on"), _("To"), _("IBAN")],
            [
                [one.reference or "", _euros(one.amount), one.get_state_display(), _day(one.booked_on),
                 one.beneficiary_name, one.beneficiary_iban]
                for one in payments
            ],
            people=frozenset({4, 5}),
        ),
        *_settled(proposal),
        Table(
            _("Entries in the ledger"),
            [_("When"), _("Kind"), _("Line and year"), _("Amount")],
            [
                [_moment(one.booked_at), one.get_kind_display(), str(one.budget_line), _euros(one.amount)]
                for one in entries.order_by("pk")
            ],
        ),
    )  # fmt: skip


def _settled(proposal: Proposal) -> list[Table]:
    found = Settlement.objects.filter(decision__proposal=proposal).prefetch_related("amounts__budget_line")
    header = [_("Year"), _("Granted"), _("Settled"), _("Reason")]
    return [
        Table(
            _("Settlement %(reference)s") % {"reference": one.reference},
            header,
            [
                [str(row.budget_line.year), _euros(row.granted), _euros(row.settled), one.reason]
                for row in one.amounts.all()
            ],
        )
        for one in found.order_by("pk")
    ]


def _filled(*tables: Table) -> list[Block]:
    return [table for table in tables if table.rows]


# Letters, messages, log ------------------------------------------------------------------------------------------


def _letters(proposal: Proposal, _reader: User) -> list[Block]:
    blocks: list[Block] = []
    for asked in SupplementRequest.objects.filter(proposal=proposal).order_by("number"):
        blocks += _texts((_("Supplement asked on %(day)s") % {"day": _moment(asked.asked_at)}, asked.text))
    sent = OutgoingLetter.objects.filter(proposal=proposal, state=LetterState.SENT).order_by("sent_at")
    for letter in sent:
        blocks += _texts((f"{letter.subject_as_read} ({_moment(letter.sent_at)})", markup.plain(letter.body)))
    rows = [
        [_moment(one.at), str(Side(one.side).label), _name(one.by), one.text]
        for one in Message.objects.filter(proposal=proposal).select_related("by").order_by("at", "pk")
    ]
    header = [_("When"), _("From"), _("Person"), _("Message")]
    return [*blocks, *_filled(Table(_("Messages"), header, rows, people=frozenset({2})))]


def _log(proposal: Proposal, _reader: User) -> list[Block]:
    moves: Iterable[list[str]] = (
        [_moment(one.at), str(ProposalState(one.to_state).label), _name(one.by)]
        for one in StateChange.objects.filter(proposal=proposal).select_related("by").order_by("at", "pk")
    )
    steps = [[_moment(one.at), one.title, one.actor] for one in reversed(dossier.history_of(proposal))]
    header = [_("When"), _("What"), _("Person")]
    people = frozenset({2})
    return _filled(
        Table(_("States"), header, list(moves), people=people), Table(_("Steps"), header, steps, people=people)
    )


def log_of(proposal: Proposal) -> list[AuditEntry]:
    """Return what the audit trail has about the proposal itself, oldest first."""
    return list(AuditEntry.objects.about(proposal).order_by("pk"))
