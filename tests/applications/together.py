"""People who work on one proposal and who are invited to it."""

import re
from typing import Any

from allauth.account.models import EmailAddress

from accounts.models import User
from accounts.states import MembershipRole
from applications.domain import collaboration
from applications.models import Proposal
from core.models import OutboxMessage


def together_world(cast: Any, draft: Proposal) -> dict[str, dict[str, object]]:
    """Let `college2` work on a draft and invite an address; the objects by the names that the table uses."""
    EmailAddress.objects.create(user=cast.college2, email=cast.college2.email, verified=True, primary=True)
    known = {"proposal_id": draft.pk, "by": cast.partner, "role": "editor"}
    joining = collaboration.invite(**known, email=cast.college2.email)
    person = collaboration.accept(invitation_id=joining.pk, by=cast.college2)
    waiting = collaboration.invite(**known, email="nieuw@partner.example")
    sent = OutboxMessage.objects.get(key=f"applications.invitation:{waiting.pk}")
    found = re.search(r"/uitnodiging/(\S+)/", sent.payload["body"])
    assert found is not None
    return {
        "draft/person": {"pk": draft.pk, "person": person.pk},
        "draft/invited": {"pk": draft.pk, "invitation": waiting.pk},
        "invitation": {"pk": waiting.pk},
        "invitation/link": {"token": found[1]},
    }


def confirm(user: User, email: str | None = None) -> None:
    EmailAddress.objects.create(user=user, email=email or user.email, verified=True, primary=email is None)


def invite(draft, by, email, role=MembershipRole.EDITOR):
    return collaboration.invite(proposal_id=draft.pk, by=by, email=email, role=role)


def join(draft, by, user, role=MembershipRole.EDITOR):
    if not EmailAddress.objects.filter(user=user).exists():
        confirm(user)
    return collaboration.accept(invitation_id=invite(draft, by, user.email, role).pk, by=user)


def owner_of(draft):
    return draft.collaborators.get(role=MembershipRole.OWNER)


def link_in(message) -> str:
    return re.search(r"https?://[^/]+(/\S+)", message.body)[1]
