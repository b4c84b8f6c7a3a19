"""What a call makes of the form: which questions it asks, which may stay empty, with what limit and what help.

The form, its counters, the readiness, the page and the PDF with all questions read the questions of a call here. Only
what differs from the form stands on the call, by name of the question: `{"summary": {"limit": 300}}`.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from applications.domain import questions
from applications.domain.questions import Question, Step
from applications.errors import CallRefused
from applications.models import Call
from applications.states import QuestionUse

# Without the others nobody can decide (Awb 4:2), so a call always asks them.
MAY_STAY_EMPTY = frozenset({"description", "promised_results", "partners", "afterwards"})
MAY_BE_LEFT_OUT = frozenset({"target_groups", "migration_moments", "areas", "on_brand", "partners"})

LIMIT_LEAST = 50
HELP_MOST = 400
HELP_LANGUAGES = ("nl", "en")

Rules = Mapping[str, Mapping[str, Any]]


def all_questions() -> list[Question]:
    """Return every question that the form knows, in order."""
    return [question for step in questions.STEPS for question in step.questions]


def uses_of(question: Question) -> list[QuestionUse]:
    """Return what a call may do with a question; just one when it has no choice."""
    own = QuestionUse.NEEDED if question.needed else QuestionUse.OPTIONAL
    choices = [own]
    if question.name in MAY_STAY_EMPTY:
        choices.append(QuestionUse.OPTIONAL)
    if question.name in MAY_BE_LEFT_OUT:
        choices.append(QuestionUse.LEFT_OUT)
    return choices


def steps_of(call: Call) -> tuple[Step, ...]:
    """Return the steps of the form with the questions of a call."""
    return tuple(
        replace(step, questions=tuple(filter(None, (_as_asked(call, asked) for asked in step.questions))))
        for step in questions.STEPS
    )


def question(call: Call, name: str) -> Question | None:
    """Return a question as a call asks it, or None when it leaves it out."""
    return _as_asked(call, next(known for known in all_questions() if known.name == name))


def is_asked(call: Call, name: str) -> bool:
    """Tell whether a call asks a question."""
    return question(call, name) is not None


def is_needed(call: Call, name: str) -> bool:
    """Tell whether a proposal has to answer a question in a call."""
    asked = question(call, name)
    return asked is not None and asked.needed


def _as_asked(call: Call, known: Question) -> Question | None:
    rule = call.question_rules.get(known.name)
    if not rule:
        return known
    use = rule.get("use")
    if use == QuestionUse.LEFT_OUT:
        return None
    help_text = _help_in(rule, translation.get_language() or "nl")
    return replace(
        known,
        needed=known.needed and use != QuestionUse.OPTIONAL,
        limit=rule.get("limit", known.limit),
        help=help_text or known.help,
    )


def _help_in(rule: Mapping[str, Any], language: str) -> Any:
    """Return the help of a call in a language; in Dutch where it was not written in that language."""
    texts = rule.get("help", {})
    return texts.get(language.partition("-")[0]) or texts.get("nl")


def cleaned(rules: Rules) -> dict[str, dict[str, Any]]:
    """Return rules without what the form does by itself, in the order of the form. Raises CallRefused.

    A limit may be stricter than the form's own, never wider: the database has no room for more.
    """
    known = {question.name: question for question in all_questions()}
    if unknown := set(rules) - set(known):
        raise CallRefused(_("The form has no question “%(name)s”.") % {"name": min(unknown)}, "questions")
    found = {name: _cleaned(question, rules[name]) for name, question in known.items() if name in rules}
    return {name: rule for name, rule in found.items() if rule}


def _cleaned(question: Question, rule: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    label = {"question": question.label}
    choices = uses_of(question)
    use = rule.get("use") or choices[0]
    if use not in choices:
        raise CallRefused(_("“%(question)s” can't be left out or stay empty.") % label, "questions")
    if use != choices[0]:
        kept["use"] = str(use)
    limit = rule.get("limit")
    if limit is not None and limit != question.limit:
        if question.limit is None or not LIMIT_LEAST <= limit <= question.limit:
            raise CallRefused(
                _("“%(question)s”: a limit lies between %(least)d and %(most)d characters.")
                % {**label, "least": LIMIT_LEAST, "most": question.limit or 0},
                "questions",
            )
        kept["limit"] = limit
    texts = {code: text for code in HELP_LANGUAGES if (text := rule.get("help", {}).get(code, "").strip())}
    if any(len(text) > HELP_MOST for text in texts.values()):
        raise CallRefused(
            _("“%(question)s”: a help text has at most %(most)d characters.") % {**label, "most": HELP_MOST},
            "questions",
        )
    return kept | ({"help": texts} if texts else {})


def differences(call: Call) -> list[tuple[Question, list[str]]]:
    """Return each question that a call asks otherwise than the form does by itself, with how, in words."""
    found = []
    for known in all_questions():
        rule = call.question_rules.get(known.name, {})
        said = [str(QuestionUse(rule["use"]).label)] if "use" in rule else []
        if "limit" in rule:
            said.append(_("At most %(limit)d characters.") % {"limit": rule["limit"]})
        if "help" in rule:
            said.append(_("With its own help text"))
        if said:
            found.append((known, said))
    return found
