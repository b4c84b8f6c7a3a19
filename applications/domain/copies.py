"""Starting from an earlier proposal: what comes along, what can't, and which questions are not what they were.

Texts, choices, results and the rows of the budget come along as far as the new call asks for them. Never the title,
dates, declarations or attachments: those are of this proposal alone.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from applications.access import can_read
from applications.domain import call_questions, content, fields, openness, questions
from applications.domain.questions import Question, Step
from applications.errors import ContentRefused
from applications.models import Call, CopiedField, Proposal
from core.domain import clock
from programme.models import Criterion, DesiredResult

CRITERIA = "criteria"
PLAIN = ("summary", "description", "target_groups", "migration_moments", "areas", "on_brand", "promised_results")
PLAIN_AFTER = ("partners", "afterwards")
BUDGET = ("costs", "co_funding")


@dataclass
class Copy:
    """What comes along: values by field, and what of a field could not."""

    values: dict[str, Any] = field(default_factory=dict)
    left_out: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Mark:
    """What a person should know of a copied field before it is saved again."""

    field: str
    label: str
    changed: bool
    left_out: str


def sources(user: User) -> "QuerySet[Proposal]":
    """Return the proposals that a person may start from, the latest first."""
    return Proposal.objects.of_partner(user).select_related("call")


def questions_of(call: Call) -> dict[str, str]:
    """Return the fingerprint of every question as a call asks it; a criterion by its code, whatever its version."""
    found: dict[str, str] = {}
    # In one language, so that a better translation is no other question.
    with translation.override("en"):
        for step in call_questions.steps_of(call):
            for asked in step.questions:
                rules = call.question_rules.get(asked.name, {})
                if asked.name != CRITERIA:
                    found[asked.name] = _fingerprint(asked, rules.get("help"))
                    continue
                for criterion in call.criteria_version.criteria.all():
                    found[_key(criterion)] = _fingerprint(asked, rules.get("help"), criterion)
    return found


def _key(criterion: Criterion) -> str:
    return f"criterion:{criterion.code}"


def _fingerprint(asked: Question, help_of_call: Any, criterion: Criterion | None = None) -> str:
    said: list[Any] = [str(asked.label), str(asked.help or ""), str(asked.note or ""), asked.limit, asked.needed]
    said += [asked.kind.value, help_of_call, [[str(column.label), column.limit] for column in asked.columns]]
    if criterion is not None:
        said += [criterion.label, criterion.meaning, criterion.elaboration, criterion.conditions]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def fill(*, draft: Proposal, by: User, source: Proposal) -> None:
    """Fill a new draft from an earlier proposal. Call it in the transaction that makes the draft.

    Raises ContentRefused unless the person may read that proposal and it is of the same organisation.
    """
    check_source(source, by=by, organisation=draft.organisation)
    with transaction.atomic():
        copy = _take(source, draft.call)
        draft.copied_from = source
        draft.save(update_fields=["copied_from"])
        fields.save_fields(proposal_id=draft.pk, by=by, values=copy.values)
        changed = _changed(source, draft)
        CopiedField.objects.bulk_create(
            CopiedField(
                proposal=draft,
                field=name,
                question_changed=name in changed,
                left_out=copy.left_out.get(name, []),
            )
            for name in [*copy.values, *(name for name in copy.left_out if name not in copy.values)]
        )


def check_source(source: Proposal, *, by: User, organisation: Organisation) -> None:
    """Refuse a proposal that the person may not read, or of another organisation. Raises ContentRefused."""
    if source.organisation_id != organisation.pk or not can_read(by, source):
        raise ContentRefused(_("Choose an earlier proposal of the organisation for which you propose."), "source")


def _take(source: Proposal, call: Call) -> Copy:
    copy = Copy()
    said = content.read(source, (*PLAIN, *BUDGET, *PLAIN_AFTER))
    _take_aim(copy, source, call)
    for name in (*PLAIN, *PLAIN_AFTER):
        if said[name] and call_questions.is_asked(call, name):
            copy.values[name] = said[name]
    _take_criteria(copy, source, call)
    for name in BUDGET:
        _take_budget(copy, name, said[name], call)
    return copy


def _take_aim(copy: Copy, source: Proposal, call: Call) -> None:
    """Take the line and its results; a line that the call is not for stays behind with its results."""
    line = source.proposed_line
    if line is None:
        return
    if not call.lines.filter(pk=line.pk).exists():
        copy.left_out["line"] = [line.name]
        return
    copy.values["line"] = line.pk
    chosen = list(source.desired_results.order_by("pk").values_list("pk", flat=True))
    kept = list(DesiredResult.objects.filter(pk__in=chosen, line=line).order_by("pk").values_list("pk", flat=True))
    if kept:
        copy.values["desired_results"] = kept


def _take_criteria(copy: Copy, source: Proposal, call: Call) -> None:
    """Take the answer to each criterion to the criterion with the same code, whatever the version."""
    said = dict(source.criterion_answers.values_list("criterion__code", "text"))
    for criterion in call.criteria_version.criteria.all():
        if text := said.get(criterion.code):
            copy.values[f"{content.CRITERION}{criterion.pk}"] = text


def _take_budget(copy: Copy, name: str, rows: list[dict[str, Any]], call: Call) -> None:
    """Take the rows with the amounts of years that the call has; the others are dropped, and named."""
    years = {str(year) for year in call.years}
    dropped = sorted({year for row in rows for year in row["amounts"]} - years)
    kept = [
        {**row, "amounts": {year: euros for year, euros in row["amounts"].items() if year in years}} for row in rows
    ]
    if rows:
        copy.values[name] = kept
    if dropped:
        copy.left_out[name] = dropped


def _changed(source: Proposal, draft: Proposal) -> set[str]:
    """Return the names of fields of which the question differs from when the earlier proposal was written."""
    before: Mapping[str, str] = source.questions_asked or questions_of(source.call)
    now = questions_of(draft.call)
    changed = {name for name, print_now in now.items() if before.get(name) != print_now}
    criteria = draft.call.criteria_version.criteria.all()
    return changed | {f"{content.CRITERION}{criterion.pk}" for criterion in criteria if _key(criterion) in changed}


def marks(proposal: Proposal, step: Step) -> list[Mark]:
    """Return what a person should know of the copied fields of a step, in the order of the form."""
    if proposal.copied_from_id is None:
        return []
    waiting = {copied.field: copied for copied in CopiedField.objects.to_look_at(proposal)}
    labels = {f"{content.CRITERION}{c.pk}": c.label for c in proposal.call.criteria_version.criteria.all()}
    labels |= {asked.name: str(asked.label) for asked in step.questions}
    return [
        Mark(name, labels[name], waiting[name].question_changed, ", ".join(waiting[name].left_out))
        for name in openness.fields_of(step, proposal)
        if name in waiting
    ]


def look_at(*, proposal: Proposal, step: Step) -> None:
    """Take the marks off a step: somebody saved it, and so stands for what it says."""
    if proposal.copied_from_id is not None:
        names = openness.fields_of(step, proposal)
        CopiedField.objects.to_look_at(proposal).filter(field__in=names).update(seen_at=clock.now())


def summary(proposal: Proposal) -> list[str]:
    """Return what did not come along with a copy, for the person who just made it."""
    known = {asked.name: str(asked.label) for step in questions.STEPS for asked in step.questions}
    left_out = CopiedField.objects.to_look_at(proposal).exclude(left_out=[])
    return [
        _("Left out of “%(question)s”: %(what)s.") % {"question": known[one.field], "what": ", ".join(one.left_out)}
        for one in left_out
    ]
