"""The door to a proposal, who may do what behind it, and the locks on it."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature
from django.http import Http404
from django.shortcuts import get_object_or_404
from rules.predicates import always_true, predicate
from rules.rulesets import add_rule, test_rule

from accounts.models import User
from accounts.states import MembershipRole, Role
from applications.models import (
    Attachment,
    Call,
    ChangeNotice,
    Invitation,
    Letter,
    OutgoingLetter,
    PaperIntake,
    Proposal,
)
from applications.models.collaborator import LINKS

EDITORS = (MembershipRole.OWNER, MembershipRole.EDITOR)


def _is_editor(user: User, proposal: Proposal) -> bool:
    return proposal.organisation.memberships.filter(user=user, role__in=EDITORS).exists()


def _works_on_it(user: User, proposal: Proposal) -> bool:
    return proposal.collaborators.now().filter(user=user, role__in=EDITORS).exists()


def _owns_the_organisation(user: User, proposal: Proposal) -> bool:
    return proposal.organisation.memberships.filter(user=user, role=MembershipRole.OWNER).exists()


def _owns_it(user: User, proposal: Proposal) -> bool:
    return proposal.collaborators.now().filter(user=user, role=MembershipRole.OWNER).exists()


def _is_reader(user: User, proposal: Proposal) -> bool:
    return Proposal.objects.of_partner(user).filter(pk=proposal.pk).exists()


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
works_on_it = _rule(_works_on_it)
owns_the_organisation = _rule(_owns_the_organisation)
owns_it = _rule(_owns_it)
is_programme_manager = _rule(_is_programme_manager)
is_financial_adviser = _rule(_is_financial_adviser)
leads_its_line = _rule(_leads_its_line)

# Whether a file is open to somebody of the team. The assessment says more: who is asked to assess declares first.
FILE_IS_OPEN = "applications.file_is_open"
add_rule(FILE_IS_OPEN, always_true)  # type: ignore[no-untyped-call]

# Who of the team reads the whole file, beside those who handle its intake. The assessment adds its assessors.
READS_FILE = "applications.reads_file"

can_read = _rule(_is_reader)
can_edit = is_editor | works_on_it
can_share = owns_the_organisation | owns_it
can_handle_intake = is_programme_manager | leads_its_line
can_decide_not_to_process = is_programme_manager
can_see_intake = can_handle_intake | is_financial_adviser
add_rule(READS_FILE, can_see_intake)  # type: ignore[no-untyped-call]


def proposal_for_partner(user: User, pk: int) -> Proposal:
    """Return a proposal of an organisation that the person acts for, or that the person works on; else 404."""
    proposals = Proposal.objects.of_partner(user)
    return get_object_or_404(
        proposals.select_related("organisation", "call", "line", "proposed_line", "contact", "receipt"), pk=pk
    )


def proposal_to_edit(user: User, pk: int) -> Proposal:
    """Return a proposal that the person may fill in and submit; who may only read it gets 403, others 404.

    What came in on paper is filled in by the team, on behalf of the partner.
    """
    try:
        proposal = proposal_for_partner(user, pk)
    except Http404:
        if not handles_proposals(user):
            raise
        entered = Proposal.objects.filter(paper_intake__in=PaperIntake.objects.filled_in_by(user))
        return get_object_or_404(entered.select_related("organisation", "call", "line", "contact"), pk=pk)
    if not can_edit(user, proposal):
        raise PermissionDenied
    return proposal


def proposal_to_share(user: User, pk: int) -> Proposal:
    """Return a proposal of which the person decides who works on it; others who may read it get 403, the rest 404."""
    proposal = proposal_for_partner(user, pk)
    if not can_share(user, proposal):
        raise PermissionDenied
    return proposal


def invitation_with(token: str) -> Invitation:
    """Return the invitation whose link holds a token; a token that we didn't sign, or that is unknown, is 404."""
    try:
        LINKS.unsign(token)
    except BadSignature as error:
        raise Http404 from error
    found = Invitation.objects.select_related("proposal__organisation", "invited_by")
    return get_object_or_404(found, token_sha256=Invitation.hash_of(token))


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


def attachment_for(user: User, pk: UUID) -> Attachment:
    """Return a file that the person may open.

    Partners of the proposal and assessors: once the scanner called it clean. Who handles the intake: also before. What
    was taken away, refused or is somebody else's does not exist (404); what waits for the scanner is shut (403).
    """
    attachments = Attachment.objects.counting().select_related("proposal")
    attachment = get_object_or_404(attachments, pk=pk)
    proposal = attachment.proposal
    if can_read(user, proposal):
        sees_unchecked = False
    else:
        known = proposal_for_team(user, proposal.reference or "")
        is_open = test_rule(FILE_IS_OPEN, user, known)  # type: ignore[no-untyped-call]
        if not is_open or not test_rule(READS_FILE, user, known):  # type: ignore[no-untyped-call]
            raise PermissionDenied
        sees_unchecked = can_see_intake(user, known)
    if not attachment.is_clean and not sees_unchecked:
        raise PermissionDenied
    return attachment


def lock_proposals(ids: Iterable[int]) -> list[Proposal]:
    """Lock proposals for the rest of the transaction, in order of primary key, and return them as they are now."""
    return list(Proposal.objects.select_for_update(of=("self",)).filter(pk__in=list(ids)).order_by("pk"))


def lock_proposal(pk: int) -> Proposal:
    """Lock one proposal for the rest of the transaction and return it as it is now. Raises Proposal.DoesNotExist."""
    return Proposal.objects.select_for_update(of=("self",)).get(pk=pk)


def reads_messages(user: User, proposal: Proposal) -> bool:
    """Tell whether somebody of the team reads and writes messages about a proposal: whoever may see its intake."""
    return _opens_for_team(user, proposal) and bool(can_see_intake(user, proposal))


def handles_file(user: User, proposal: Proposal) -> bool:
    """Tell whether a person handles the file of a proposal for the team, without interest (Awb 2:4)."""
    return _opens_for_team(user, proposal) and bool(can_handle_intake(user, proposal))


def _opens_for_team(user: User, proposal: Proposal) -> bool:
    known = Proposal.objects.visible_to_team(user).filter(pk=proposal.pk).exists()
    return known and bool(test_rule(FILE_IS_OPEN, user, proposal))  # type: ignore[no-untyped-call]


def sent_proposal_for_partner(user: User, pk: int) -> Proposal:
    """Return a proposal that was submitted, for somebody of the partner; a draft is not there yet (404)."""
    proposal = proposal_for_partner(user, pk)
    if proposal.is_draft:
        raise Http404
    return proposal


def change_notice_for_team(user: User, reference: str, pk: int) -> ChangeNotice:
    """Return a change notice for whoever handles the file; others of the team get 403, outsiders 404."""
    proposal = intake_of(user, reference, to_handle=True)
    return get_object_or_404(ChangeNotice.objects.select_related("by", "answered_by"), proposal=proposal, pk=pk)


def lock_change_notice(pk: int) -> ChangeNotice:
    """Lock a change notice for the rest of the transaction, after its proposal, and return it as it is now."""
    lock_proposal(ChangeNotice.objects.values_list("proposal_id", flat=True).get(pk=pk))
    notices = ChangeNotice.objects.select_for_update(of=("self",))
    return notices.select_related("proposal__contact", "proposal__organisation", "answered_by").get(pk=pk)


def call_for(user: User | AnonymousUser, pk: int) -> Call:
    """Return a published call, or for the programme manager also one in preparation; for others it is not there."""
    calls = Call.objects.all() if _manages_calls(user) else Call.objects.published()
    return get_object_or_404(
        calls.select_related("criteria_version").prefetch_related("lines", "ceilings__line"), pk=pk
    )


def call_to_manage(user: User, pk: int) -> Call:
    """Return a call to the person who manages calls; others get 403 (Awb 4:26)."""
    if not _manages_calls(user):
        raise PermissionDenied
    return get_object_or_404(Call.objects.select_related("criteria_version", "published_by"), pk=pk)


def _manages_calls(user: User | AnonymousUser) -> bool:
    return user.is_authenticated and user.holds(Role.PROGRAMME_MANAGER)


def lock_call(pk: int) -> Call:
    """Lock a call for the rest of the transaction and return it as it is now. Raises Call.DoesNotExist."""
    return Call.objects.select_for_update(of=("self",)).get(pk=pk)


def fills_in_for_partner(user: User, pk: int) -> bool:
    """Tell whether a person of the team fills in a proposal (its primary key) that the partner sent on paper."""
    return handles_proposals(user) and PaperIntake.objects.filled_in_by(user).filter(proposal=pk).exists()


def handles_proposals(user: User) -> bool:
    """Tell whether a person handles proposals for the team: the programme manager and the leads of lines."""
    return user.holds(Role.PROGRAMME_MANAGER) or user.led_lines.exists()


def handlers_only(user: User) -> None:
    """Let in who handles proposals for the team; others get 403."""
    if not handles_proposals(user):
        raise PermissionDenied


def paper_intake_for(user: User, pk: int) -> PaperIntake:
    """Return how a proposal (its primary key) came in on paper, for who enters it; later for who may see its intake.

    While it is entered it does not exist for others (404).
    """
    intakes = PaperIntake.objects.select_related(
        "original", "entered_by", "proposal__organisation", "proposal__contact", "proposal__call"
    )
    intake = get_object_or_404(intakes, proposal=pk)
    if not intake.proposal.is_draft:
        intake_of(user, intake.proposal.reference or "", to_handle=False)
    elif not (handles_proposals(user) and PaperIntake.objects.being_entered(user).filter(pk=intake.pk).exists()):
        raise Http404
    return intake


def outgoing_letter_for(user: User, pk: int, *, to_handle: bool) -> OutgoingLetter:
    """Return a letter about a proposal whose intake the person may see, or handle; others as `intake_of` says."""
    letters = OutgoingLetter.objects.select_related(
        "template", "proposal__contact", "proposal__organisation", "document", "changed_by", "sent_by", "posted_by"
    )
    letter = get_object_or_404(letters, pk=pk)
    intake_of(user, letter.proposal.reference or "", to_handle=to_handle)
    return letter
