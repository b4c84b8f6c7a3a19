from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from applications.states import LetterLanguage, TemplateCode


class LetterTemplateQuerySet(models.QuerySet["LetterTemplate"]):
    def current(self) -> "LetterTemplateQuerySet":
        """Return of each template the newest version in each language."""
        versions = LetterTemplate.objects.filter(code=OuterRef("code"), language=OuterRef("language"))
        newest = versions.order_by("-version").values("version")[:1]
        return self.filter(version=Subquery(newest)).order_by("code", "language")

    def versions_of(self, code: str, language: str) -> "LetterTemplateQuerySet":
        """Return every version of a template in a language, newest first, with who made it."""
        return self.filter(code=code, language=language).select_related("made_by").order_by("-version")


class LetterTemplate(models.Model):
    """The text that a letter begins with, with merge fields. A change makes a new version; the old ones stay."""

    code = models.CharField(_("kind of letter"), max_length=20, choices=TemplateCode)
    language = models.CharField(_("language"), max_length=2, choices=LetterLanguage)
    version = models.PositiveSmallIntegerField()
    title = models.CharField(_("subject"), max_length=120)
    body = models.TextField(_("text"), max_length=6000)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Empty for the text that came with the application",
    )

    objects = LetterTemplateQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "language", "version"], name="applications_template_version_once"),
            models.CheckConstraint(name="applications_template_known", condition=Q(code__in=TemplateCode.values)),
            models.CheckConstraint(
                name="applications_template_language", condition=Q(language__in=LetterLanguage.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()} ({self.language}, {self.version})"
