from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models.call import Call
from core.models import Document


class CallVersion(models.Model):
    """What a call said when it was published: everything, as JSON, with its hash. Rows are only added."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["call", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call", "number"], name="applications_call_version_once"),
            models.CheckConstraint(
                name="applications_call_version_sha256", condition=Q(sha256__regex="^[0-9a-f]{64}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call}, {self.number}"


class QuestionPaper(models.Model):
    """All questions of a call as a PDF: rendered once for each content and language. Rows are only added."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="question_papers")
    content_sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=5)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["call", "content_sha256", "language"], name="applications_question_paper_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call} ({self.language})"
