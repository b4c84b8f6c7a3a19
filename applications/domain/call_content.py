"""What a call says, as JSON values with a hash: what is kept when it is published, and what a receipt refers to."""

from typing import Any

from django.utils import translation

from accounts.models import User
from applications.domain import call_questions, receipts
from applications.domain.questions import Question
from applications.models import Call, CallVersion
from core.domain import clock


def content_of(call: Call) -> dict[str, Any]:
    """Return everything that a call says, as JSON values; amounts are text in euros with two places."""
    criteria = call.criteria_version
    return {
        "title": call.title,
        "introduction": call.introduction,
        "opens_at": call.opens_at.isoformat(),
        "closes_on": None if call.closes_on is None else call.closes_on.isoformat(),
        "years": [call.first_year, call.last_year],
        "lines": [line.code for line in call.lines.order_by("position")],
        "criteria_version": {"number": criteria.number, "sha256": criteria.content_sha256},
        "division_rule": call.division_rule,
        "decision_weeks": call.decision_weeks,
        "supplement_weeks": call.supplement_weeks,
        "extension_weeks": call.extension_weeks,
        "ceilings": _ceilings(call),
        "questions": _questions(call),
    }


def _ceilings(call: Call) -> list[dict[str, Any]]:
    return [
        {
            "line": ceiling.line.code if ceiling.line else None,
            "year": ceiling.year,
            "amount": f"{ceiling.amount:.2f}",
            "published_on": None if ceiling.published_on is None else ceiling.published_on.isoformat(),
            "publication": ceiling.publication,
        }
        for ceiling in call.ceilings.select_related("line")
    ]


def _questions(call: Call) -> list[dict[str, Any]]:
    """Return each question that is asked, in Dutch: the language in which a call is published."""
    with translation.override("nl"):
        return [
            {"step": step.slug, **_question(question)}
            for step in call_questions.steps_of(call)
            for question in step.questions
        ]


def _question(question: Question) -> dict[str, Any]:
    return {
        "name": question.name,
        "label": str(question.label),
        "help": str(question.help or ""),
        "limit": question.limit,
        "needed": question.needed,
    }


def sha256_of(call: Call) -> str:
    """Return the SHA-256 (hex) of what a call says."""
    return receipts.hash_of(content_of(call))


def latest_version(call: Call) -> CallVersion | None:
    """Return the last version of a call that was published, or None."""
    return call.versions.order_by("-number").first()


def keep_version(call: Call, *, by: User | None) -> CallVersion:
    """Keep what a call says now as its next version, unless the last one says the same. The caller locked the call."""
    content = content_of(call)
    sha256 = receipts.hash_of(content)
    last = latest_version(call)
    if last is not None and last.sha256 == sha256:
        return last
    return CallVersion.objects.create(
        call=call,
        number=1 if last is None else last.number + 1,
        content=content,
        sha256=sha256,
        made_at=clock.now(),
        made_by=by,
    )
