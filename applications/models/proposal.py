from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, DecimalField, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.states import Role
from applications.models.call import Call
from applications.states import PARTNER_LABELS, STATE_KINDS, BudgetSide, FundingForm, ProposalState, Side
from programme.models import Area, Criterion, DesiredResult, Line, TargetGroup
from programme.states import MigrationMoment, WorkKind

if TYPE_CHECKING:
    from accounts.models import User
    from applications.models.paper_intake import PaperIntake

# Roles that work on every proposal that was submitted.
WHOLE_PROGRAMME = (Role.PROGRAMME_MANAGER, Role.FINANCIAL_ADVISER, Role.ASSESSOR)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def of_partner(self, user: "User") -> "ProposalQuerySet":
        """Return what a person may read as a partner, of an organisation or alone, newest first.

        What the team is entering on a partner's behalf is there once it was taken in.
        """
        being_entered = Q(state=ProposalState.DRAFT, paper_intake__isnull=False)
        working_on = Proposal.objects.filter(collaborators__user=user, collaborators__until=None).values("pk")
        mine = Organisation.objects.of_member(user).order_by().values("pk")
        return self.filter(Q(organisation__in=mine) | Q(pk__in=working_on), ~being_entered).order_by("-created_at")

    def visible_to_team(self, user: "User") -> "ProposalQuerySet":
        """Return the submitted proposals that a person of the programme team may know of.

        A line lead knows the proposals of the own line. A file that is shut for a person (an interest), what the
        person's own organisation proposes, and what the person works or worked on, does not exist for that person as a
        member of the team (Awb 2:4).
        """
        submitted = (
            self.exclude(state=ProposalState.DRAFT)
            .exclude(shut_files__user=user)
            .exclude(organisation__memberships__user=user)
            .exclude(collaborators__user=user)
        )
        if user.holds(*WHOLE_PROGRAMME):
            return submitted
        return submitted.filter(line__leads__user=user)

    def of_interest_to(self, user: "User") -> "ProposalQuerySet":
        """Return the proposals in which a person has an interest (Awb 2:4).

        It was declared, or the proposal is of the own organisation, or the person works or worked on it.
        """
        interest = Q(shut_files__user=user) | Q(organisation__memberships__user=user) | Q(collaborators__user=user)
        return self.filter(interest).distinct()

    def with_requested_total(self) -> "ProposalQuerySet":
        """Add `requested_total`: costs minus co-funding over all years, in euros."""
        return self.annotate(requested_total=_sum_of(BudgetSide.COST) - _sum_of(BudgetSide.CO_FUNDING))

    def for_partner_list(self) -> "ProposalQuerySet":
        """Return what a partner's own page shows of each proposal in one query."""
        shown = self.select_related("organisation", "call", "line", "proposed_line")
        return shown.with_requested_total().with_unread_messages(Side.PARTNER)

    def with_unread_messages(self, side: Side) -> "ProposalQuerySet":
        """Add `unread_messages`: how many messages of the other side nobody of this side has read."""
        unread = Q(messages__reading=None) & Q(messages__isnull=False) & ~Q(messages__side=side)
        counted = (
            Proposal.objects.filter(unread, pk=OuterRef("pk"))
            .order_by()
            .values("pk")
            .annotate(number=Count("messages"))
            .values("number")
        )
        return self.annotate(unread_messages=Coalesce(Subquery(counted), 0))

    def for_team_list(self) -> "ProposalQuerySet":
        """Return what the team's dashboard shows of each proposal in one query."""
        return self.select_related("organisation", "line").with_requested_total()


class Proposal(models.Model):
    """A proposal of a partner (voorstel). After submission its content is frozen, by the rules and by triggers."""

    reference = models.CharField(max_length=20, unique=True, null=True)  # noqa: DJ001  (unique: NULL is "none yet")
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="proposals")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="proposals")
    contact = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="proposals")
    state = models.CharField(max_length=20, choices=ProposalState, default=ProposalState.DRAFT)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    complete_at = models.DateTimeField(null=True)

    funding_form = models.CharField(max_length=20, choices=FundingForm, default=FundingForm.SUBSIDY)
    title = models.CharField(_("title"), max_length=100)
    summary = models.TextField(_("summary"), max_length=500, blank=True)
    description = models.TextField(_("description"), max_length=5000, blank=True)
    work_kind = models.CharField(_("kind of work"), max_length=12, choices=WorkKind, blank=True)
    # The partner's own choice stays as it was; the team may tag another line, with a reason (see LineTag).
    proposed_line = models.ForeignKey(
        Line, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("programme line")
    )
    line = models.ForeignKey(Line, on_delete=models.PROTECT, null=True, related_name="proposals")
    desired_results = models.ManyToManyField(DesiredResult, verbose_name=_("desired results"), blank=True)
    target_groups = models.ManyToManyField(TargetGroup, verbose_name=_("target groups"), blank=True)
    migration_moments = ArrayField(
        models.CharField(max_length=20, choices=MigrationMoment),
        default=list,
        blank=True,
        verbose_name=_("migration moments"),
    )
    areas = models.ManyToManyField(Area, verbose_name=_("areas"), blank=True)
    starts_on = models.DateField(_("start date"), null=True)
    ends_on = models.DateField(_("end date"), null=True)
    partners = models.TextField(_("with whom"), max_length=1500, blank=True)
    afterwards = models.TextField(_("after the grant"), max_length=1500, blank=True)
    on_brand = models.TextField(_("ON-brand"), max_length=1500, blank=True)
    declared_truth = models.BooleanField(default=False)
    de_minimis_aid = models.DecimalField(max_digits=12, decimal_places=2, null=True)

    # An earlier proposal that this one began as a copy of, and the hash of each question as it was asked.
    copied_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="copies")
    questions_asked = models.JSONField(default=dict)
    # When its term to keep was over and what it said was destroyed: numbers, days and its title are left.
    purged_at = models.DateTimeField(null=True, editable=False)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="applications_state_known", condition=Q(state__in=ProposalState.values)),
            models.CheckConstraint(
                name="applications_submitted_has_reference",
                condition=Q(state=ProposalState.DRAFT, reference=None, submitted_at=None)
                | (
                    ~Q(state=ProposalState.DRAFT)
                    & Q(reference__isnull=False, submitted_at__isnull=False, line__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="applications_ends_after_start",
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
        ]
        # What counts proposals, and what finds those that wait, reads nothing but this.
        indexes: ClassVar = [models.Index(fields=["state", "line", "id"], name="applications_by_state")]

    def __str__(self) -> str:
        return self.reference or self.title

    def get_absolute_url(self) -> str:
        return reverse("applications:proposal", args=[self.pk])

    @property
    def partner_label(self) -> Promise:
        """What the partner reads of the state."""
        return PARTNER_LABELS[ProposalState(self.state)]

    @property
    def state_kind(self) -> str:
        """How the state looks, beside its words."""
        return STATE_KINDS[ProposalState(self.state)]

    @property
    def shown_line(self) -> Line | None:
        """The tagged line, or the partner's choice as long as nothing was submitted."""
        return self.line or self.proposed_line

    @property
    def team_intake(self) -> "PaperIntake | None":
        """How it came in when the team entered it on behalf of the partner; None when the partner did it."""
        return getattr(self, "paper_intake", None)

    @property
    def is_draft(self) -> bool:
        """Whether the partner may still change it."""
        return self.state == ProposalState.DRAFT


def _sum_of(side: BudgetSide) -> Coalesce:
    """Return the sum in euros of one side of the budget, as a subquery so that sums don't multiply each other."""
    amounts = (
        Proposal.objects.filter(pk=OuterRef("pk"), budget_items__side=side)
        .order_by()
        .values("pk")
        .annotate(total=Sum("budget_items__amounts__amount"))
        .values("total")
    )
    field: DecimalField[Decimal, Decimal] = DecimalField(max_digits=12, decimal_places=2)
    return Coalesce(Subquery(amounts, output_field=field), Value(Decimal("0.00")), output_field=field)


class CriterionAnswer(models.Model):
    """Why a proposal serves one of the six criteria, in the partner's words."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="criterion_answers")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=1500)

    class Meta:
        ordering: ClassVar = ["criterion__position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "criterion"], name="applications_answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.criterion}"


class PromisedResult(models.Model):
    """A measurable result that the partner promises."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="promised_results")
    position = models.PositiveSmallIntegerField()
    indicator = models.CharField(_("what you count"), max_length=120)
    baseline = models.CharField(_("now"), max_length=40)
    target = models.CharField(_("at the end"), max_length=40)
    measured_by = models.CharField(_("how you measure it"), max_length=200)

    class Meta:
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return self.indicator
