from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import Membership
from applications.models import Collaborator, Proposal, ShutFile
from applications.states import ProposalState
from assessment.models.assignment import InterestDeclaration
from assessment.models.consensus import Consensus
from assessment.states import PANEL_OLDEST, PANEL_SENTENCE_LIMIT, PANEL_YOUNGEST
from programme.models import Criterion

if TYPE_CHECKING:
    from accounts.models import User


class PanelMemberQuerySet(models.QuerySet["PanelMember"]):
    def of_age_on(self, day: date) -> "PanelMemberQuerySet":
        """Return the members who become 18 to 35 years old in the year of a day."""
        return self.filter(birth_year__range=(day.year - PANEL_OLDEST, day.year - PANEL_YOUNGEST))


class PanelMember(models.Model):
    """Somebody of the talent panel. Of the age no more is kept than the year of birth, and not longer than needed."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="panel_membership")
    birth_year = models.PositiveSmallIntegerField()
    joined_at = models.DateTimeField()

    objects = PanelMemberQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.person)


class PanelQuestionQuerySet(models.QuerySet["PanelQuestion"]):
    def open_on(self, day: date) -> "PanelQuestionQuerySet":
        """Return the questions that members may answer: the last day has not passed and the team has not agreed."""
        return self.filter(
            ~Exists(Consensus.objects.filter(proposal=OuterRef("proposal"))),
            last_on__gte=day,
            proposal__state=ProposalState.IN_ASSESSMENT,
        )


class PanelQuestion(models.Model):
    """A proposal that was put to the talent panel, with the last day on which members give their opinion."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="panel_question")
    last_on = models.DateField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    objects = PanelQuestionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["last_on", "pk"]

    def __str__(self) -> str:
        return str(self.proposal)


class PanelInvitationQuerySet(models.QuerySet["PanelInvitation"]):
    def that_count(self) -> "PanelInvitationQuerySet":
        """Return the invitations of people without an interest in the proposal (Awb 2:4)."""
        mine = {"proposal": OuterRef("question__proposal"), "user": OuterRef("member")}
        member = Membership.objects.filter(
            organisation=OuterRef("question__proposal__organisation"), user=OuterRef("member")
        )
        return self.filter(
            ~Exists(ShutFile.objects.filter(**mine)), ~Exists(member), ~Exists(Collaborator.objects.filter(**mine))
        )

    def with_declaration(self) -> "PanelInvitationQuerySet":
        """Add `is_declared`: whether the member has declared about interests in the proposal."""
        declared = InterestDeclaration.objects.filter(
            proposal=OuterRef("question__proposal"), person=OuterRef("member")
        )
        return self.annotate(is_declared=Exists(declared))  # type: ignore[no-redef]

    def known_to(self, user: "User") -> "PanelInvitationQuerySet":
        """Return what a member of the panel was asked, with the proposal; never where the person has an interest."""
        related = ("question__proposal__organisation", "question__proposal__line", "answer")
        return self.that_count().with_declaration().filter(member=user).select_related(*related)

    def for_progress(self) -> "PanelInvitationQuerySet":
        """Return the invitations with who was asked and how far each is, for whoever asked; not what they answered."""
        still_in = PanelMember.objects.filter(person=OuterRef("member"))
        counts = PanelInvitation.objects.that_count().filter(pk=OuterRef("pk"))
        return (
            self.with_declaration()
            .annotate(is_member=Exists(still_in), counts=Exists(counts), has_answered=Q(answer__isnull=False))
            .select_related("member")
            .order_by("member__full_name", "pk")
        )


class PanelInvitation(models.Model):
    """A member of the panel who was asked about a proposal. Only ever added to."""

    # Added by with_declaration(), and only there after it.
    is_declared: bool

    question = models.ForeignKey(PanelQuestion, on_delete=models.PROTECT, related_name="invitations")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="panel_invitations")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    objects = PanelInvitationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["question", "member"], name="assessment_panel_asked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.member}"


class PanelAnswer(models.Model):
    """What one member of the panel thinks of a proposal, in one sentence; its marks stand beside it."""

    invitation = models.OneToOneField(PanelInvitation, on_delete=models.PROTECT, related_name="answer")
    sentence = models.CharField(max_length=PANEL_SENTENCE_LIMIT)
    given_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="assessment_panel_has_sentence", condition=~Q(sentence="")),
        ]

    def __str__(self) -> str:
        return str(self.invitation)


class PanelMark(models.Model):
    """A member's mark for one criterion that concerns talent, on the scale of the scores. Never counted in a total."""

    answer = models.ForeignKey(PanelAnswer, on_delete=models.PROTECT, related_name="marks")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField()
    marked_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["criterion__position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["answer", "criterion"], name="assessment_panel_marked_once"),
            models.CheckConstraint(
                name="assessment_panel_mark_in_scale", condition=Q(points__gte=0) & Q(points__lte=3)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer}: {self.criterion}"
