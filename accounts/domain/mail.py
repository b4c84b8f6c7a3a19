"""Mail about somebody's account. It may hold a link that opens the account, so it is wiped once it has been sent."""

from collections.abc import Mapping
from typing import Any

from django.core.mail import EmailMessage

from core.domain import outbox
from core.models import OutboxMessage

TOPIC = "accounts.mail"


def queue(*, key: str, to: str, subject: str, body: str) -> None:
    """Queue a plain message to one e-mail address, once per key."""
    outbox.put(topic=TOPIC, key=key, payload={"key": key, "to": to, "subject": subject, "body": body.strip() + "\n"})


def send(payload: Mapping[str, Any]) -> None:
    """Send a queued message and wipe what it said. Raises what the mail server's connection raises."""
    if "body" not in payload:
        return  # sent before, by a worker that died before it could say so
    EmailMessage(subject=payload["subject"], body=payload["body"], to=[payload["to"]]).send()
    OutboxMessage.objects.filter(topic=TOPIC, key=payload["key"]).update(payload={"key": payload["key"]})
