"""Who may do what with a proposal, at every place of the road: one table, tried with the real doors and verbs.

On each line of actions.txt the action, the place, and a letter for each of PEOPLE: `+` it happens · `-` a rule refuses
it · `d` first declare about interests · `3` not yours (403) · `4` not there for you (404). Everything is undone after.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from applications.states import ProposalState
from assessment.errors import DeclarationNeeded
from core.errors import DomainError
from tests.assessment.actions_taken import ACTIONS, VERBS
from tests.assessment.actions_world import world_of

PEOPLE = "partner partner2 assessor1 assessor3 lead lead2 manager finance college council talent admin".split()
TABLE = Path(__file__).with_name("actions.txt")

# What a verb that acts on a proposal or an assignment is called with.
NAMED = {"proposal_id", "proposal_ids", "assignment_id", "proposal"}
# Verbs that are no action of their own on a proposal that was started: why not.
NOT_HERE = {
    **dict.fromkeys(
        (
            "applications.drafts.save_about", "applications.drafts.save_aim", "applications.drafts.save_cooperation",
            "applications.drafts.save_declarations", "applications.drafts.save_reasons",
            "applications.drafts.save_results", "applications.fields.save_field", "applications.fields.save_fields",
            "applications.fields.save_typed",
        ),
        "another answer of the form: as change_answer",
    ),
    **dict.fromkeys(
        (
            "applications.collaboration.begin", "applications.correspondence.file_letter",
            "applications.moves.move", "applications.proposals.receive", "applications.shut_files.shut",
            "applications.outgoing_letters.draft_and_send", "assessment.advice.write",
        ),
        "part of another verb, in its transaction",
    ),
    "applications.messages.mark_read": "follows from reading, for whoever write_to_partner and write_to_team let in",
    "applications.paper_intake.submit": "only of what came in on paper: tests/applications/test_paper_intake.py",
    "assessment.assignments.assign": "assign_all for one person",
    "assessment.scores.save_answers": "save, for a page that tells what it showed",
}  # fmt: skip


def rows() -> dict[tuple[str, str], str]:
    """Read the table: letters by action and place."""
    found = {}
    for line in TABLE.read_text().splitlines():
        if line and not line.startswith("#"):
            name, place, *letters = line.split()
            found[name, place] = "".join(letters)
    return found


def letter_for(world, name: str, place: str, who: str) -> str:
    """Try an action as a person, and undo it."""
    with transaction.atomic():
        try:
            ACTIONS[name](world, world.people[who], world.proposals[place])
            letter = "+"
        except DeclarationNeeded:
            letter = "d"
        except DomainError:
            letter = "-"
        except PermissionDenied:
            letter = "3"
        except Http404:
            letter = "4"
        transaction.set_rollback(True)
    return letter


def test_every_action_at_every_place_is_for_whom_the_table_says(cast, call):
    world = world_of(cast, call)
    expected = rows()
    assert {place for _name, place in expected} == set(world.proposals)
    assert set(expected) == {(name, place) for name in ACTIONS for place in world.proposals}
    found = {(name, place): "".join(letter_for(world, name, place, who) for who in PEOPLE) for name, place in expected}
    differences = [
        f"{name} {place}: {expected[name, place]} became {letters}"
        for (name, place), letters in found.items()
        if letters != expected[name, place]
    ]
    assert differences == []
    # Every state of a proposal has its place in the table.
    assert {proposal.state for proposal in world.proposals.values()} == set(ProposalState)


def verbs() -> Iterator[str]:
    """The public functions of the domain in which a person acts on a proposal or an assignment."""
    for app in ("applications", "assessment"):
        package = importlib.import_module(f"{app}.domain")
        for found in pkgutil.iter_modules(package.__path__):
            module = importlib.import_module(f"{app}.domain.{found.name}")
            for name, function in inspect.getmembers(module, inspect.isfunction):
                taken = inspect.signature(function).parameters
                acts = {"by", "person"} & {one.name for one in taken.values() if one.kind is one.KEYWORD_ONLY}
                if function.__module__ == module.__name__ and not name.startswith("_") and acts and NAMED & set(taken):
                    yield f"{app}.{found.name}.{name}"


def test_every_verb_has_its_action_or_a_reason_why_not():
    known = set(verbs())
    assert known - set(VERBS.values()) - set(NOT_HERE) == set()
    assert set(NOT_HERE) - known == set()
    assert set(VERBS.values()) - known == set()
    assert set(VERBS.values()) & set(NOT_HERE) == set()


def test_the_table_has_a_letter_for_each_of_the_people_and_no_other_letters():
    for (name, place), letters in rows().items():
        assert len(letters) == len(PEOPLE), (name, place)
        assert set(letters) <= set("+-d34"), (name, place)


def test_nobody_acts_on_what_an_interest_shut_and_nothing_happens_to_what_has_ended():
    expected = rows()
    assessor = PEOPLE.index("assessor1")
    assert {letters[assessor] for (_name, place), letters in expected.items() if place == "interest"} <= {"3", "4"}
    allowed_after = {"read_file", "write_to_team", "write_to_partner", "begin_letter", "invite"}
    for (name, place), letters in expected.items():
        if place in ("refused", "settled", "withdrawn", "not_processed") and name not in allowed_after:
            assert "+" not in letters, (name, place, letters)
