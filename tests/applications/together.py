"""Somebody who works on a draft and somebody who is invited, for the table of doors."""

import re
from typing import Any

from allauth.account.models import EmailAddress

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
