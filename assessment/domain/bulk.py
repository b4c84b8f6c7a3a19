"""One action on many proposals of the list: first shown for each, then carried out on all of them or on none.

What will happen is not guessed: the same verbs are tried one after the other, in the order in which they will be
carried out, and everything is undone. So the page that asks for a confirmation can't promise what the verb refuses.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.states import Role
from applications.access import handles_file, handles_proposals
from applications.domain import intake, messages
from applications.models import Proposal
from applications.states import Side
from assessment.access import files_open_to, lock_files, lock_people, proposals_known_to
from assessment.domain import agendas, assignments, panel_questions
from assessment.errors import BulkRefused, NothingToDo, StepNotYours
from assessment.models import PanelInvitation
from assessment.states import BulkAction
from core.domain import requests
from core.errors import DomainError
from programme.models import Line

# At once: what a person can still read through before confirming.
MOST = 200
LONGEST_ID = 18


@dataclass(frozen=True)
class Order:
    """An action with what it needs, as JSON values.

    `assessors` (ids) and `due_on` (a day in ISO form), `meeting` (id), `members` (ids) and `last_on` (a day), `line`
    (code) and `reason`, or `text`.
    """

    action: BulkAction
    by: User
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """What the action does with one proposal, or why it can't."""

    proposal: Proposal
    says: str = ""
    refusal: str = ""


def actions_for(user: User) -> list[tuple[str, str]]:
    """Return the actions that a person may choose, with their labels. On which proposals is told per proposal."""
    if handles_proposals(user):
        return [(str(value), str(label)) for value, label in BulkAction.choices]
    if user.holds(Role.FINANCIAL_ADVISER):
        return [(BulkAction.MESSAGE.value, str(BulkAction.MESSAGE.label))]
    return []


def ids_in(values: Iterable[str]) -> list[int]:
    """Return the primary keys in what came from an address or a form; what is none is left out."""
    return sorted({int(value) for value in values if value.isascii() and value.isdigit() and len(value) <= LONGEST_ID})


def try_out(order: Order, ids: Iterable[int]) -> list[Told]:
    """Return for each proposal what the action would do, or why it can't. Nothing is changed.

    What a person may not know of isn't there.
    """
    with transaction.atomic():
        return _tried(order, _locked(order, ids))


def carry_out(order: Order, ids: Sequence[int], *, request_key: UUID) -> int:
    """Carry the action out on all proposals, or on none; returns on how many. The same request key acts once.

    Raises BulkRefused, with what each would have given, when one of them refuses or is not there any more.
    """
    with transaction.atomic():
        body = {"action": order.action, "proposals": sorted(ids), **order.values}
        request, is_new = requests.take(key=request_key, actor=order.by, purpose="assessment.bulk", body=body)
        if not is_new:
            return int((request.answer or {})["done"])
        proposals = _locked(order, ids)
        told = _tried(order, proposals)
        if len(told) < len(set(ids)) or not told or any(one.refusal for one in told):
            raise BulkRefused(_("Nothing was done: something changed after you looked. See below."), told)
        if together := TOGETHER.get(order.action):
            together(order, proposals, request_key)
        else:
            for proposal in proposals:
                DEEDS[order.action](order, proposal, uuid5(request_key, str(proposal.pk)))
        requests.answer(request, done=len(proposals))
    return len(proposals)


def _locked(order: Order, ids: Iterable[int]) -> list[Proposal]:
    """Lock the proposals that the person may know of, then the people that the action concerns."""
    known = proposals_known_to(order.by)
    proposals = lock_files(known.filter(pk__in=list(ids)).values_list("pk", flat=True))
    lock_people(order.values.get("assessors", ()))
    still_known = set(known.filter(pk__in=[one.pk for one in proposals]).values_list("pk", flat=True))
    return [one for one in proposals if one.pk in still_known]


def _tried(order: Order, proposals: Sequence[Proposal]) -> list[Told]:
    """Do the action on one proposal after the other, and undo all of it."""
    is_open = set(files_open_to(order.by).filter(pk__in=[one.pk for one in proposals]).values_list("pk", flat=True))
    with transaction.atomic():
        told = [_one(order, one, is_open=one.pk in is_open) for one in lock_files([one.pk for one in proposals])]
        transaction.set_rollback(True)
    return told


def _one(order: Order, proposal: Proposal, *, is_open: bool) -> Told:
    try:
        with transaction.atomic():
            if not is_open:
                raise StepNotYours(_("This file is not yours to handle, or you still have to declare first."))
            return Told(proposal, says=DEEDS[order.action](order, proposal, uuid4()))
    except DomainError as error:
        return Told(proposal, refusal=str(error))


def _assign(order: Order, proposal: Proposal, _key: UUID) -> str:
    people = list(User.objects.filter(pk__in=order.values["assessors"]).order_by("pk"))
    due_on = date.fromisoformat(order.values["due_on"])
    made = assignments.assign_all(proposal_id=proposal.pk, assessors=people, by=order.by, due_on=due_on)
    names = ", ".join(sorted(one.assessor.full_name for one in made))
    return ngettext("Assessor: %(names)s", "Assessors: %(names)s", len(made)) % {"names": names}


def _assign_all(order: Order, proposals: Sequence[Proposal], _key: UUID) -> None:
    """Assign everything together, so that each person gets one message."""
    people = list(User.objects.filter(pk__in=order.values["assessors"]).order_by("pk"))
    due_on = date.fromisoformat(order.values["due_on"])
    assignments.assign_many(places=[(proposal, people) for proposal in proposals], by=order.by, due_on=due_on)


def _put_on_agenda(order: Order, proposal: Proposal, _key: UUID) -> str:
    before = agendas.waiting_item_of(proposal)
    if before is not None and before.meeting_id == order.values["meeting"]:
        raise NothingToDo(_("It is on this agenda already."))
    item = agendas.put_on(meeting_id=order.values["meeting"], proposal_id=proposal.pk, by=order.by)
    return _("On the agenda of %(meeting)s") % {"meeting": item.meeting}


def _ask_panel(order: Order, proposal: Proposal, key: UUID) -> str:
    asked = _ask(order, [proposal], key)
    if not asked:
        last_on = date.fromisoformat(order.values["last_on"])
        return _("More time, until %(day)s") % {"day": formats.date_format(last_on, "j F Y")}
    names = ", ".join(sorted(one.member.full_name for one in asked))
    return _("Asked of the panel: %(names)s") % {"names": names}


def _ask_panel_all(order: Order, proposals: Sequence[Proposal], key: UUID) -> None:
    """Ask about everything together, so that each member gets one message."""
    _ask(order, proposals, uuid5(key, "panel"))


def _ask(order: Order, proposals: Sequence[Proposal], key: UUID) -> list[PanelInvitation]:
    members = User.objects.filter(pk__in=order.values["members"])
    last_on = date.fromisoformat(order.values["last_on"])
    return panel_questions.ask(
        proposal_ids=[one.pk for one in proposals], members=members, last_on=last_on, by=order.by, request_key=key
    )


def _tag_line(order: Order, proposal: Proposal, _key: UUID) -> str:
    if not handles_file(order.by, proposal):
        raise StepNotYours(_("Only the programme manager and the lead of the programme line can do this."))
    line, before = Line.objects.get(code=order.values["line"]), proposal.line
    if line == before:
        raise NothingToDo(_("It is on the line %(line)s already.") % {"line": line.name})
    intake.tag_line(proposal_id=proposal.pk, by=order.by, line=line, reason=order.values["reason"])
    return _("From %(before)s to %(after)s") % {"before": before and before.name, "after": line.name}


def _message(order: Order, proposal: Proposal, key: UUID) -> str:
    sent = messages.send(
        proposal_id=proposal.pk, by=order.by, side=Side.TEAM, text=order.values["text"], request_key=key
    )
    return _("To %(person)s, %(organisation)s") % {
        "person": sent.proposal.contact.full_name,
        "organisation": sent.proposal.organisation.name,
    }


DEEDS: Mapping[BulkAction, Callable[[Order, Proposal, UUID], str]] = {
    BulkAction.ASSIGN: _assign,
    BulkAction.AGENDA: _put_on_agenda,
    BulkAction.PANEL: _ask_panel,
    BulkAction.TAG_LINE: _tag_line,
    BulkAction.MESSAGE: _message,
}
# What is carried out at once for all of them.
TOGETHER: Mapping[BulkAction, Callable[[Order, Sequence[Proposal], UUID], None]] = {
    BulkAction.ASSIGN: _assign_all,
    BulkAction.PANEL: _ask_panel_all,
}
