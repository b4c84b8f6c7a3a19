"""The door to a proposal, who may do what behind it, and the locks on it."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from rules.predicates import always_true, predicate
from rules.rulesets import add_rule, test_rule

from accounts.models import User
from accounts.states import MembershipRole, Role
from applications.models import Letter, Proposal

EDITORS = (MembershipRole.OWNER, MembershipRole.EDITOR)


def _is_editor(user: User, proposal: Proposal) -> bool:
    return proposal.organisation.memberships.filter(user=user, role__in=EDITORS).exists()


def _is_programme_manager(user: User) -> bool:
    return user.holds(Role.PROGRAMME_MANAGER)


def _is_financial_adviser(user: User) -> bool:
    return user.holds(Role.FINANCIAL_ADVISER)


def _leads_its_line(user: User, proposal: Proposal) -> bool:
    return user.led_lines.filter(line=proposal.line_id).exists()


def _rule(test: Callable[..., bool]) -> Any:
    """Make a predicate of a test, so that it can be composed. The library has no types."""
    return predicate(test)  # type: ignore[no-untyped-call]


is_editor = _rule(_is_editor)
is_programme_manager = _rule(_is_programme_manager)
is_financial_adviser = _rule(_is_financial_adviser)
leads_its_line = _rule(_leads_its_line)

# Whether a file is open to somebody of the team. The assessment says more: who is asked to assess declares first.
FILE_IS_OPEN = "applications.file_is_open"
add_rule(FILE_IS_OPEN, always_true)  # type: ignore[no-untyped-call]

can_edit = is_editor
can_handle_intake = is_programme_manager | leads_its_line
can_see_intake = can_handle_intake | is_financial_adviser


def proposal_for_partner(user: User, pk: int) -> Proposal:
    """Return a proposal of an organisation that the person acts for; for everybody else it does not exist (404)."""
    proposals = Proposal.objects.of_partner(user)
    return get_object_or_404(
        proposals.select_related("organisation", "call", "line", "proposed_line", "contact", "receipt"), pk=pk
    )


def proposal_to_edit(user: User, pk: int) -> Proposal:
    """Return a proposal that the person may fill in and submit; a reader of the organisation gets 403, others 404."""
    proposal = proposal_for_partner(user, pk)
    if not can_edit(user, proposal):
        raise PermissionDenied
    return proposal


def proposal_for_team(user: User, reference: str) -> Proposal:
    """Return a submitted proposal that the person may know of as a member of the team; else 404."""
    if "\x00" in reference:  # PostgreSQL has no such text
        raise Http404
    proposals = Proposal.objects.visible_to_team(user).select_related("organisation", "call", "line", "proposed_line")
    return get_object_or_404(proposals, reference=reference)


def intake_of(user: User, reference: str, *, to_handle: bool) -> Proposal:
    """Return a proposal whose intake the person may see, or handle; others of the team get 403, outsiders 404.

    Whoever is asked to assess it and has not declared about interests yet gets 403 too (Awb 2:4).
    """
    proposal = proposal_for_team(user, reference)
    allowed = can_handle_intake if to_handle else can_see_intake
    if not allowed(user, proposal) or not test_rule(FILE_IS_OPEN, user, proposal):  # type: ignore[no-untyped-call]
        raise PermissionDenied
    return proposal


def letter_for(user: User, document_id: UUID) -> Letter:
    """Return a letter to an organisation that the person acts for, or about a file whose intake the person may see.

    The receipt holds the whole proposal: for others of the team it is shut (403), for the rest it is not there (404).
    """
    letter = get_object_or_404(Letter.objects.select_related("document", "proposal"), document=document_id)
    known = Proposal.objects.of_partner(user).filter(pk=letter.proposal_id)
    if not known.exists():
        intake_of(user, letter.proposal.reference or "", to_handle=False)
    return letter


def lock_proposals(ids: Iterable[int]) -> list[Proposal]:
    """Lock proposals for the rest of the transaction, in order of primary key, and return them as they are now."""
    return list(Proposal.objects.select_for_update(of=("self",)).filter(pk__in=list(ids)).order_by("pk"))


def lock_proposal(pk: int) -> Proposal:
    """Lock one proposal for the rest of the transaction and return it as it is now. Raises Proposal.DoesNotExist."""
    return Proposal.objects.select_for_update(of=("self",)).get(pk=pk)
