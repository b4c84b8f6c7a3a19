"""Proposals that came in on paper or by e-mail: the team enters them on behalf of the partner.

The day of receipt is the day on which the paper or the e-mail came in, and the decision period counts from it
(Awb 4:13). What is missing may stay missing: the partner is asked for it afterwards (Awb 4:5).
"""

import uuid
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.domain import organisations, people
from accounts.models import Organisation, User
from accounts.models.user import NO_EMAIL
from accounts.states import MembershipRole
from applications.access import lock_proposal
from applications.domain import calls, copies, merge_fields, outgoing_letters, proposals, questions, readiness
from applications.errors import CallClosed, ContentRefused, ProposalFrozen, ProposalIncomplete
from applications.models import Call, Collaborator, PaperIntake, Proposal, Receipt
from applications.states import IntakeChannel, ProposalEvent, TemplateCode
from core.domain import audit, clock, documents, file_inspection, file_types, requests, scanning

ORIGINAL_KIND = "applications.original"
ORIGINAL_TAKEN = (file_types.PDF, file_types.PNG, file_types.JPEG, file_types.WORD, file_types.OPEN_TEXT)


@dataclass(frozen=True)
class NewOrganisation:
    """A partner that is not known yet, as typed; the IBAN may be missing."""

    name: str
    kind: str
    kvk_number: str
    iban: str
    phone: str = ""


@dataclass(frozen=True)
class Contact:
    """Who wrote to us. Without an e-mail address the letters go to the postal address."""

    full_name: str
    email: str
    postal_address: str
    language: str


@dataclass(frozen=True)
class Original:
    """What came in, as a file: a scan of the paper, or the e-mail."""

    name: str
    content: bytes


def begin(
    *,
    by: User,
    call: Call,
    organisation: Organisation | NewOrganisation,
    contact: Contact,
    channel: str,
    received_on: date,
    original: Original,
    title: str,
    request_key: UUID,
) -> PaperIntake:
    """Begin a draft on behalf of a partner, with what came in kept beside it. The same request key begins one.

    Raises ContentRefused with the field that is wrong, CallClosed when it came in outside the time of the call, what
    `organisations.create` raises about a new organisation, and what inspecting and scanning a file raise.
    """
    body = {"call": call.pk, "title": title, "received_on": received_on, "contact": contact.full_name}
    with transaction.atomic():
        request, is_new = requests.take(key=request_key, actor=by, purpose="applications.enter", body=body)
        if not is_new:
            return PaperIntake.objects.get(pk=(request.answer or {})["intake"])
        _check_day(call, received_on)
        if not (contact.email or contact.postal_address.strip()):
            raise ContentRefused(
                _("Fill in an e-mail address or a postal address: somewhere the receipt must go."), "postal_address"
            )
        kind = file_inspection.require_harmless(original.content, ORIGINAL_TAKEN)
        scanning.require_clean(original.content)
        partner, person = _applicant(organisation, contact, by=by)
        moment = clock.now()
        proposal = Proposal.objects.create(
            call=call,
            organisation=partner,
            contact=person,
            title=title,
            created_at=moment,
            questions_asked=copies.questions_of(call),
        )
        # The contact may read it and add to it, once there is an account; of the organisation only who acts for it.
        Collaborator.objects.create(
            proposal=proposal, user=person, role=MembershipRole.OWNER, invited_by=by, since=moment
        )
        document = documents.store(
            kind=ORIGINAL_KIND,
            title=_("As it came in on %(day)s") % {"day": f"{received_on:%d-%m-%Y}"},
            file_name=f"origineel.{kind.extension}",
            content=original.content,
            facts={"handed_in_as": original.name[:200], "received_on": received_on.isoformat(), "channel": channel},
        )
        intake = PaperIntake.objects.create(
            proposal=proposal,
            channel=IntakeChannel(channel),
            received_on=received_on,
            original=document,
            postal_address=contact.postal_address.replace("\r\n", "\n").strip(),
            entered_by=by,
            entered_at=moment,
        )
        changes = {"call": call.pk, "for": partner.name, "contact": person.pk, "channel": channel}
        audit.record(event=ProposalEvent.STARTED, actor=by, about=proposal, changes=changes)
        requests.answer(request, intake=intake.pk)
        return intake


def _check_day(call: Call, received_on: date) -> None:
    if received_on > clock.today():
        raise ContentRefused(_("The day of receipt can't lie in the future."), "received_on")
    if call.is_draft or received_on < clock.local_date(call.opens_at):
        raise CallClosed(_("On that day the call “%(call)s” was not open yet.") % {"call": call})
    if call.closes_on is not None and received_on > call.closes_on:
        raise CallClosed(
            _("The call “%(call)s” closed on %(day)s; this came in later.")
            % {"call": call, "day": f"{call.closes_on:%d-%m-%Y}"}
        )


def _applicant(
    organisation: Organisation | NewOrganisation, contact: Contact, *, by: User
) -> tuple[Organisation, User]:
    """Return the organisation and the contact, made when they are new. Who acts for it doesn't enter it (Awb 2:4)."""
    if isinstance(organisation, NewOrganisation):
        person = _person(contact, by=by)
        made = organisations.create(by=by, owner=person, **vars(organisation))
        return made, person
    if organisation.memberships.filter(user=by).exists():
        raise ContentRefused(
            _("You act for this organisation yourself. Let a colleague enter its proposal (Awb 2:4)."), "organisation"
        )
    return organisation, _person(contact, by=by, organisation=organisation)


def _person(contact: Contact, *, by: User, organisation: Organisation | None = None) -> User:
    """Return the contact: who is known by the e-mail address or in the organisation, else a person who is made."""
    email = contact.email.strip().lower()
    if email:
        known = User.objects.filter(email=email).first()
        if known == by:
            raise ContentRefused(_("You can't be the contact of what you enter yourself (Awb 2:4)."), "email")
    else:
        known = _wrote_before(contact.full_name, organisation)
    if known is not None:
        return known
    person = User(email=email or f"{uuid.uuid4()}@{NO_EMAIL}", full_name=contact.full_name, language=contact.language)
    person.set_unusable_password()
    return people.register(user=person, by=by)


def _wrote_before(full_name: str, organisation: Organisation | None) -> User | None:
    """Return who wrote to us on paper before, by this name and for this organisation."""
    if organisation is None:
        return None
    found = User.objects.filter(full_name=full_name, email__endswith=f"@{NO_EMAIL}")
    acts_for_it = Q(memberships__organisation=organisation) | Q(collaborations__proposal__organisation=organisation)
    return found.filter(acts_for_it).order_by("pk").first()


def submit(*, proposal_id: int, by: User, request_key: UUID) -> Receipt:
    """Take in what was entered on behalf of a partner, complete or not, as received on its day of receipt.

    The same request key gives the same receipt. Without an e-mail address the confirmation of receipt becomes a letter
    to post. Raises ProposalFrozen when it was taken in before, and ProposalIncomplete without a title or a line: the
    file could not be handed to anybody.
    """
    with transaction.atomic():
        body = {"proposal": proposal_id}
        request, is_new = requests.take(key=request_key, actor=by, purpose="applications.take_in", body=body)
        if not is_new:
            return Receipt.objects.get(pk=(request.answer or {})["receipt"])
        proposal = lock_proposal(proposal_id)
        intake = PaperIntake.objects.get(proposal=proposal)
        proposal.call = calls.freeze(call_id=proposal.call_id, by=by)
        _check_enough(proposal)
        missing = [sentence for _step, sentence in readiness.missing(proposal)]
        receipt = proposals.receive(proposal, by=by, moment=clock.start_of_day(intake.received_on))
        changes = {
            "channel": intake.channel,
            "received_on": intake.received_on.isoformat(),
            "entered_by": intake.entered_by_id,
            "for": proposal.organisation.name,
            "contact": proposal.contact_id,
            "missing": missing,
        }
        audit.record(event=ProposalEvent.ENTERED_FOR_PARTNER, actor=by, about=proposal, changes=changes)
        if not proposal.contact.has_email:
            _write_receipt(proposal, intake, by=by)
        requests.answer(request, receipt=receipt.pk)
        return receipt


def _check_enough(proposal: Proposal) -> None:
    if not proposal.is_draft:
        raise ProposalFrozen(_("%(proposal)s was taken in before.") % {"proposal": proposal})
    missing = []
    if not proposal.title:
        missing.append((questions.ABOUT.slug, _("Give it a title.")))
    if proposal.proposed_line_id is None:
        missing.append((questions.AIM.slug, _("Choose the programme line that comes nearest.")))
    if missing:
        raise ProposalIncomplete(_("Without a title and a line it can't be handed to anybody."), missing)


def _write_receipt(proposal: Proposal, intake: PaperIntake, *, by: User) -> None:
    in_words = merge_fields.CHANNEL_IN_WORDS[proposal.contact.language][intake.channel]
    outgoing_letters.draft_and_send(
        proposal=proposal, template_code=TemplateCode.PAPER_RECEIPT, by=by, facts={"kanaal": in_words}
    )
