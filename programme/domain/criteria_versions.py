"""Versions of the criteria: started as a copy, written in small steps, adopted with a document, or thrown away."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.domain import audit, clock, requests
from core.models import Document
from programme.access import lock_version, require_writer
from programme.domain import anchors, criteria, criteria_rules
from programme.domain.criteria_rules import CriterionSaid, RuleSaid
from programme.errors import CriteriaChanged, CriteriaFixed, CriteriaNotReady, CriteriaRefused
from programme.models import CriteriaVersion, Criterion, CriterionAnchor, ScaleLevel
from programme.states import CriteriaState, ProgrammeEvent


def start(*, by: User, copy_of: int, request_key: UUID) -> CriteriaVersion:
    """Start a draft as a copy of an adopted version (id); a repeat of the request gives the draft that it made first.

    A criterion without anchors gets those that we propose, not confirmed. Raises CriteriaNotYours, and
    CriteriaRefused when the version to copy is a draft itself or when the draft of this request was removed since.
    """
    require_writer(by)
    with transaction.atomic():
        request, is_new = requests.take(
            key=request_key, actor=by, purpose="programme.start_criteria", body={"copy_of": copy_of}
        )
        if not is_new:
            return _made_before((request.answer or {})["version"])
        source = lock_version(copy_of)
        if source.is_draft:
            raise CriteriaRefused(_("Copy a version that is adopted: a draft can still change."), "copy_of")
        draft = _copy(source, by=by)
        anchors.propose(draft)
        changes = {"copied_from": source.number}
        audit.record(event=ProgrammeEvent.CRITERIA_STARTED, actor=by, about=draft, changes=changes)
        requests.answer(request, version=draft.pk)
        return draft


def write_rule(*, version_id: int, by: User, said: RuleSaid, seen: str) -> CriteriaVersion:
    """Write the rule of a draft. `seen` is the hash of the rule as the page showed it (`criteria.sha256_of`).

    Raises CriteriaChanged when somebody else wrote it in between, CriteriaFixed once it is adopted, CriteriaRefused
    for what does not hold together, CriteriaNotYours.
    """
    require_writer(by)
    with transaction.atomic():
        version = _lock_draft(version_id)
        before = criteria.rule_of(version)
        _require_seen(before, seen)
        criteria_rules.check_rule(said, highest=version.highest_points)
        for name in criteria.RULE_FIELDS:
            setattr(version, name, getattr(said, name))
        version.save(update_fields=criteria.RULE_FIELDS)
        _record(version, by, before, criteria.rule_of(version))
        return version


def write_scale(*, version_id: int, by: User, labels: Mapping[int, str], seen: str) -> CriteriaVersion:
    """Write what the levels of a draft's scale are called, by points; the levels stay. Raises as `write_rule`."""
    require_writer(by)
    with transaction.atomic():
        version = _lock_draft(version_id)
        before = criteria.scale_of(version)
        _require_seen(before, seen)
        criteria_rules.check_labels(labels, [level["points"] for level in before])
        for points, label in labels.items():
            version.scale.filter(points=points).update(label=label)
        was = {str(level["points"]): level["label"] for level in before}
        _record(version, by, was, {str(points): label for points, label in labels.items()}, part=_("scale"))
        return version


def write_criterion(*, criterion_id: int, by: User, said: CriterionSaid, seen: str) -> Criterion:
    """Write one criterion of a draft with its anchors; its letter and code stay. Raises as `write_rule`."""
    require_writer(by)
    with transaction.atomic():
        version = _lock_draft_with(criterion_id)
        criterion = version.criteria.get(pk=criterion_id)
        before = criteria.criterion_of(criterion)
        _require_seen(before, seen)
        levels = list(version.scale.values_list("points", flat=True))
        criteria_rules.check_criterion(said, letter=criterion.letter, levels=levels)
        written = [name for name in CriterionSaid.__dataclass_fields__ if name != "anchors"]
        for name in written:
            setattr(criterion, name, getattr(said, name))
        criterion.save(update_fields=written)
        _write_anchors(criterion, said.anchors)
        now = criteria.criterion_of(Criterion.objects.get(pk=criterion_id))
        _record(version, by, before, now, part=criterion.label)
        return criterion


def adopt(
    *, version_id: int, by: User, adopted_on: date, document: Document, seen: str, request_key: UUID
) -> CriteriaVersion:
    """Adopt a draft: from here on it stays as it is, and a call can take it. `document` is the decision to adopt it.

    `seen` is the hash of the whole draft as the page with its changes showed it. Writer and adopter may be one person,
    and both are kept. Raises CriteriaChanged, CriteriaFixed, CriteriaNotReady with what is missing, CriteriaRefused
    for a date in the future, CriteriaNotYours. A repeat of the request changes nothing.
    """
    require_writer(by)
    with transaction.atomic():
        body = {"version": version_id, "adopted_on": adopted_on, "document": document.sha256, "seen": seen}
        request, is_new = requests.take(key=request_key, actor=by, purpose="programme.adopt_criteria", body=body)
        if not is_new:
            return CriteriaVersion.objects.get(pk=version_id)
        version = _lock_draft(version_id)
        if criteria.content_sha256(version) != seen:
            raise CriteriaChanged(_("This draft was changed after you opened the page. Look at the changes again."))
        if missing := criteria_rules.missing_of(version):
            raise CriteriaNotReady(_("The draft can't be adopted yet."), missing)
        if adopted_on > clock.today():
            raise CriteriaRefused(_("The date of adoption lies in the future."), "adopted_on")
        version.state = CriteriaState.ADOPTED
        version.adopted_on, version.adopted_by, version.document = adopted_on, by, document
        version.content_sha256 = criteria.content_sha256(version)
        version.save(update_fields=["state", "adopted_on", "adopted_by", "document", "content_sha256"])
        changes = {"adopted_on": str(adopted_on), "document": document.sha256, "content_sha256": version.content_sha256}
        audit.record(event=ProgrammeEvent.CRITERIA_ADOPTED, actor=by, about=version, changes=changes)
        requests.answer(request, version=version.pk)
        return version


def remove(*, version_id: int, by: User, seen: str) -> None:
    """Throw a draft away. `seen` is the hash of the whole draft as the page showed it.

    Raises CriteriaChanged, CriteriaFixed once it is adopted, CriteriaNotYours.
    """
    require_writer(by)
    with transaction.atomic():
        version = _lock_draft(version_id)
        content = criteria.content_of(version)
        _require_seen(content, seen)
        # The trail keeps what was thrown away: nothing else does.
        audit.record(event=ProgrammeEvent.CRITERIA_REMOVED, actor=by, about=version, changes={"content": content})
        version.criteria.all().delete()
        version.scale.all().delete()
        version.delete()


def _lock_draft(pk: int) -> CriteriaVersion:
    try:
        version = lock_version(pk)
    except CriteriaVersion.DoesNotExist as error:
        raise CriteriaFixed(_("This draft was removed.")) from error
    if not version.is_draft:
        raise CriteriaFixed(
            _("This version is adopted, so it stays as it is. Start a new version to change something.")
        )
    return version


def _lock_draft_with(criterion_id: int) -> CriteriaVersion:
    found = Criterion.objects.filter(pk=criterion_id).values_list("version_id", flat=True).first()
    if found is None:
        raise CriteriaFixed(_("This draft was removed."))
    return _lock_draft(found)


def _require_seen(content: Any, seen: str) -> None:
    if criteria.sha256_of(content) != seen:
        raise CriteriaChanged(
            _("Somebody else changed this after you opened the page. Compare, and save again what must stand here.")
        )


def _record(
    version: CriteriaVersion, by: User, before: Mapping[str, Any], now: Mapping[str, Any], part: str = ""
) -> None:
    """Keep who wrote what, from and to; a page that is saved as it was leaves no trace."""
    changes = {name: [before.get(name), value] for name, value in now.items() if before.get(name) != value}
    if not changes:
        return
    version.edited_by, version.edited_at = by, clock.now()
    version.save(update_fields=["edited_by", "edited_at"])
    told = {"part": part, **changes} if part else changes
    audit.record(event=ProgrammeEvent.CRITERIA_CHANGED, actor=by, about=version, changes=told)


def _write_anchors(criterion: Criterion, said: Mapping[int, str]) -> None:
    criterion.anchors.all().delete()
    CriterionAnchor.objects.bulk_create(
        CriterionAnchor(criterion=criterion, points=points, text=text) for points, text in said.items() if text
    )


def _copy(source: CriteriaVersion, *, by: User) -> CriteriaVersion:
    draft = CriteriaVersion.objects.create(
        number=_next_number(),
        copied_from=source,
        edited_by=by,
        edited_at=clock.now(),
        **criteria.rule_of(source),
    )
    ScaleLevel.objects.bulk_create(ScaleLevel(version=draft, **level) for level in criteria.scale_of(source))
    for old in source.criteria.prefetch_related("anchors"):
        said = {name: getattr(old, name) for name in criteria.CRITERION_FIELDS}
        copied = Criterion.objects.create(version=draft, **said)
        CriterionAnchor.objects.bulk_create(
            CriterionAnchor(criterion=copied, points=anchor.points, text=anchor.text) for anchor in old.anchors.all()
        )
    return draft


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('programme_criteria_number')")
        number: int = cursor.fetchone()[0]
    return number


def _made_before(pk: int) -> CriteriaVersion:
    found = CriteriaVersion.objects.filter(pk=pk).first()
    if found is None:
        raise CriteriaRefused(_("This draft was made before, and removed since. Open the page again."))
    return found
