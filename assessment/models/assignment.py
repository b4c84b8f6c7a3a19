from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Membership
from applications.models import Proposal, ShutFile
from applications.states import ProposalState

if TYPE_CHECKING:
    from accounts.models import User


# The assessment was not handed in, and still can be.
IS_OPEN = Q(proposal__state=ProposalState.IN_ASSESSMENT, assessment__handed_in_at=None)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def that_count(self) -> "AssignmentQuerySet":
        """Return the assignments of people who may still assess: the file is not shut for them (Awb 2:4)."""
        shut = ShutFile.objects.filter(proposal=OuterRef("proposal"), user=OuterRef("assessor"))
        member = Membership.objects.filter(organisation=OuterRef("proposal__organisation"), user=OuterRef("assessor"))
        return self.filter(~Exists(shut), ~Exists(member))

    def handed_in(self) -> "AssignmentQuerySet":
        """Return the assignments whose assessment was handed in."""
        return self.filter(assessment__handed_in_at__isnull=False)

    def still_out(self) -> "AssignmentQuerySet":
        """Return the assignments whose assessment was not handed in yet, or not even begun."""
        return self.exclude(assessment__handed_in_at__isnull=False)

    def open_files(self) -> "AssignmentQuerySet":
        """Return what somebody still has to hand in: the proposal is in assessment, and the file not shut."""
        return self.that_count().filter(IS_OPEN)

    def late(self, today: date) -> "AssignmentQuerySet":
        """Return what should have been handed in before a day, and still can be."""
        return self.open_files().filter(due_on__lt=today)

    def numbers_by_assessor(self, today: date) -> dict[int, tuple[int, int, int]]:
        """Return for each assessor (primary key) how many files are open, late and handed in: one query."""
        rows = (
            self.that_count()
            .order_by()
            .values("assessor")
            .annotate(
                open=Count("pk", filter=IS_OPEN),
                late=Count("pk", filter=IS_OPEN & Q(due_on__lt=today)),
                done=Count("pk", filter=Q(assessment__handed_in_at__isnull=False)),
            )
        )
        return {row["assessor"]: (row["open"], row["late"], row["done"]) for row in rows}

    def number_by_proposal(self) -> Coalesce:
        """Return how many of these there are, for use as a subquery that is narrowed to one proposal."""
        number = self.order_by().values("proposal").annotate(number=Count("pk")).values("number")
        return Coalesce(Subquery(number), 0)

    def with_declaration(self) -> "AssignmentQuerySet":
        """Add `is_declared`: whether the assessor has declared about interests in this proposal."""
        declared = InterestDeclaration.objects.filter(proposal=OuterRef("proposal"), person=OuterRef("assessor"))
        return self.annotate(is_declared=Exists(declared))  # type: ignore[no-redef]

    def waiting_for(self, user: "User") -> "AssignmentQuerySet":
        """Return what a person must still declare about or assess, oldest first; never a file that is shut."""
        return (
            self.that_count()
            .with_declaration()
            .filter(assessor=user, proposal__state=ProposalState.IN_ASSESSMENT)
            .still_out()
            .select_related("proposal__organisation", "proposal__line", "assessment")
            .order_by("assigned_at", "id")
        )

    def for_progress(self) -> "AssignmentQuerySet":
        """Return assignments with the person and how far the assessment is, for the page of the file."""
        return self.with_declaration().select_related("assessor", "assessment").order_by("id")

    def for_overview(self) -> "AssignmentQuerySet":
        """Return assignments as for_progress() does, with `counts`: whether the person may still assess."""
        counting = Assignment.objects.that_count().filter(pk=OuterRef("pk"))
        return self.for_progress().annotate(counts=Exists(counting))  # type: ignore[no-redef]


class Assignment(models.Model):
    """A proposal that a person was asked to assess."""

    # Added by with_declaration() and for_overview(), and only there after it.
    is_declared: bool
    counts: bool

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="assignments")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    due_on = models.DateField(help_text="The last day on which to hand in without being late")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "assessor"], name="assessment_assigned_once"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.assessor}"


class InterestDeclaration(models.Model):
    """What a person declared before the file opened (Awb 2:4). Stays with the advice; only ever added to.

    Whoever found no interest first may find one later; after an interest there is nothing more to declare (the trigger
    `assessment_interest_is_the_last_word`).
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="interest_declarations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    has_interest = models.BooleanField()
    explanation = models.TextField(max_length=1000, blank=True)
    declared_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "person", "has_interest"], name="assessment_declared_once"),
            models.CheckConstraint(
                name="assessment_interest_explained", condition=Q(has_interest=False) | ~Q(explanation="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.person}"
