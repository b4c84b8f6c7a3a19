"""Putting proposals to the talent panel."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.states import Role
from applications.access import lock_proposals
from applications.models import Proposal
from applications.models.proposal import ProposalQuerySet
from applications.states import ProposalState
from assessment import letters
from assessment.access import files_open_to, require_runner
from assessment.domain.panel_members import candidates
from assessment.errors import NothingToDo, PanelNotAsked
from assessment.models import Consensus, PanelInvitation, PanelQuestion
from assessment.states import AssessmentEvent
from core.domain import audit, clock, requests

# The team decides within a term: the panel has at most this long.
DAYS_MOST = 56


def run_by(user: User) -> ProposalQuerySet:
    """Return the proposals that a person may put to the panel, as far as that depends on the person."""
    proposals = files_open_to(user)
    return proposals if user.holds(Role.PROGRAMME_MANAGER) else proposals.filter(line__leads__user=user)


def askable_by(user: User) -> ProposalQuerySet:
    """Return the proposals that a person can put to the panel now, by number."""
    agreed = Consensus.objects.values("proposal")
    open_now = run_by(user).filter(state=ProposalState.IN_ASSESSMENT).exclude(pk__in=agreed)
    return open_now.select_related("organisation", "line", "panel_question").order_by("reference")


def asked_by_team(user: User) -> QuerySet[PanelQuestion]:
    """Return what the panel was asked about proposals that a person runs, the latest last day first."""
    asked = PanelQuestion.objects.filter(proposal__in=run_by(user).values("pk"))
    return asked.select_related("proposal__organisation", "proposal__line").order_by("-last_on", "-pk")


def ask(
    *, proposal_ids: Iterable[int], members: Iterable[User], last_on: date, by: User, request_key: UUID
) -> list[PanelInvitation]:
    """Ask members of the panel about proposals, until and with the day `last_on`. Returns whom it asked about what.

    Who was asked before, or has an interest in one of the proposals (Awb 2:4), is left out for that proposal. Asking
    again about a proposal adds members; the last day may then move to a later day, for everybody. Each member gets
    one mail. Nothing happens unless all proposals can be asked about. Raises PanelNotAsked, NothingToDo, StepNotYours.
    """
    chosen = sorted(set(members), key=lambda member: member.pk)
    wanted = sorted(set(proposal_ids))
    body = {"proposals": wanted, "members": [member.pk for member in chosen], "last_on": last_on.isoformat()}
    with transaction.atomic():
        request, is_new = requests.take(key=request_key, actor=by, purpose="assessment.panel_ask", body=body)
        if not is_new:
            return list(PanelInvitation.objects.filter(pk__in=(request.answer or {}).get("invitations", [])))
        _require_day(last_on)
        invitations: list[PanelInvitation] = []
        gives_time = False
        for proposal in lock_proposals(wanted):
            _require_askable(proposal, by)
            new, has_more_time = _ask_about(proposal, chosen, last_on, by)
            invitations += new
            gives_time = gives_time or has_more_time
        if not invitations and not gives_time:
            raise NothingToDo(_("All members that you chose were asked already, and the last day stays the same."))
        for member in chosen:
            number = sum(invitation.member_id == member.pk for invitation in invitations)
            if number:
                letters.mail_panel_asked(key=f"{request_key}:{member.pk}", to=member, number=number, last_on=last_on)
        requests.answer(request, invitations=[invitation.pk for invitation in invitations])
    return invitations


def _require_day(last_on: date) -> None:
    today = clock.today()
    if last_on < today:
        raise PanelNotAsked(_("The last day has passed already. Choose today or later."), "last_on")
    if last_on > today + timedelta(days=DAYS_MOST):
        raise PanelNotAsked(_("Choose a last day within %(days)d days from today.") % {"days": DAYS_MOST}, "last_on")


def _require_askable(proposal: Proposal, by: User) -> None:
    require_runner(by, proposal)
    names = {"proposal": proposal, "state": proposal.get_state_display()}
    if not files_open_to(by).filter(pk=proposal.pk).exists():
        raise PanelNotAsked(_("Declare first whether you have an interest in %(proposal)s.") % names, "proposals")
    if proposal.state != ProposalState.IN_ASSESSMENT:
        raise PanelNotAsked(
            _("%(proposal)s is now “%(state)s”; the panel is asked while it is in assessment.") % names, "proposals"
        )
    if Consensus.objects.filter(proposal=proposal).exists():
        raise PanelNotAsked(_("The team has recorded its consensus on %(proposal)s already.") % names, "proposals")
    if not proposal.call.criteria_version.criteria.filter(concerns_talent=True).exists():
        raise PanelNotAsked(
            _("No criterion of the call of %(proposal)s concerns talent, so there is nothing to mark.") % names,
            "proposals",
        )


def _ask_about(proposal: Proposal, chosen: list[User], last_on: date, by: User) -> tuple[list[PanelInvitation], bool]:
    """Invite those of the chosen who can be, until the last day; tell too whether that moved to a later day."""
    people = list(candidates(proposal).filter(pk__in=[member.pk for member in chosen]).order_by("pk"))
    question = PanelQuestion.objects.filter(proposal=proposal).first()
    if question is None and not people:
        raise PanelNotAsked(
            _("Nobody of those you chose can be asked about %(proposal)s: they have an interest, or left the panel.")
            % {"proposal": proposal},
            "members",
        )
    if question is None:
        question = PanelQuestion.objects.create(proposal=proposal, last_on=last_on, asked_by=by, asked_at=clock.now())
    elif last_on < question.last_on:
        raise PanelNotAsked(
            _("The panel was promised time until %(day)s for %(proposal)s. Choose that day or a later one.")
            % {"day": f"{question.last_on:%d-%m-%Y}", "proposal": proposal},
            "last_on",
        )
    gives_time = last_on > question.last_on
    if gives_time:
        question.last_on = last_on
        question.save(update_fields=["last_on"])
    invitations = PanelInvitation.objects.bulk_create(
        [PanelInvitation(question=question, member=person, asked_by=by, asked_at=clock.now()) for person in people]
    )
    audit.record(
        event=AssessmentEvent.PANEL_ASKED,
        actor=by,
        about=proposal,
        changes={"members": [person.pk for person in people], "last_on": last_on.isoformat()},
    )
    return invitations, gives_time
