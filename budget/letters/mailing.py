"""What every message about money shares: where objections go, and the mail that says that a letter is there."""

from typing import Any

from django.conf import settings

from accounts.models import User
from applications.models import Proposal
from core.domain import mail

# Where objections go (Awb 6:4): the municipality's public postal address.
OBJECTION_ADDRESS = "Postbus 18, 7550 AA Hengelo"


def mail_about(proposal: Proposal, *, key: str, template: str, path: str, **context: Any) -> None:
    """Tell the contact of a proposal, once for each key; `path` is the page on which to read on."""
    contact: User = proposal.contact
    mail.queue(
        key=key,
        to=contact.email,
        language=contact.language,
        template=template,
        context={"proposal": proposal, "contact": contact, "url": settings.SITE_URL + path, **context},
    )
