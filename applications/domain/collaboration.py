"""Who works on a proposal: inviting, joining, changing role and leaving.

The people of the organisation keep what they may there; this is about one proposal. Every verb locks the proposal
first, so that people who invite or remove each other at the same moment come one after the other.
"""

import secrets
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.domain import people
from accounts.models import User
from accounts.states import MembershipRole
from applications import letters
from applications.access import can_share, lock_proposal
from applications.domain import shut_files
from applications.errors import (
    ContactStays,
    InvitationClosed,
    InvitationNotYours,
    InvitationRefused,
    LastOwner,
    NotAnOwner,
)
from applications.models import Collaborator, Invitation, Proposal
from applications.models.collaborator import LINKS
from applications.states import ProposalEvent
from core.domain import audit, clock, requests

INVITATION_LASTS = timedelta(days=14)
PEOPLE_MOST = 25
# Nobody sends mail to the world through us.
INVITATIONS_A_DAY = 30

# From the least that a role allows to the most.
RANK = {MembershipRole.READER: 0, MembershipRole.EDITOR: 1, MembershipRole.OWNER: 2}


def begin(proposal: Proposal, *, by: User) -> None:
    """Let who begins a proposal for the own organisation own it. Call it in the transaction that makes the proposal.

    Staff who type in what came on paper don't take part in it.
    """
    if proposal.organisation.memberships.filter(user=by).exists():
        Collaborator.objects.create(proposal=proposal, user=by, role=MembershipRole.OWNER, since=clock.now())


def invite(*, proposal_id: int, by: User, email: str, role: str, request_key: UUID | None = None) -> Invitation:
    """Invite whoever reads the mail of an address to a proposal, as `role` (a value of MembershipRole).

    The link works once and for 14 days. With a `request_key` the same request sends one mail, however often it comes.
    Raises NotAnOwner, or InvitationRefused when the address was invited already or belongs to who works on it, when
    the proposal has as many people as it may have, or when the person sent too many today.
    """
    address = email.strip().lower()
    with transaction.atomic():
        proposal = lock_proposal(proposal_id)
        _check_owner(proposal, by)
        if request_key is None:
            return _invite(proposal, by=by, address=address, role=MembershipRole(role))
        body = {"proposal": proposal_id, "email": address, "role": role}
        request, is_new = requests.take(key=request_key, actor=by, purpose="applications.invite", body=body)
        if not is_new:
            return Invitation.objects.get(pk=(request.answer or {})["invitation"])
        invitation = _invite(proposal, by=by, address=address, role=MembershipRole(role))
        requests.answer(request, invitation=invitation.pk)
        return invitation


def _invite(proposal: Proposal, *, by: User, address: str, role: MembershipRole) -> Invitation:
    moment = clock.now()
    _close_expired(proposal, address)
    _check_address(proposal, address)
    _check_numbers(proposal, by)
    token = LINKS.sign(secrets.token_urlsafe(32))
    invitation = Invitation.objects.create(
        proposal=proposal,
        email=address,
        role=role,
        token_sha256=Invitation.hash_of(token),
        invited_by=by,
        invited_at=moment,
        expires_at=moment + INVITATION_LASTS,
    )
    _record(ProposalEvent.INVITED, proposal, by, invitation=invitation.pk, role=role.value)
    known = User.objects.filter(email=address).first()
    letters.mail_invitation(invitation, token, language=known.language if known else by.language)
    return invitation


def _close_expired(proposal: Proposal, address: str) -> None:
    """Make room for a new invitation where the earlier one lost its force."""
    moment = clock.now()
    proposal.invitations.unanswered().filter(email=address, expires_at__lte=moment).update(withdrawn_at=moment)


def _check_address(proposal: Proposal, address: str) -> None:
    waiting = proposal.invitations.unanswered().filter(email=address).first()
    if waiting is not None:
        raise InvitationRefused(
            _("%(address)s was invited already. Withdraw that invitation if you want to send another.")
            % {"address": address}
        )
    if proposal.collaborators.now().filter(user__email=address).exists():
        raise InvitationRefused(_("%(address)s works on this proposal already.") % {"address": address})


def _check_numbers(proposal: Proposal, by: User) -> None:
    moment = clock.now()
    there = proposal.collaborators.now().count() + proposal.invitations.open_at(moment).count()
    if there >= PEOPLE_MOST:
        raise InvitationRefused(_("At most %(most)d people can work on a proposal.") % {"most": PEOPLE_MOST})
    sent = Invitation.objects.filter(invited_by=by, invited_at__gt=moment - timedelta(days=1)).count()
    if sent >= INVITATIONS_A_DAY:
        raise InvitationRefused(
            _("You sent %(most)d invitations today. Go on tomorrow, or ask a colleague.") % {"most": INVITATIONS_A_DAY}
        )


def withdraw_invitation(*, invitation_id: int, by: User) -> Invitation:
    """Take an invitation back: its link no longer works. Once is as good as twice.

    Raises NotAnOwner, or InvitationClosed when somebody has accepted it.
    """
    with transaction.atomic():
        invitation = _lock_invitation(invitation_id)
        _check_owner(invitation.proposal, by)
        if invitation.accepted_at is not None:
            raise InvitationClosed(_("%(address)s has accepted the invitation.") % {"address": invitation.email})
        if invitation.withdrawn_at is None:
            invitation.withdrawn_at = clock.now()
            invitation.save(update_fields=["withdrawn_at"])
            _record(ProposalEvent.INVITATION_WITHDRAWN, invitation.proposal, by, invitation=invitation.pk)
        return invitation


def accept(*, invitation_id: int, by: User) -> Collaborator:
    """Join a proposal on an invitation; who works on it already gets the role when that allows more.

    Accepting twice is accepting once. Raises InvitationNotYours unless the person has confirmed the address that was
    invited, or InvitationClosed when it was withdrawn, used by somebody, or has expired.
    """
    with transaction.atomic():
        invitation = _lock_invitation(invitation_id)
        proposal, moment = invitation.proposal, clock.now()
        if invitation.email not in people.confirmed_addresses(by):
            raise InvitationNotYours(
                _("This invitation is for %(address)s. You are signed in with another address.")
                % {"address": invitation.email}
            )
        mine = proposal.collaborators.now().filter(user=by).first()
        if invitation.accepted_by_id == by.pk and mine is not None:
            return mine
        _check_open(invitation)
        invitation.accepted_at, invitation.accepted_by = moment, by
        invitation.save(update_fields=["accepted_at", "accepted_by"])
        mine = _join(invitation, by=by, already=mine)
        _record(ProposalEvent.JOINED, proposal, by, invitation=invitation.pk, role=mine.role)
        return mine


def _check_open(invitation: Invitation) -> None:
    if invitation.accepted_at is not None:
        raise InvitationClosed(_("This invitation was used already. Ask for a new one."))
    if invitation.withdrawn_at is not None:
        raise InvitationClosed(_("This invitation was withdrawn. Ask for a new one."))
    if invitation.expired_at(clock.now()):
        raise InvitationClosed(_("This invitation has expired. Ask for a new one."))


def _join(invitation: Invitation, *, by: User, already: Collaborator | None) -> Collaborator:
    """Let the person in. The file is shut for the person as a member of the team, for good (Awb 2:4)."""
    role = MembershipRole(invitation.role)
    if already is None:
        shut_files.shut(proposal=invitation.proposal, person=by)
        return Collaborator.objects.create(
            proposal=invitation.proposal, user=by, role=role, invited_by=invitation.invited_by, since=clock.now()
        )
    if RANK[role] > RANK[MembershipRole(already.role)]:
        already.role = role
        already.save(update_fields=["role"])
    return already


def change_role(*, collaborator_id: int, by: User, role: str) -> Collaborator:
    """Give somebody who works on a proposal another role (a value of MembershipRole).

    Raises NotAnOwner, LastOwner, or InvitationClosed when the person has left.
    """
    with transaction.atomic():
        person = _lock_collaborator(collaborator_id)
        _check_owner(person.proposal, by)
        if person.until is not None:
            raise InvitationClosed(_("%(name)s no longer works on this proposal.") % {"name": person.user})
        if person.role == role:
            return person
        _check_other_owner(person)
        before, person.role = person.role, MembershipRole(role)
        person.save(update_fields=["role"])
        _record(ProposalEvent.PERSON_ROLE_CHANGED, person.proposal, by, person=person.user_id, role=[before, role])
        return person


def remove(*, collaborator_id: int, by: User) -> Collaborator:
    """Let somebody no longer work on a proposal: an owner removes, everybody may leave. Once is as good as twice.

    That the person worked on it stays known: an interest does not pass (Awb 2:4). Who was the contact of a draft hands
    that over: to who removes, or else to another owner. Raises NotAnOwner, LastOwner, or ContactStays for the contact
    of a proposal that was submitted.
    """
    with transaction.atomic():
        person = _lock_collaborator(collaborator_id)
        if person.user_id != by.pk:
            _check_owner(person.proposal, by)
        if person.until is not None:
            return person
        _check_other_owner(person)
        person.until = clock.now()
        person.save(update_fields=["until"])
        _record(ProposalEvent.PERSON_LEFT, person.proposal, by, person=person.user_id)
        _hand_over_contact(person, by)
        return person


def _hand_over_contact(person: Collaborator, by: User) -> None:
    proposal = person.proposal
    if proposal.contact_id != person.user_id:
        return
    if not proposal.is_draft:
        raise ContactStays(
            _("%(name)s is the contact in the proposal that was submitted. Our letters go there.")
            % {"name": person.user}
        )
    owners = proposal.collaborators.now().filter(role=MembershipRole.OWNER).select_related("user").order_by("pk")
    proposal.contact = by if by.pk != person.user_id else owners[0].user
    proposal.save(update_fields=["contact"])
    _record(ProposalEvent.CONTACT_CHANGED, proposal, by, person=proposal.contact_id)


def _check_owner(proposal: Proposal, by: User) -> None:
    if not can_share(by, proposal):
        raise NotAnOwner(_("Only an owner of the proposal decides who works on it."))


def _check_other_owner(person: Collaborator) -> None:
    """Refuse that the only owner stops being one; the trigger applications_keep_an_owner refuses it finally."""
    if person.role != MembershipRole.OWNER:
        return
    others = person.proposal.collaborators.now().filter(role=MembershipRole.OWNER).exclude(pk=person.pk)
    if not others.exists():
        raise LastOwner(_("%(name)s is the only owner. Make somebody else an owner first.") % {"name": person.user})


def _lock_invitation(invitation_id: int) -> Invitation:
    """Lock the proposal of an invitation and return the invitation as it is now."""
    proposal = lock_proposal(Invitation.objects.values_list("proposal_id", flat=True).get(pk=invitation_id))
    invitation = Invitation.objects.select_related("invited_by").get(pk=invitation_id)
    invitation.proposal = proposal
    return invitation


def _lock_collaborator(collaborator_id: int) -> Collaborator:
    """Lock the proposal that somebody works on and return the person's part in it as it is now."""
    proposal = lock_proposal(Collaborator.objects.values_list("proposal_id", flat=True).get(pk=collaborator_id))
    person = Collaborator.objects.select_related("user").get(pk=collaborator_id)
    person.proposal = proposal
    return person


def _record(event: ProposalEvent, proposal: Proposal, by: User, **changes: object) -> None:
    audit.record(event=event, actor=by, about=proposal, changes=changes)
