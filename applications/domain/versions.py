"""The versions of a proposal that were received: the first, and one for each supplement; reading and comparing them.

A version is a snapshot as `receipts` makes it. What stands in it is shown as it was received, whatever the proposal
says now.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from applications.domain import answers, questions
from applications.domain.answers import Answer, Label, Section
from applications.domain.questions import Step
from applications.models import Proposal, Supplement
from applications.states import ProposalState
from core.domain import money
from programme.models import Line, TargetGroup
from programme.states import MigrationMoment


@dataclass(frozen=True)
class Version:
    """What was received at a moment; number 1 is what was submitted."""

    number: int
    received_at: datetime
    content: dict[str, Any]
    content_sha256: str


@dataclass(frozen=True)
class Difference:
    """A question to which two versions answer differently; an answer is a list of lines."""

    step: Step
    label: Label
    before: list[str]
    after: list[str]


def versions_of(proposal: Proposal) -> list[Version]:
    """Return every version that was received of a submitted proposal, oldest first; none of a destroyed one."""
    if proposal.purged_at is not None:
        return []
    receipt = proposal.receipt
    found = [Version(1, receipt.received_at, receipt.content, receipt.content_sha256)]
    later = Supplement.objects.filter(request__proposal=proposal).order_by("received_at", "pk")
    for number, supplement in enumerate(later, start=2):
        found.append(Version(number, supplement.received_at, supplement.content, supplement.content_sha256))
    return found


def read_by_team(proposal: Proposal) -> list[Section]:
    """Return what the team reads of a proposal: while the partner works on a supplement, what was received last."""
    if proposal.state == ProposalState.SUPPLEMENT:
        return sections(versions_of(proposal)[-1].content)
    return answers.sections(proposal)


def compare(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """Return the questions to which two versions answer differently, in the order of the form."""
    older = {(section.step.slug, str(answer.label)): answer for section, answer in _flat(before)}
    newer = {(section.step.slug, str(answer.label)): (section, answer) for section, answer in _flat(after)}
    found = []
    for key, (section, answer) in newer.items():
        was = older.pop(key, None)
        lines = [] if was is None else lines_of(was)
        if lines != lines_of(answer):
            found.append(Difference(section.step, answer.label, lines, lines_of(answer)))
    for (slug, _label), answer in older.items():
        step = questions.step_of(slug)
        if step is not None and lines_of(answer):
            found.append(Difference(step, answer.label, lines_of(answer), []))
    return found


def lines_of(answer: Answer) -> list[str]:
    """Return an answer as lines of text."""
    return list(answer.items) or answer.text.splitlines()


def _flat(content: dict[str, Any]) -> list[tuple[Section, Answer]]:
    return [(section, answer) for section in with_files(content) for answer in section.answers]


def with_files(content: dict[str, Any]) -> list[Section]:
    """Return what a version says, with the names of its files in the last section."""
    found = sections(content)
    names = [file["name"] for file in content.get("attachments", ())]
    return [*found[:-1], Section(found[-1].step, [*found[-1].answers, Answer(_("Attachments"), items=names)])]


def sections(content: dict[str, Any]) -> list[Section]:
    """Return what a version says, step by step, in the active language."""
    return [
        Section(questions.ABOUT, _about(content)),
        Section(questions.AIM, _aim(content)),
        Section(questions.REASONS, _reasons(content)),
        Section(questions.RESULTS, [Answer(_question(questions.RESULTS, "promised_results"), items=_results(content))]),
        Section(questions.BUDGET, _budget(content)),
        Section(questions.COOPERATION, _texts(content, questions.COOPERATION, ("partners", "afterwards"))),
        Section(questions.DECLARATIONS, _declarations(content)),
    ]


def _question(step: Step, name: str) -> Label:
    return questions.question_of(step, name).label


def _texts(content: dict[str, Any], step: Step, names: tuple[str, ...]) -> list[Answer]:
    return [Answer(_question(step, name), content.get(name) or "") for name in names]


def _about(content: dict[str, Any]) -> list[Answer]:
    found = _texts(content, questions.ABOUT, ("title", "summary", "description"))
    for name in ("starts_on", "ends_on"):
        said = content.get(name)
        text = f"{datetime.fromisoformat(said):%d-%m-%Y}" if said else ""
        found.append(Answer(_question(questions.ABOUT, name), text))
    return found


def _aim(content: dict[str, Any]) -> list[Answer]:
    lines = dict(Line.objects.values_list("code", "name"))
    groups = {group.code: str(group) for group in TargetGroup.objects.all()}
    moments = dict(MigrationMoment.choices)
    line = content.get("line")
    said: dict[str, list[str]] = {
        "line": [lines.get(line, line)] if line else [],
        "desired_results": [result["text"] for result in content.get("desired_results", ())],
        "target_groups": [groups.get(code, code) for code in content.get("target_groups", ())],
        "migration_moments": [str(moments.get(moment, moment)) for moment in content.get("migration_moments", ())],
        "areas": list(content.get("areas", ())),
    }
    return [Answer(_question(questions.AIM, name), items=items) for name, items in said.items()]


def _reasons(content: dict[str, Any]) -> list[Answer]:
    found = [Answer(answer["label"], answer["text"]) for answer in content.get("criteria", ())]
    if content.get("on_brand"):
        found += _texts(content, questions.REASONS, ("on_brand",))
    return found


def _results(content: dict[str, Any]) -> list[str]:
    return [
        _("%(indicator)s: from %(baseline)s to %(target)s, measured by %(measured_by)s") % row
        for row in content.get("promised_results", ())
    ]


def _budget(content: dict[str, Any]) -> list[Answer]:
    def row_of(row: dict[str, Any]) -> str:
        return f"{row['description']}: {_by_year(row['amounts'])}"

    sides = [
        Answer(_question(questions.BUDGET, side), items=[row_of(row) for row in content.get(side, ())])
        for side in ("costs", "co_funding")
    ]
    asked = content.get("requested", {})
    total = money.format_euros(money.total(Decimal(euros) for euros in asked.values()))
    by_year = _by_year({year: euros for year, euros in asked.items() if Decimal(euros)})
    return [*sides, Answer(_("Requested from the fund"), f"{total} ({by_year})" if by_year else total)]


def _by_year(amounts: dict[str, str]) -> str:
    return ", ".join(f"{year} {money.format_euros(Decimal(euros))}" for year, euros in sorted(amounts.items()))


def _declarations(content: dict[str, Any]) -> list[Answer]:
    aid = content.get("de_minimis_aid")
    total = "" if aid is None else money.format_euros(Decimal(aid))
    rows = [
        f"{datetime.fromisoformat(row['granted_on']):%d-%m-%Y}, {row['granted_by']}: "
        f"{money.format_euros(Decimal(row['amount']))}"
        for row in content.get("de_minimis_rows", ())
    ]
    label = _question(questions.DECLARATIONS, "de_minimis_aid")
    truth = _("Declared") if content.get("declared_truth") else ""
    return [
        Answer(label, items=[total, *rows]) if rows else Answer(label, total),
        Answer(_question(questions.DECLARATIONS, "declared_truth"), truth),
    ]
