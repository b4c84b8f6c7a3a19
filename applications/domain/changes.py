"""Change notices: what changes in an activity after the grant (wijzigingsmelding), and what the team makes of it.

Nothing here moves money. A change in what the municipality pays, or in which year, is a new decision of the college.
"""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications import letters
from applications.access import can_edit, handles_file, lock_change_notice, lock_proposal
from applications.domain import correspondence
from applications.domain.handlers import handlers_of
from applications.errors import ContentRefused, MoveNotAllowed, NotYours, TextNeeded
from applications.models import ChangeNotice, Letter
from applications.states import MAY_CHANGE_AFTERWARDS, ChangeState, ChangeSubject, ProposalEvent
from core.domain import audit, clock, outbox, requests, terms

# How long the team has for an answer when no regulation says otherwise, in weeks (Awb 4:13, second paragraph).
ANSWER_WEEKS = 8


def report(
    *,
    proposal_id: int,
    by: User,
    subject: ChangeSubject,
    what: str,
    why: str,
    moves_money: bool,
    known_on: date,
    request_key: UUID,
) -> ChangeNotice:
    """Tell what changes in an activity that got a grant, and why. A partner has to do so at once (Awb 4:37).

    `known_on` is the day on which the partner knew; `moves_money` whether more or less money is needed, or in another
    year. The same request key gives the same notice. Raises MoveNotAllowed unless the proposal is granted,
    ContentRefused for a day that is still to come, TextNeeded, NotYours for a reader of the organisation.
    """
    what, why = what.strip(), why.strip()
    told = {"subject": subject, "what": what, "why": why, "moves_money": moves_money}
    with transaction.atomic():
        body = {"proposal": proposal_id, "known_on": known_on.isoformat(), **told}
        request, is_new = requests.take(key=request_key, actor=by, purpose="applications.change", body=body)
        if not is_new:
            return ChangeNotice.objects.get(pk=(request.answer or {})["notice"])
        proposal = lock_proposal(proposal_id)
        if not can_edit(by, proposal):
            raise NotYours(_("Only an owner or editor of the organisation tells of a change."))
        if proposal.state not in MAY_CHANGE_AFTERWARDS:
            raise MoveNotAllowed(
                _("%(proposal)s is now “%(state)s”. You tell of a change once it is granted and not yet settled.")
                % {"proposal": proposal, "state": proposal.partner_label}
            )
        moment = clock.now()
        if known_on > clock.local_date(moment):
            raise ContentRefused(_("This day is still to come. Fill in the day on which you knew."), "known_on")
        if not what or not why:
            raise TextNeeded(_("Say what changes, and why."))
        answer_by = terms.end_of_term(start=clock.local_date(moment), weeks=ANSWER_WEEKS)
        notice = ChangeNotice.objects.create(
            proposal=proposal, by=by, at=moment, known_on=known_on, answer_by=answer_by, **told
        )
        changes = {"notice": notice.pk, "subject": subject, "moves_money": moves_money}
        audit.record(event=ProposalEvent.CHANGE_REPORTED, actor=by, about=proposal, changes=changes)
        for person in handlers_of(proposal):
            letters.mail_change_to_team(notice, to=person)
        requests.answer(request, notice=notice.pk)
        return notice


def answer(*, notice_id: int, by: User, state: ChangeState, text: str, request_key: UUID) -> ChangeNotice:
    """Accept a change, refuse it, or say that it needs a new decision; the partner gets a letter with the reasons.

    What moves money is never accepted here: that would promise what only the college can give. Raises MoveNotAllowed
    when it was answered before or moves money, TextNeeded without reasons, NotYours for whoever does not handle the
    file or has an interest (Awb 2:4).
    """
    text = text.strip()
    with transaction.atomic():
        body = {"notice": notice_id, "state": state, "text": text}
        request, is_new = requests.take(key=request_key, actor=by, purpose="applications.change_answer", body=body)
        notice = lock_change_notice(notice_id)
        if not is_new:
            return notice
        _check_answer(notice, by=by, state=state, text=text)
        notice.state, notice.answer, notice.answered_by, notice.answered_at = state, text, by, clock.now()
        notice.save(update_fields=["state", "answer", "answered_by", "answered_at"])
        changes = {"notice": notice.pk, "state": [ChangeState.OPEN, state], "answer": text}
        audit.record(event=ProposalEvent.CHANGE_ANSWERED, actor=by, about=notice.proposal, changes=changes)
        outbox.put(topic=letters.CHANGE_TOPIC, key=str(notice.pk), payload={"notice": notice.pk})
        requests.answer(request, notice=notice.pk)
        return notice


def _check_answer(notice: ChangeNotice, *, by: User, state: ChangeState, text: str) -> None:
    if not handles_file(by, notice.proposal):
        raise NotYours(_("Only the programme manager and the lead of the line answer a change notice."))
    if not notice.is_open:
        raise MoveNotAllowed(_("This change notice was answered before."))
    if state == ChangeState.ACCEPTED and notice.moves_money:
        raise MoveNotAllowed(
            _("This change moves money. You can't accept it here: say that it needs a new decision, or refuse it.")
        )
    if state == ChangeState.OPEN:
        raise MoveNotAllowed(_("Choose an answer."))
    if not text:
        raise TextNeeded(_("Write the reasons: the partner reads them."))


def send_answer(*, notice_id: int) -> Letter:
    """Render the letter with the team's answer once, file it, and mail the contact that it is there.

    Doing it again changes nothing. Raises what rendering raises; then nothing is filed or mailed.
    """
    with transaction.atomic():
        notice = lock_change_notice(notice_id)
        kind = letters.change_kind(notice)
        sent = notice.proposal.letters.filter(kind=kind).first()
        if sent is not None:
            return sent
        document = letters.render_change_answer(notice)
        letter = correspondence.file_letter(
            proposal=notice.proposal, kind=kind, title=document.title, document=document, by=notice.answered_by
        )
        letters.mail_change_answered(notice)
        return letter
