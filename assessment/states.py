"""Choices of the assessment."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.states import PARTNER_LABELS, ProposalState


class Outcome(models.TextChoices):
    """What the rule makes of the consensus scores. The advice advises; the college decides."""

    POSITIVE = "positive", _("Positive")
    CONDITIONAL = "conditional", _("Positive, with conditions")
    NEGATIVE = "negative", _("Negative")


# How a page marks an outcome, beside its words.
OUTCOME_KINDS: dict[Outcome, str] = {
    Outcome.POSITIVE: "ok",
    Outcome.CONDITIONAL: "warning",
    Outcome.NEGATIVE: "danger",
}


class NextStep(models.TextChoices):
    """What a proposal waits for, as the team's list tells it."""

    COMPLETENESS = "completeness", _("Check whether it is complete")
    SUPPLEMENT = "supplement", _("Supplement by the partner")
    ASSIGN = "assign", _("Assign assessors")
    WAIT = "wait", _("With the assessors")
    CONSENSUS = "consensus", _("Record the consensus")
    ADVICE = "advice", _("Give the advice")
    LIST = "list", _("Put it on a decision list")
    COLLEGE = "college", _("Decision of the college")


# The talent panel speaks for people of these ages: what somebody becomes in the year, since only that year is known.
PANEL_YOUNGEST = 18
PANEL_OLDEST = 35
PANEL_SENTENCE_LIMIT = 280

# The panel reads of a proposal what its partner reads, told to somebody else.
PANEL_LABELS: dict[ProposalState, Promise] = {
    **PARTNER_LABELS,
    ProposalState.WITHDRAWN: _("Withdrawn by its organisation"),
}


class AssigningWay(models.TextChoices):
    """How many proposals are divided among assessors at once."""

    EVENLY = "evenly", _("Evenly: each proposal gets as many assessors as it needs, and nobody gets much more work")
    EVERYBODY = "everybody", _("Everybody: each chosen assessor gets all these proposals")


class MeetingState(models.TextChoices):
    """Where a meeting of the team stands: planned, begun when it was noted who is there, closed for good; or off."""

    PLANNED = "planned", _("Coming")
    OPEN = "open", _("Going on")
    CLOSED = "closed", _("Took place")
    CALLED_OFF = "called_off", _("Called off")


MEETING_KINDS: dict[MeetingState, str] = {
    MeetingState.PLANNED: "info",
    MeetingState.OPEN: "warning",
    MeetingState.CLOSED: "ok",
    MeetingState.CALLED_OFF: "neutral",
}


class ItemState(models.TextChoices):
    """Where an item of an agenda stands. It leaves “waiting” once, and stays where it came."""

    WAITING = "waiting", _("To discuss")
    RECORDED = "recorded", _("Recorded")
    POSTPONED = "postponed", _("Postponed")


ITEM_KINDS: dict[ItemState, str] = {
    ItemState.WAITING: "neutral",
    ItemState.RECORDED: "ok",
    ItemState.POSTPONED: "warning",
}


class Presence(models.TextChoices):
    """Whether somebody who was asked to come to a meeting came."""

    INVITED = "invited", _("Invited")
    PRESENT = "present", _("Present")
    ABSENT = "absent", _("Absent")


class BulkAction(models.TextChoices):
    """What can be done with many proposals of the list at once."""

    ASSIGN = "assign", _("Assign assessors")
    AGENDA = "agenda", _("Put on a meeting’s agenda")
    PANEL = "panel", _("Ask the talent panel")
    TAG_LINE = "tag_line", _("Tag the programme line")
    MESSAGE = "message", _("Send a message to the partner")


class RankState(models.TextChoices):
    """Whether a proposal takes part in a ranking, and if not, why."""

    RANKED = "ranked", _("In the order")
    WAITS = "waits", _("Waits for its completeness check or its advice")
    NEGATIVE = "negative", _("The advice is negative")
    ENDED = "ended", _("Withdrawn or not processed")


class AssessmentEvent(models.TextChoices):
    """What the audit trail knows of an assessment."""

    ASSIGNED = "assessment.assigned"
    ASSIGNMENT_WITHDRAWN = "assessment.assignment_withdrawn"
    CAPACITY_SET = "assessment.capacity_set"
    LOTTERY_DRAWN = "assessment.lottery_drawn"
    INTEREST_DECLARED = "assessment.interest_declared"
    SAVED = "assessment.saved"
    HANDED_IN = "assessment.handed_in"
    CONSENSUS_RECORDED = "assessment.consensus_recorded"
    CONSENSUS_NOTED = "assessment.consensus_noted"
    MEETING_PLANNED = "assessment.meeting_planned"
    MEETING_CHANGED = "assessment.meeting_changed"
    MEETING_INVITED = "assessment.meeting_invited"
    MEETING_ATTENDED = "assessment.meeting_attended"
    MEETING_CLOSED = "assessment.meeting_closed"
    MEETING_CALLED_OFF = "assessment.meeting_called_off"
    PUT_ON_AGENDA = "assessment.put_on_agenda"
    MOVED_ON_AGENDA = "assessment.moved_on_agenda"
    TAKEN_OFF_AGENDA = "assessment.taken_off_agenda"
    POSTPONED = "assessment.postponed"
    ADVISED = "assessment.advised"
    ADVICE_DRAFTED = "assessment.advice_drafted"
    ADVICE_TAKEN_BACK = "assessment.advice_taken_back"
    COLLEGE_PROPOSAL_MADE = "assessment.college_proposal_made"
    PANEL_JOINED = "assessment.panel_joined"
    PANEL_LEFT = "assessment.panel_left"
    PANEL_ASKED = "assessment.panel_asked"
    PANEL_ANSWERED = "assessment.panel_answered"
    LIST_EXPORTED = "assessment.list_exported"
    FILTER_SAVED = "assessment.filter_saved"
    FILTER_REMOVED = "assessment.filter_removed"
