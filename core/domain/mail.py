"""E-mail to one person: a subject and a plain text, rendered now, sent after the commit."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from core.domain import documents, outbox
from core.models import Document, OutboxMessage

TOPIC = "core.mail"

# A domain that never exists (RFC 2606): it stands where somebody has no e-mail address.
NOWHERE = ".invalid"


def queue(
    *,
    key: str,
    to: str,
    language: str,
    template: str,
    context: Mapping[str, Any],
    attachments: tuple[Document, ...] = (),
    wipe: bool = False,
) -> None:
    """Render `<template>_subject.txt` and `<template>_body.txt` in a language and queue the message once per key.

    `to` is one e-mail address; to one that reaches nobody nothing is queued. Call it inside the transaction whose news
    it tells. With `wipe` the text goes from the outbox once it was sent: for a link that opens something.
    """
    if to.endswith(NOWHERE):
        return
    with translation.override(language):
        full_context = {"site_url": settings.SITE_URL, **context}
        subject = " ".join(render_to_string(f"{template}_subject.txt", full_context).split())
        body = render_to_string(f"{template}_body.txt", full_context).strip() + "\n"
    payload = {"to": to, "subject": subject, "body": body, "documents": [str(d.pk) for d in attachments]}
    outbox.put(topic=TOPIC, key=key, payload={**payload, "wipe": key} if wipe else payload)


def send(payload: Mapping[str, Any]) -> None:
    """Send a queued message. Raises what the mail server's connection raises, so that the outbox tries again."""
    if "body" not in payload:
        return  # sent and wiped before, by a worker that died before it could say so
    message = EmailMessage(subject=payload["subject"], body=payload["body"], to=[payload["to"]])
    for document in Document.objects.filter(pk__in=payload["documents"]):
        message.attach(document.file_name, documents.read(document), "application/pdf")
    message.send()
    if "wipe" in payload:
        OutboxMessage.objects.filter(topic=TOPIC, key=payload["wipe"]).update(payload={"wipe": payload["wipe"]})
