"""Starting and submitting a proposal."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from applications import letters
from applications.access import lock_proposal
from applications.domain import calls, collaboration, copies, moves, readiness, receipts
from applications.errors import CallClosed, ProposalFrozen, ProposalIncomplete
from applications.models import Call, Proposal, Receipt
from applications.states import ProposalEvent, ProposalState
from core.domain import audit, clock, outbox, references, requests
from core.states import Series


def start(
    *,
    by: User,
    call: Call,
    organisation: Organisation,
    title: str,
    source: Proposal | None = None,
    request_key: UUID | None = None,
) -> Proposal:
    """Begin a draft for an organisation in an open call; the person becomes its contact.

    With a `source` the answers of that earlier proposal come along, as far as the call asks for them (see `copies`).
    With a `request_key` the same request begins one draft, however often it is sent. Raises CallClosed, or
    ContentRefused for a source that the person may not read or that is of another organisation.
    """
    with transaction.atomic():
        if request_key is None:
            return _begin(by=by, call=call, organisation=organisation, title=title, source=source)
        body = {"call": call.pk, "organisation": organisation.pk, "title": title}
        if source is not None:
            body["source"] = source.pk
        request, is_new = requests.take(key=request_key, actor=by, purpose="applications.start", body=body)
        if not is_new:
            return Proposal.objects.get(pk=(request.answer or {})["proposal"])
        proposal = _begin(by=by, call=call, organisation=organisation, title=title, source=source)
        requests.answer(request, proposal=proposal.pk)
        return proposal


def _begin(*, by: User, call: Call, organisation: Organisation, title: str, source: Proposal | None) -> Proposal:
    moment = clock.now()
    _check_open(call, moment)
    proposal = Proposal.objects.create(
        call=call,
        organisation=organisation,
        contact=by,
        title=title,
        created_at=moment,
        questions_asked=copies.questions_of(call),
    )
    collaboration.begin(proposal, by=by)
    copied = {} if source is None else {"copied_from": source.pk}
    audit.record(event=ProposalEvent.STARTED, actor=by, about=proposal, changes={"call": call.pk, **copied})
    if source is not None:
        copies.fill(draft=proposal, by=by, source=source)
        proposal.refresh_from_db()
    return proposal


def submit(*, proposal_id: int, by: User, request_key: UUID) -> Receipt:
    """Hand in a proposal: it gets its reference, its content freezes, and the partner gets a receipt.

    The same request key gives the same receipt. The moment of receipt is the server's, at the start of the
    transaction, so that waiting for a lock never makes anybody late. Raises CallClosed, ProposalFrozen when it was
    submitted before, ProposalIncomplete with what is missing. Awb 4:1, 4:2 and 4:3a.
    """
    with transaction.atomic():
        moment = clock.now()
        body = {"proposal": proposal_id}
        request, is_new = requests.take(key=request_key, actor=by, purpose="applications.submit", body=body)
        if not is_new:
            return Receipt.objects.get(pk=(request.answer or {})["receipt"])
        proposal = lock_proposal(proposal_id)
        proposal.call = calls.freeze(call_id=proposal.call_id, by=by)
        _check_ready(proposal, moment)
        receipt = receive(proposal, by=by, moment=moment)
        requests.answer(request, receipt=receipt.pk)
        return receipt


def receive(proposal: Proposal, *, by: User, moment: datetime) -> Receipt:
    """Take in a proposal that the caller has locked and checked: reference, state, receipt, and the letter about it.

    `moment` is the moment of receipt. Call it in the transaction of the verb that hands the proposal in.
    """
    proposal.reference = references.next_reference(Series.PROPOSAL, year=clock.local_date(moment).year)
    proposal.submitted_at = moment
    proposal.line = proposal.proposed_line
    proposal.questions_asked = copies.questions_of(proposal.call)
    together = ("reference", "submitted_at", "line", "questions_asked")
    moves.move(proposal, ProposalState.SUBMITTED, by=by, together_with=together)
    receipt = receipts.make(proposal=proposal, received_at=moment)
    audit.record(
        event=ProposalEvent.SUBMITTED,
        actor=by,
        about=proposal,
        changes={"reference": proposal.reference, "sha256": receipt.content_sha256},
    )
    outbox.put(topic=letters.RECEIPT_TOPIC, key=str(proposal.pk), payload={"proposal": proposal.pk})
    return receipt


def _check_ready(proposal: Proposal, moment: datetime) -> None:
    """Refuse what was submitted before, comes too early or too late, or is incomplete."""
    if not proposal.is_draft:
        raise ProposalFrozen(
            _("%(proposal)s was submitted before. You don't have to do anything.") % {"proposal": proposal}
        )
    _check_open(proposal.call, moment)
    if missing := readiness.missing(proposal):
        raise ProposalIncomplete(_("Your proposal is not complete yet. It stays saved as a draft."), missing)


def _check_open(call: Call, moment: datetime) -> None:
    """Refuse a moment before the opening or after the closing date, which counts until 24:00 in Amsterdam."""
    if call.is_draft:
        raise CallClosed(
            _("The call “%(call)s” is being changed. As soon as it is published again, you can go on.") % {"call": call}
        )
    if moment < call.opens_at:
        raise CallClosed(
            _("The call “%(call)s” opens on %(opening)s. Until then nothing can be submitted.")
            % {"call": call, "opening": _exactly(call.opens_at)}
        )
    if call.closes_on is not None and call.closes_at is not None and moment >= call.closes_at:
        raise CallClosed(
            _(
                "The call “%(call)s” closed on %(day)s at 24:00. We received this on %(received)s, so we can't accept "
                "it. What you filled in stays saved."
            )
            % {"call": call, "day": formats.date_format(call.closes_on, "j F Y"), "received": _exactly(moment)}
        )


def _exactly(moment: datetime) -> str:
    """Write a moment in Amsterdam to the second."""
    local = moment.astimezone(clock.AMSTERDAM)
    return _("%(date)s at %(time)s") % {
        "date": formats.date_format(local, "j F Y"),
        "time": formats.date_format(local, "H:i:s"),
    }
