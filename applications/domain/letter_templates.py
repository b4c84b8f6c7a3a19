"""The templates of letters: loaded from a file, edited as new versions."""

from typing import Any

import yaml
from django.conf import settings
from django.db import transaction
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from applications.domain import merge_fields
from applications.errors import FieldsOpen, TemplateMissing, TextChanged
from applications.models import LetterTemplate
from applications.states import LetterEvent, TemplateCode
from core.domain import audit, clock, markup

TEMPLATES = settings.BASE_DIR / "applications" / "data" / "letter_templates.yaml"


def load() -> None:
    """Load the texts that come with the application as version 1; what is there already stays as it was edited."""
    moment = clock.now()
    LetterTemplate.objects.bulk_create(
        [LetterTemplate(**said, version=1, made_at=moment) for said in read()], ignore_conflicts=True
    )


def read() -> list[dict[str, Any]]:
    """Return what the file says: code, language, title and body of each template."""
    found: list[dict[str, Any]] = yaml.safe_load(TEMPLATES.read_text(encoding="utf-8"))
    return found


def newest(code: str, language: str) -> LetterTemplate:
    """Return the version of a template that letters begin with now. Raises TemplateMissing."""
    found = LetterTemplate.objects.versions_of(code, language).first()
    if found is None:
        load()
        found = LetterTemplate.objects.versions_of(code, language).first()
    if found is None:
        raise TemplateMissing(_("There is no template for this letter."))
    return found


def change(*, code: str, language: str, by: User, title: str, body: str, seen_version: int) -> LetterTemplate:
    """Make a new version of a template; letters that began with an older one stay as they are.

    `seen_version` is the version that was on the screen. The same text again makes no version. Raises TextChanged when
    somebody made a version since, FieldUnknown for a merge field that the letter does not have, and FieldsOpen when a
    field is left out that the law or the letter can't do without.
    """
    title, body = " ".join(title.split()), body.replace("\r\n", "\n").strip() + "\n"
    merge_fields.check_known(code, merge_fields.standing_in(f"{title}\n{body}"))
    _check_needed(code, body)
    with transaction.atomic():
        # The first version stands for the template: who holds its lock may add a version.
        first = LetterTemplate.objects.select_for_update(of=("self",)).filter(code=code, language=language, version=1)
        if not first.exists():
            raise TemplateMissing(_("There is no template for this letter."))
        latest = newest(code, language)
        if latest.version != seen_version:
            raise TextChanged(
                _("%(who)s changed this template since you opened it. Your text is still here: compare it, and save.")
                % {"who": latest.made_by or _("Somebody else")}
            )
        if (latest.title, latest.body) == (title, body):
            return latest
        made = LetterTemplate.objects.create(
            code=code,
            language=language,
            version=latest.version + 1,
            title=title,
            body=body,
            made_at=clock.now(),
            made_by=by,
        )
        changes = {"code": code, "language": language, "version": made.version, "before": latest.version}
        audit.record(event=LetterEvent.TEMPLATE_CHANGED, actor=by, about=made, changes=changes)
        return made


def _check_needed(code: str, body: str) -> None:
    standing = merge_fields.standing_in(body)
    needed = [field.name for field in merge_fields.fields_of(TemplateCode(code)) if field.is_needed]
    if lacking := [name for name in needed if name not in standing]:
        names = ", ".join(f"{{{name}}}" for name in lacking)
        raise FieldsOpen(
            _("This letter can't do without %(fields)s. Put it back in the text.") % {"fields": names}, lacking
        )


def sample(template: LetterTemplate, *, title: str | None = None, body: str | None = None) -> tuple[str, SafeString]:
    """Return how a letter of a template reads with an example in every field: its subject, and its text as HTML."""
    examples = merge_fields.examples_of(template.code, language=template.language)
    subject = merge_fields.fill(template.title if title is None else title, examples)
    text = merge_fields.fill(template.body if body is None else body, examples)
    return markup.plain(subject), markup.to_html(text)
