"""What belongs to the file of one proposal: every table that leads to it, and what of it goes along when it leaves."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import QuerySet

from accounts.models import User
from applications.models import Proposal
from assessment.models import Assessment, Score
from core.models import Document


@dataclass(frozen=True)
class Record:
    """A table of which rows belong to one proposal, by the path that leads there. The path of the proposal is empty."""

    label: str
    path: str

    @property
    def model(self) -> type[models.Model]:
        """The model of the table."""
        return apps.get_model(self.label)

    def rows(self, proposal: Proposal, *, reader: User) -> QuerySet[Any]:
        """Return the rows of a proposal that a person may read, in the order in which they came."""
        model = self.model
        everything = model._default_manager.filter(**{self.path or "pk": proposal.pk}).order_by("pk")
        if model in (Assessment, Score):  # before handing in nobody reads what another scored
            seen = model.objects.visible_to(reader).order_by().values("pk")
            return everything.filter(pk__in=seen)
        return everything


# What goes along as data.
RECORDS = tuple(
    Record(label, path)
    for label, path in {
        "applications.Proposal": "",
        "applications.CriterionAnswer": "proposal",
        "applications.PromisedResult": "proposal",
        "applications.BudgetItem": "proposal",
        "applications.BudgetItemAmount": "item__proposal",
        "applications.LinkedUndertaking": "proposal",
        "applications.DeMinimisAid": "proposal",
        "applications.AidJudgement": "proposal",
        "applications.Attachment": "proposal",
        "applications.PaperIntake": "proposal",
        "applications.Receipt": "proposal",
        "applications.StateChange": "proposal",
        "applications.CompletenessCheck": "proposal",
        "applications.LineTag": "proposal",
        "applications.SupplementRequest": "proposal",
        "applications.Supplement": "request__proposal",
        "applications.Suspension": "proposal",
        "applications.Extension": "proposal",
        "applications.NotProcessed": "proposal",
        "applications.Withdrawal": "proposal",
        "applications.ChangeNotice": "proposal",
        "applications.Message": "proposal",
        "applications.OutgoingLetter": "proposal",
        "applications.Letter": "proposal",
        "assessment.Assignment": "proposal",
        "assessment.WithdrawnAssignment": "proposal",
        "assessment.Assessment": "assignment__proposal",
        "assessment.Score": "assessment__assignment__proposal",
        "assessment.MeetingItem": "proposal",
        "assessment.Consensus": "proposal",
        "assessment.ConsensusScore": "consensus__proposal",
        "assessment.LotteryTicket": "proposal",
        "assessment.Advice": "about",
        "assessment.AdvisedAmount": "advice__about",
        "assessment.AdviceCondition": "advice__about",
        "assessment.CollegeProposal": "advice__about",
        "budget.Abstention": "proposal",
        "budget.Decision": "proposal",
        "budget.DecisionAmount": "decision__proposal",
        "budget.DecisionLetter": "decision__proposal",
        "budget.DeMinimisGrant": "decision__proposal",
        "budget.Objection": "decision__proposal",
        "budget.Obligation": "decision__proposal",
        "budget.ObligationCheck": "obligation__decision__proposal",
        "budget.ProgressReport": "obligation__decision__proposal",
        "budget.ProgressCheck": "report__obligation__decision__proposal",
        "budget.Payment": "decision__proposal",
        "budget.Account": "decision__proposal",
        "budget.AccountCheck": "account__decision__proposal",
        "budget.ReportedResult": "account__decision__proposal",
        "budget.ReportedCost": "account__decision__proposal",
        "budget.Settlement": "decision__proposal",
        "budget.SettlementAmount": "settlement__decision__proposal",
        "budget.SettlementLetter": "settlement__decision__proposal",
        "budget.Recovery": "settlement__decision__proposal",
        "budget.RecoveryReceipt": "recovery__settlement__decision__proposal",
        "budget.LedgerEntry": "decision__proposal",
    }.items()
)

# What an entry rests on may be a statement of the bank, about other partners as well.
SHARED_DOCUMENTS = ("budget.LedgerEntry",)

# What leads to a proposal too and stays here, and why.
LEFT_OUT = {
    "applications.Collaborator": "who may write along is access, not content",
    "applications.Invitation": "an address that was asked to write along, no part of the file",
    "applications.FieldVersion": "what stood in a draft before it was sent was never received",
    "applications.CopiedField": "where a draft began",
    "applications.MessageReading": "who read a message",
    "applications.ProposalSearch": "an index of what stands elsewhere",
    "applications.Proposal_areas": "told with the proposal",
    "applications.Proposal_desired_results": "told with the proposal",
    "applications.Proposal_target_groups": "told with the proposal",
    "applications.ShutFile": "told by the declarations of interest",
    "assessment.InterestDeclaration": "told in the file in words, as far as the reader may know",
    "assessment.AdviceDraft": "nobody gave it yet",
    "assessment.ConsensusDraft": "nobody recorded it yet",
    "assessment.Consensus_present": "told with the consensus",
    "assessment.PanelQuestion": "the talent panel speaks without names: its voice is told in words",
    "assessment.PanelInvitation": "the talent panel speaks without names",
    "assessment.PanelAnswer": "the talent panel speaks without names",
    "assessment.PanelMark": "the talent panel speaks without names",
    "budget.ScenarioItem": "a scenario binds nobody",
    "budget.ScenarioAmount": "a scenario binds nobody",
    "budget.Reconciliation": "about the books as a whole",
    "budget.ReconciliationRow": "about the books as a whole",
    "budget.Explanation": "about the books as a whole",
    "reporting.Question": "asked by the council in public",
    "reporting.Answer": "given to the council in public",
    "reporting.AnswerDraft": "the college gave no answer yet",
}


def as_data(proposal: Proposal, *, reader: User) -> dict[str, list[dict[str, Any]]]:
    """Return every row of the file that a person may read as JSON values, by table."""
    found: dict[str, list[dict[str, Any]]] = {}
    for record in RECORDS:
        rows = [_values(row) for row in record.rows(proposal, reader=reader)]
        if rows:
            found[record.label] = rows
    return found


def documents_of(proposal: Proposal, *, reader: User) -> list[Document]:
    """Return what left the house or came in about a proposal, stored as it was then, oldest first."""
    return sorted(_documents(proposal, reader), key=lambda document: (document.rendered_at, document.pk))


def people_of(proposal: Proposal, *, reader: User) -> set[User]:
    """Return everybody whom a row of the file names, and who acts for its organisation."""
    ids: set[int] = set(proposal.organisation.memberships.values_list("user_id", flat=True))
    ids |= set(proposal.collaborators.values_list("user_id", flat=True))
    for record in RECORDS:
        names = [field.attname for field in links_to(record.model, User)]
        for row in record.rows(proposal, reader=reader).values_list(*names) if names else ():
            ids |= {pk for pk in row if pk is not None}
    return set(User.objects.filter(pk__in=ids))


def _documents(proposal: Proposal, reader: User) -> set[Document]:
    found: set[Document] = set()
    for record in RECORDS:
        if record.label in SHARED_DOCUMENTS:
            continue
        for field in links_to(record.model, Document):
            pks = record.rows(proposal, reader=reader).exclude(**{field.name: None}).values_list(field.attname)
            found |= set(Document.objects.filter(pk__in=pks.order_by()))
    return found


def links_to(model: type[models.Model], other: type[models.Model]) -> Iterator[models.ForeignKey[Any, Any]]:
    """Yield the fields of a table that point to another."""
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and field.related_model is other:
            yield field


def _values(row: models.Model) -> dict[str, Any]:
    """Return the fields of a row; the encoder of JSON writes days, moments and amounts as text."""
    return {field.attname: field.value_from_object(row) for field in row._meta.concrete_fields}
