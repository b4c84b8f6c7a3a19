from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.models import Proposal
from core.domain import clock
from programme.models import Line
from reporting.models.report import Report

if TYPE_CHECKING:
    from accounts.models import User


class QuestionQuerySet(models.QuerySet["Question"]):
    def known_to(self, user: "User") -> "QuestionQuerySet":
        """Return the questions that are not about a proposal in which a person has an interest (Awb 2:4)."""
        shut = Proposal.objects.of_interest_to(user).order_by().values("pk")
        return self.filter(Q(proposal=None) | ~Q(proposal__in=shut))

    def with_state(self) -> "QuestionQuerySet":
        """Add `is_answered` and `is_offered`: that the college answered, and that a draft waits for it."""
        offered = AnswerDraft.objects.filter(question=OuterRef("pk"), offered_at__isnull=False)
        answered = Answer.objects.filter(question=OuterRef("pk"))
        return self.annotate(is_answered=Exists(answered), is_offered=Exists(offered))  # type: ignore[no-redef]

    def open(self) -> "QuestionQuerySet":
        """Return the questions that the college did not answer yet, the first due first."""
        return self.filter(~Exists(Answer.objects.filter(question=OuterRef("pk")))).order_by("due_on", "pk")

    def for_list(self) -> "QuestionQuerySet":
        """Return questions with what a list shows of each: open ones first, the first due on top."""
        related = ("report", "line", "proposal", "asked_by")
        shown = self.with_state().select_related(*related)
        return shown.order_by(F("is_answered").asc(), "due_on", "pk")


class Question(models.Model):
    """What somebody of the council asks: about a report, a line, an activity, or the programme. Only ever added."""

    # Added by with_state(), and only there after it.
    is_answered: bool
    is_offered: bool

    reference = models.CharField(max_length=20, unique=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, related_name="questions")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, null=True, related_name="questions")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, null=True, related_name="council_questions")
    text = models.TextField(_("question"), max_length=3000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_on = models.DateField(_("answer due on"), help_text="By the term as it was when the question was asked")

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question of the council")
        verbose_name_plural = _("questions of the council")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="reporting_question_about_one",
                condition=Q(report=None, line=None) | Q(report=None, proposal=None) | Q(line=None, proposal=None),
            ),
            models.CheckConstraint(name="reporting_question_says_something", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("reporting:question", args=[self.reference])

    @property
    def subject(self) -> Report | Line | Proposal | None:
        """What it is about; None for the programme as a whole."""
        return self.report or self.line or self.proposal

    @property
    def is_late(self) -> bool:
        """Whether the term has passed, for a question that is still open."""
        return self.due_on < clock.today()


class Answer(models.Model):
    """What the college answers, drafted by the team. Only ever added to: a second answer adds to the first."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField(help_text="Counts the answers to a question from 1")
    text = models.TextField(_("answer"), max_length=10_000)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        verbose_name = _("answer of the college")
        verbose_name_plural = _("answers of the college")
        ordering: ClassVar = ["question", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["question", "number"], name="reporting_answer_once"),
            models.CheckConstraint(name="reporting_answer_counts_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(name="reporting_answer_says_something", condition=~Q(text="")),
            models.CheckConstraint(name="reporting_answer_two_signatures", condition=~Q(given_by=F("drafted_by"))),
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.number}"

    @property
    def given_on(self) -> date:
        """The day of the answer in Amsterdam."""
        return clock.local_date(self.given_at)


class AnswerDraft(models.Model):
    """An answer that the team is writing. Goes away when the college gives it."""

    question = models.OneToOneField(Question, on_delete=models.PROTECT, related_name="draft")
    version = models.PositiveIntegerField(default=1, help_text="Goes up with every change")
    text = models.TextField(max_length=10_000)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True, help_text="Since when it waits for the college")
    returned = models.TextField(max_length=1000, blank=True, help_text="Why the college gave it back")

    def __str__(self) -> str:
        return f"{self.question} ({self.version})"
