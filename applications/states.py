"""States of a proposal, the moves between them, and what a partner reads of each."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ProposalState(models.TextChoices):
    """Where a proposal is on the road. The label is the team's; `PARTNER_LABELS` holds the partner's."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Received")
    SUPPLEMENT = "supplement", _("Waits for a supplement")
    IN_ASSESSMENT = "in_assessment", _("In assessment")
    ADVISED = "advised", _("Advice ready")
    LISTED = "listed", _("On a decision list")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")
    SETTLED = "settled", _("Settled")
    NOT_PROCESSED = "not_processed", _("Not processed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


PARTNER_LABELS: dict[ProposalState, Promise] = {
    ProposalState.DRAFT: _("You are still writing"),
    ProposalState.SUBMITTED: _("Received: we check whether it is complete"),
    ProposalState.SUPPLEMENT: _("Something is missing: we wait for your supplement"),
    ProposalState.IN_ASSESSMENT: _("Complete: the programme team assesses it"),
    ProposalState.ADVISED: _("Assessed: the advice is ready"),
    ProposalState.LISTED: _("With the college for a decision"),
    ProposalState.GRANTED: _("Granted"),
    ProposalState.REFUSED: _("Not granted"),
    ProposalState.SETTLED: _("Settled: the final amount stands"),
    ProposalState.NOT_PROCESSED: _("Not processed: it stayed incomplete"),
    ProposalState.WITHDRAWN: _("You withdrew it"),
}

# What the partner reads of the arrival in a state, in the history of a proposal.
PARTNER_HISTORY: dict[ProposalState, Promise] = {
    ProposalState.DRAFT: _("Started"),
    ProposalState.SUBMITTED: _("Received"),
    ProposalState.SUPPLEMENT: _("We asked you for a supplement"),
    ProposalState.IN_ASSESSMENT: _("Found complete; the assessment begins"),
    ProposalState.ADVISED: _("The programme team gave its advice"),
    ProposalState.LISTED: _("Put before the college for a decision"),
    ProposalState.GRANTED: _("Granted by the college"),
    ProposalState.REFUSED: _("Refused by the college"),
    ProposalState.SETTLED: _("Settled: the municipality set the final amount"),
    ProposalState.NOT_PROCESSED: _("Not processed, because it stayed incomplete"),
    ProposalState.WITHDRAWN: _("Withdrawn by your organisation"),
}

# What the partner reads when a proposal comes back from the college without a decision.
HELD_HISTORY = _("The college looked at it and decides later")
POSTPONED_HISTORY = _("Waits for a later meeting of the college")
# And when the team takes a wrong advice back.
RECONSIDERED_HISTORY = _("The programme team looks at its advice again")

# How a state looks, always beside its words: neutral, info, ok, warning or danger.
STATE_KINDS: dict[ProposalState, str] = {
    ProposalState.DRAFT: "neutral",
    ProposalState.SUBMITTED: "info",
    ProposalState.SUPPLEMENT: "warning",
    ProposalState.IN_ASSESSMENT: "info",
    ProposalState.ADVISED: "info",
    ProposalState.LISTED: "info",
    ProposalState.GRANTED: "ok",
    ProposalState.REFUSED: "danger",
    ProposalState.SETTLED: "ok",
    ProposalState.NOT_PROCESSED: "danger",
    ProposalState.WITHDRAWN: "neutral",
}

# The partner may withdraw as long as the college has it not on its table.
MAY_BE_WITHDRAWN = (
    ProposalState.SUBMITTED,
    ProposalState.SUPPLEMENT,
    ProposalState.IN_ASSESSMENT,
    ProposalState.ADVISED,
)

# From, to. Who may make a move and what it needs stands in the verb that makes it.
MOVES: frozenset[tuple[ProposalState, ProposalState]] = frozenset(
    {
        (ProposalState.DRAFT, ProposalState.SUBMITTED),  # the partner submits
        (ProposalState.SUBMITTED, ProposalState.IN_ASSESSMENT),  # the team finds it complete
        (ProposalState.SUBMITTED, ProposalState.SUPPLEMENT),  # the team asks for what is missing (Awb 4:5)
        (ProposalState.SUPPLEMENT, ProposalState.SUBMITTED),  # the partner hands the supplement in, or the term ends
        (ProposalState.SUBMITTED, ProposalState.NOT_PROCESSED),  # still incomplete after the term (Awb 4:5)
        (ProposalState.IN_ASSESSMENT, ProposalState.ADVISED),  # the team gives its advice
        (ProposalState.ADVISED, ProposalState.IN_ASSESSMENT),  # the team takes its advice back
        (ProposalState.ADVISED, ProposalState.LISTED),  # put on a decision list
        (ProposalState.LISTED, ProposalState.ADVISED),  # taken off the list again, or held by the college
        (ProposalState.LISTED, ProposalState.GRANTED),  # the college grants
        (ProposalState.LISTED, ProposalState.REFUSED),  # the college refuses
        (ProposalState.GRANTED, ProposalState.REFUSED),  # after an objection
        (ProposalState.REFUSED, ProposalState.GRANTED),  # after an objection
        (ProposalState.GRANTED, ProposalState.SETTLED),  # the final amount is set
        *((state, ProposalState.WITHDRAWN) for state in MAY_BE_WITHDRAWN),  # the partner withdraws
    }
)

# The team may correct the programme line until the advice names amounts on it.
LINE_MAY_CHANGE = (ProposalState.SUBMITTED, ProposalState.SUPPLEMENT, ProposalState.IN_ASSESSMENT)

UNDER_REVIEW = (
    ProposalState.SUBMITTED,
    ProposalState.SUPPLEMENT,
    ProposalState.IN_ASSESSMENT,
    ProposalState.ADVISED,
    ProposalState.LISTED,
)


ENDED = (ProposalState.NOT_PROCESSED, ProposalState.WITHDRAWN)

DECIDED = (ProposalState.GRANTED, ProposalState.REFUSED, ProposalState.SETTLED)


class FundingForm(models.TextChoices):
    """In what form the municipality pays (bekostigingsvorm). Only a subsidy follows the Awb track."""

    SUBSIDY = "subsidie", _("Subsidy")
    ASSIGNMENT = "opdracht", _("Assignment")
    OWN_EXECUTION = "eigen uitvoering", _("Carried out by the municipality")
    CONTRIBUTION = "bijdrage", _("Contribution to another government")


class BudgetSide(models.TextChoices):
    """A row of the proposal's budget: what it costs, or who else pays."""

    COST = "cost", _("Cost")
    CO_FUNDING = "co_funding", _("Co-funding")


class DivisionRule(models.TextChoices):
    """How a call divides its money; published before it opens (domain: assessment, 5)."""

    COMPLETENESS = "completeness", _("In order of the date on which a proposal was complete")
    RANKING = "ranking", _("In order of score, after the closing date")


class SuspensionEnd(models.TextChoices):
    """Why the clock runs again after a request for a supplement (Awb 4:15)."""

    SUPPLIED = "supplied", _("The supplement was received")
    TERM_PASSED = "term_passed", _("The term passed")
    WITHDRAWN = "withdrawn", _("The proposal was withdrawn")


class CallState(models.TextChoices):
    """Whether a call is the team's draft, or everybody's to read. Which phase it is in follows from its dates."""

    DRAFT = "draft", _("In preparation")
    PUBLISHED = "published", _("Published")


class CallPhase(models.TextChoices):
    """Where a call is at a moment."""

    DRAFT = "draft", _("In preparation")
    ANNOUNCED = "announced", _("Opens later")
    OPEN = "open", _("Open now")
    CLOSED = "closed", _("Closed")


# How a phase looks, always beside its words.
CALL_PHASE_KINDS: dict[CallPhase, str] = {
    CallPhase.DRAFT: "neutral",
    CallPhase.ANNOUNCED: "info",
    CallPhase.OPEN: "ok",
    CallPhase.CLOSED: "warning",
}


class QuestionUse(models.TextChoices):
    """What a call does with a question of the form."""

    NEEDED = "needed", _("Everybody answers it")
    OPTIONAL = "optional", _("It may stay empty")
    LEFT_OUT = "left_out", _("It is not asked")


class AttachmentKind(models.TextChoices):
    """What a file is for."""

    BUDGET = "begroting", _("Budget in detail")
    ANNUAL_ACCOUNTS = "jaarrekening", _("Annual accounts")
    QUOTATION = "offerte", _("Quotation")
    PLAN = "plan", _("Plan or planning")
    OTHER = "overig", _("Something else")


class AttachmentState(models.TextChoices):
    """What is known of a file: only what the scanner called clean is open to everybody with the right."""

    UPLOADED = "uploaded", _("Not checked for viruses yet")
    CLEAN = "clean", _("Checked: no virus found")
    REFUSED = "refused", _("Refused: a virus was found")


class ProposalEvent(models.TextChoices):
    """What the audit trail knows of a proposal."""

    STARTED = "proposal.started"
    CHANGED = "proposal.changed"
    SUBMITTED = "proposal.submitted"
    RECEIPT_SENT = "proposal.receipt_sent"
    LETTER_FILED = "proposal.letter_filed"
    FOUND_COMPLETE = "proposal.found_complete"
    LINE_TAGGED = "proposal.line_tagged"
    MOVED = "proposal.moved"
    SHUT_FOR_PERSON = "proposal.shut_for_person"
    OPENED = "proposal.opened"
    ATTACHMENT_ADDED = "proposal.attachment_added"
    ATTACHMENT_REMOVED = "proposal.attachment_removed"
    ATTACHMENT_CHECKED = "proposal.attachment_checked"
    ATTACHMENT_OPENED = "proposal.attachment_opened"
    INVITED = "proposal.invited"
    INVITATION_WITHDRAWN = "proposal.invitation_withdrawn"
    JOINED = "proposal.joined"
    PERSON_ROLE_CHANGED = "proposal.person_role_changed"
    PERSON_LEFT = "proposal.person_left"
    CONTACT_CHANGED = "proposal.contact_changed"
    DE_MINIMIS_DECLARED = "proposal.de_minimis_declared"
    AID_JUDGED = "proposal.aid_judged"
    ENTERED_FOR_PARTNER = "proposal.entered_for_partner"
    SUPPLEMENT_ASKED = "proposal.supplement_asked"
    SUPPLEMENT_RECEIVED = "proposal.supplement_received"
    SUPPLEMENT_CLOSED = "proposal.supplement_closed"
    EXTENDED = "proposal.extended"
    NOT_PROCESSED = "proposal.not_processed"
    WITHDRAWN = "proposal.withdrawn"
    MESSAGE_SENT = "proposal.message_sent"
    CHANGE_REPORTED = "proposal.change_reported"
    CHANGE_ANSWERED = "proposal.change_answered"


class TemplateCode(models.TextChoices):
    """The letters for which there is a template."""

    SUPPLEMENT_REQUEST = "supplement_request", _("Request for a supplement")
    EXTENSION = "extension", _("Extension of the decision period")
    NOT_PROCESSED = "not_processed", _("Proposal not processed")
    PAPER_RECEIPT = "paper_receipt", _("Receipt of a proposal on paper")
    GENERAL = "general", _("General letter")


class LetterLanguage(models.TextChoices):
    """The languages of letters: that of the contact."""

    DUTCH = "nl", _("Dutch")
    ENGLISH = "en", _("English")


class LetterState(models.TextChoices):
    """Whether a letter may still be edited, or left the house."""

    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")


class IntakeChannel(models.TextChoices):
    """How a proposal came in that the team entered."""

    PAPER = "paper", _("On paper")
    EMAIL = "email", _("By e-mail")


class LetterEvent(models.TextChoices):
    """What the audit trail knows of letters and their templates."""

    TEMPLATE_CHANGED = "letter_template.changed"
    DRAFTED = "letter.drafted"
    CHANGED = "letter.changed"
    DISCARDED = "letter.discarded"
    SENT = "letter.sent"
    POSTED = "letter.posted"


class CallEvent(models.TextChoices):
    """What the audit trail knows of a call."""

    CREATED = "call.created"
    CHANGED = "call.changed"
    PUBLISHED = "call.published"
    TAKEN_BACK = "call.taken_back"
    EXTENDED = "call.extended"
    FROZEN = "call.frozen"
    REMOVED = "call.removed"
    OUTAGE_RECORDED = "call.outage_recorded"
    CLOSING_MOVED = "call.closing_moved"


class CalendarEvent(models.TextChoices):
    """What the audit trail knows of the address of a person's calendar."""

    MADE = "calendar.made"
    STOPPED = "calendar.stopped"


class Side(models.TextChoices):
    """Who wrote a message: somebody of the partner, or of the municipality."""

    PARTNER = "partner", _("Partner")
    TEAM = "team", _("Programme team")


class ChangeSubject(models.TextChoices):
    """What a change after the grant is about."""

    PLANNING = "planning", _("The planning: it starts or ends on another day")
    CONTENT = "content", _("The activities or the promised results")
    COOPERATION = "cooperation", _("Who takes part, or who carries it out")
    COST = "cost", _("The cost or the co-funding")
    STOPS = "stops", _("All or part of it doesn’t go on")
    OTHER = "other", _("Something else that matters for the grant")


class ChangeState(models.TextChoices):
    """How far a change notice is, in the team's words and the partner's."""

    OPEN = "open", _("Waits for an answer")
    ACCEPTED = "accepted", _("Accepted: the grant stays as it is")
    REFUSED = "refused", _("Not accepted: carry it out as it was granted")
    NEEDS_DECISION = "needs_decision", _("Needs a new decision of the college")


CHANGE_KINDS: dict[ChangeState, str] = {
    ChangeState.OPEN: "info",
    ChangeState.ACCEPTED: "ok",
    ChangeState.REFUSED: "danger",
    ChangeState.NEEDS_DECISION: "warning",
}

# A change is told of what was granted and is not settled yet.
MAY_CHANGE_AFTERWARDS = (ProposalState.GRANTED,)
