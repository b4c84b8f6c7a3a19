"""Versions of the criteria for tests: an adopted one stays as it is, so another rule takes another version."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from accounts.models import User
from core.domain import clock, documents
from core.models import Document
from programme.domain import criteria, criteria_versions
from programme.domain.criteria_rules import CriterionSaid, RuleSaid
from programme.models import CriteriaVersion


def a_decision() -> Document:
    """Return the document of an adoption."""
    return documents.store(
        kind="criteria_adoption", title="Collegebesluit", file_name="besluit.pdf", content=b"%PDF-", facts={}
    )


def a_draft(by: User, *, criteria: Mapping[str, Mapping[str, Any]] | None = None, **rule: Any) -> CriteriaVersion:
    """Return a draft, copied from the version in force, with another rule or other words for criteria (by code)."""
    source = CriteriaVersion.objects.in_force()
    draft = criteria_versions.start(by=by, copy_of=source.pk, request_key=uuid4())
    for name, value in rule.items():
        setattr(draft, name, value)
    draft.save()
    for code, said in (criteria or {}).items():
        draft.criteria.filter(code=code).update(**said)
    return draft


def adopt(draft: CriteriaVersion, by: User, **over: Any) -> CriteriaVersion:
    """Adopt a draft as it stands now."""
    said = {
        "version_id": draft.pk,
        "by": by,
        "adopted_on": clock.today(),
        "document": over.pop("document", None) or a_decision(),
        "seen": criteria.content_sha256(CriteriaVersion.objects.get(pk=draft.pk)),
        "request_key": uuid4(),
    }
    return criteria_versions.adopt(**{**said, **over})


def an_adopted(by: User, **said: Any) -> CriteriaVersion:
    """Return an adopted version that differs from the one in force; see `a_draft`."""
    return adopt(a_draft(by, **said), by)


def criteria_world(cast: Any) -> dict[str, dict[str, object]]:
    """What the doors are tried with: a version that is adopted with a document, and a draft."""
    adopted = an_adopted(cast.manager, threshold_percentage=65)
    draft = a_draft(cast.manager, threshold_percentage=60)
    return {
        "criteria": {"number": adopted.number},
        "criteria/draft": {"number": draft.number},
        "criteria/draft/one": {"number": draft.number, "code": "lokaal"},
    }


def seen_rule(version):
    return criteria.sha256_of(criteria.rule_of(version))


def rule(**over):
    said = {
        "source": "Collegebesluit 12",
        "minimum_points": 1,
        "threshold_percentage": 65,
        "discuss_from_spread": 2,
        "assessor_count": 2,
        "confirmed": True,
    }
    return RuleSaid(**{**said, **over})


def said_of(criterion, **over):
    content = criteria.criterion_of(criterion)
    anchors = {anchor["points"]: anchor["text"] for anchor in content["anchors"]}
    names = [name for name in CriterionSaid.__dataclass_fields__ if name != "anchors"]
    return CriterionSaid(**{**{name: content[name] for name in names}, "anchors": anchors, **over})


def seen_of(criterion):
    return criteria.sha256_of(criteria.criterion_of(criterion))


def write(draft, by, seen=None, **over):
    lokaal = draft.criteria.get(code="lokaal")
    return criteria_versions.write_criterion(
        criterion_id=lokaal.pk, by=by, said=said_of(lokaal, **over), seen=seen or seen_of(lokaal)
    )
