from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.models.letter_template import LetterTemplate
from applications.models.proposal import Proposal
from applications.states import LetterState
from core.domain import markup
from core.models import Document

if TYPE_CHECKING:
    from accounts.models import User


class OutgoingLetterQuerySet(models.QuerySet["OutgoingLetter"]):
    def for_letters_page(self, proposal: Proposal) -> "OutgoingLetterQuerySet":
        """Return the letters about a proposal that were begun or sent here, newest first."""
        return (
            self.filter(proposal=proposal)
            .select_related("template", "changed_by", "sent_by", "document")
            .order_by("-made_at", "-pk")
        )

    def to_be_posted(self) -> "OutgoingLetterQuerySet":
        """Return the letters on paper that were made and wait to be put in the post, oldest first."""
        return self.filter(on_paper=True, document__isnull=False, posted_at=None).order_by("sent_at", "pk")

    def for_post_page(self, user: "User") -> "OutgoingLetterQuerySet":
        """Return what the page of the post shows of each letter, of the files that a person knows."""
        known = Proposal.objects.visible_to_team(user).order_by().values("pk")
        return self.filter(proposal__in=known).select_related("proposal__contact", "proposal__organisation", "document")


class OutgoingLetter(models.Model):
    """A letter to the partner, from a template: a draft that may be edited, then sent and frozen.

    The text is kept as it was edited. The PDF is made of it once, after sending; a letter on paper is posted then.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="outgoing_letters")
    template = models.ForeignKey(LetterTemplate, on_delete=models.PROTECT, related_name="letters")
    facts = models.JSONField(default=dict, help_text="The merge fields as they were filled in")
    subject = models.CharField(_("subject"), max_length=500)
    body = models.TextField(_("text"), max_length=12000)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=5, choices=LetterState, default=LetterState.DRAFT)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    on_paper = models.BooleanField(default=False, help_text="The contact has no e-mail address: it goes by post")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="+")
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    posted_at = models.DateTimeField(null=True)

    objects = OutgoingLetterQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="applications_letter_sent_by_somebody",
                condition=Q(state=LetterState.DRAFT, sent_at=None, sent_by=None, document=None)
                | Q(state=LetterState.SENT, sent_at__isnull=False, sent_by__isnull=False),
            ),
            models.CheckConstraint(
                name="applications_letter_posted_after_made",
                condition=Q(posted_at=None, posted_by=None)
                | Q(on_paper=True, document__isnull=False, posted_at__isnull=False, posted_by__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["proposal", "-made_at"], name="applications_outgoing_by_file")]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.template.get_code_display()}"

    def get_absolute_url(self) -> str:
        return reverse("applications:outgoing_letter", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        """Whether it may still be edited."""
        return self.state == LetterState.DRAFT

    @property
    def subject_as_read(self) -> str:
        """The subject without the signs that keep markup apart from text."""
        return markup.plain(self.subject)
