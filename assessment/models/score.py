from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import Membership
from accounts.states import Role
from applications.models import ShutFile
from assessment.models.assignment import Assignment
from programme.models import Criterion, LineLead

if TYPE_CHECKING:
    from accounts.models import User


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def handed_in(self) -> "AssessmentQuerySet":
        """Return what was handed in by people who count: for whom the file is not shut."""
        return self.filter(handed_in_at__isnull=False, assignment__in=Assignment.objects.that_count())

    def visible_to(self, user: "User") -> "AssessmentQuerySet":
        """Return the assessments that a person may read.

        One's own always. An assessor sees what others handed in, only after handing in too. The programme manager,
        the financial adviser and the lead of the line, when they don't assess the proposal themselves, see scores
        once everybody who must hand in has done so. Nobody sees anything of a file that is shut.
        """
        proposal = OuterRef("assignment__proposal")
        mine = Assignment.objects.filter(proposal=proposal, assessor=user)
        i_assess, i_handed_in = Exists(mine), Exists(mine.handed_in())
        counting = Assignment.objects.that_count().filter(proposal=proposal)
        all_in = ~Exists(counting.still_out()) & Q(
            assignment__proposal__call__criteria_version__assessor_count__lte=counting.handed_in().number_by_proposal()
        )
        reads_files: Q | Exists = Exists(
            LineLead.objects.filter(user=user, line=OuterRef("assignment__proposal__line"))
        )
        if user.holds(Role.PROGRAMME_MANAGER, Role.FINANCIAL_ADVISER):
            reads_files = Q()
        shut = ShutFile.objects.filter(proposal=proposal, user=user)
        member = Membership.objects.filter(organisation=OuterRef("assignment__proposal__organisation"), user=user)
        others = Q(handed_in_at__isnull=False) & (Q(i_handed_in) | (~i_assess & Q(reads_files) & all_in))
        return self.filter(~Exists(shut), ~Exists(member)).filter(Q(assignment__assessor=user) | others)


class ScoreQuerySet(models.QuerySet["Score"]):
    def visible_to(self, user: "User") -> "ScoreQuerySet":
        """Return the scores that a person may read: those of the assessments that the person may read."""
        return self.filter(assessment__in=Assessment.objects.visible_to(user))


class Assessment(models.Model):
    """One assessor's assessment: the gate, and a score with a reason for each criterion. Fixed once handed in.

    Every answer has a version that counts up with each change: the trigger `assessment_version_counts_up` lets nobody
    write over a version that they have not seen.
    """

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="assessment")
    passes_gate = models.BooleanField(null=True, help_text="Within scope, and serves a desired result of its line")
    gate_reason = models.TextField(max_length=1000, blank=True)
    gate_version = models.PositiveIntegerField(default=0)
    gate_reason_version = models.PositiveIntegerField(default=0)
    gate_key = models.UUIDField(null=True, help_text="By which the page that sent it knows its own save again")
    gate_reason_key = models.UUIDField(null=True)
    saved_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="assessment_handed_in_with_gate",
                condition=Q(handed_in_at=None) | (Q(passes_gate__isnull=False) & ~Q(gate_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.assignment)


class Score(models.Model):
    """Points and reason for one criterion. Points None with `not_applicable` means: does not apply to this effort.

    The points and the reason each have a version, see `Assessment`. Only an effort may have something not applicable,
    and only on a criterion that allows it: the trigger `assessment_skips_what_may_be_skipped`.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField(null=True)
    not_applicable = models.BooleanField(default=False)
    reason = models.TextField(max_length=2000, blank=True)
    points_version = models.PositiveIntegerField(default=0)
    reason_version = models.PositiveIntegerField(default=0)
    points_key = models.UUIDField(null=True, help_text="By which the page that sent it knows its own save again")
    reason_key = models.UUIDField(null=True)

    objects = ScoreQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["criterion__position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="assessment_score_once"),
            models.CheckConstraint(
                name="assessment_score_in_scale", condition=Q(points=None) | Q(points__gte=0, points__lte=3)
            ),
            models.CheckConstraint(
                name="assessment_score_or_not_applicable", condition=Q(not_applicable=False) | Q(points=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment}: {self.criterion}"
