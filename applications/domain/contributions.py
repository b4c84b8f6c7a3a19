"""Who changed what in a proposal, read from the audit trail in the words of the form.

Only what the partner's own people do stands here. What the team does has its own pages, and some of it is not for the
partner (a file that is shut for a person).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.states import MembershipRole
from applications.domain import questions
from applications.domain.content import CRITERION
from applications.models import Invitation, Proposal
from applications.states import ProposalEvent
from core.models import AuditEntry
from programme.models import Criterion

# What is told of each event; what is not here is not told.
SENTENCES: dict[ProposalEvent, Promise] = {
    ProposalEvent.STARTED: _("Started it"),
    ProposalEvent.CHANGED: _("Changed"),
    ProposalEvent.SUBMITTED: _("Submitted it"),
    ProposalEvent.INVITED: _("Invited %(address)s as %(role)s"),
    ProposalEvent.INVITATION_WITHDRAWN: _("Withdrew the invitation to %(address)s"),
    ProposalEvent.JOINED: _("Joined as %(role)s"),
    ProposalEvent.PERSON_ROLE_CHANGED: _("Changed the role of %(name)s from %(before)s to %(after)s"),
    ProposalEvent.PERSON_LEFT: _("Removed %(name)s"),
    ProposalEvent.CONTACT_CHANGED: _("Made %(name)s the contact person"),
}

# What one person changes within this time is told as one change.
TOGETHER = timedelta(minutes=10)


@dataclass
class Contribution:
    """Something that a person did: when, what, and the questions that it touched."""

    at: datetime
    by: str
    what: str
    fields: list[str] = field(default_factory=list)


def of_proposal(proposal: Proposal) -> "QuerySet[AuditEntry]":
    """Return what people did to a proposal, the latest first."""
    events = [event.value for event in SENTENCES]
    return AuditEntry.objects.about(proposal).filter(event__in=events).order_by("-id")


def read(entries: Iterable[AuditEntry]) -> list[Contribution]:
    """Return rows of the audit trail (the latest first) in words; changes that belong together become one."""
    rows = list(entries)
    words = _Words(rows)
    found: list[Contribution] = []
    last: AuditEntry | None = None
    for row in rows:
        if last is not None and _belongs_to(last, row):
            found[-1].fields += [label for label in words.fields(row) if label not in found[-1].fields]
        else:
            found.append(Contribution(row.at, words.name(row.actor_id), words.what(row), words.fields(row)))
        last = row
    return found


def _belongs_to(later: AuditEntry, row: AuditEntry) -> bool:
    changed = ProposalEvent.CHANGED
    same = later.event == row.event == changed and later.actor_id == row.actor_id
    return same and later.at - row.at <= TOGETHER


class _Words:
    """The words for rows of the audit trail; looks up every name, criterion and address once for all rows."""

    def __init__(self, rows: list[AuditEntry]) -> None:
        people = {row.changes["person"] for row in rows if "person" in row.changes}
        people |= {row.actor_id for row in rows if row.actor_id}
        self.names = dict(User.objects.filter(pk__in=people).values_list("pk", "full_name"))
        invitations = {row.changes["invitation"] for row in rows if "invitation" in row.changes}
        self.addresses = dict(Invitation.objects.filter(pk__in=invitations).values_list("pk", "email"))
        self.labels = {asked.name: str(asked.label) for step in questions.STEPS for asked in step.questions}
        self.labels |= {
            f"{CRITERION}{pk}": label
            for pk, label in Criterion.objects.filter(pk__in=_criteria(rows)).values_list("pk", "label")
        }

    def name(self, pk: int | None) -> str:
        """Return what somebody is called."""
        return self.names.get(pk, "") if pk else ""

    def fields(self, row: AuditEntry) -> list[str]:
        """Return the labels of the questions that a row changed, in its order."""
        found = [self.labels.get(name, name) for name in _fields(row.changes)]
        return list(dict.fromkeys(found)) if row.event == ProposalEvent.CHANGED else []

    def what(self, row: AuditEntry) -> str:
        """Return a sentence on what a row tells."""
        changes = row.changes
        roles = changes.get("role", [])
        said = {
            "name": self.name(changes.get("person")),
            "address": self.addresses.get(changes.get("invitation", 0), ""),
            "role": _role(roles) if isinstance(roles, str) else "",
            "before": _role(roles[0]) if isinstance(roles, list) and roles else "",
            "after": _role(roles[-1]) if isinstance(roles, list) and roles else "",
        }
        if row.event == ProposalEvent.STARTED and changes.get("copied_from"):
            return str(_("Started it from an earlier proposal"))
        if row.event == ProposalEvent.PERSON_LEFT and changes.get("person") == row.actor_id:
            return str(_("Stopped working on it"))
        return str(SENTENCES[ProposalEvent(row.event)]) % said


def _role(value: str) -> str:
    return str(MembershipRole(value).label).lower()


def _criteria(rows: list[AuditEntry]) -> set[int]:
    names = {name for row in rows for name in _fields(row.changes) if name.startswith(CRITERION)}
    return {int(name.removeprefix(CRITERION)) for name in names}


def _fields(changes: dict[str, Any]) -> Iterator[str]:
    """Give the names of the fields that a change touched; rows from before there were versions name them otherwise."""
    yield from changes.get("fields", [])
    if "line" in changes:
        yield from ("line", "desired_results")
    yield from (f"{CRITERION}{pk}" for pk in changes.get("criteria", []))
    if "promised_results" in changes:
        yield "promised_results"
    if "cost" in changes:
        yield from ("costs", "co_funding")
