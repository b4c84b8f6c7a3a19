"""E-mail to one person: a subject and a plain text, rendered now, sent after the commit."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from core.domain import documents, outbox
from core.models import Document

TOPIC = "core.mail"


def queue(
    *,
    key: str,
    to: str,
    language: str,
    template: str,
    context: Mapping[str, Any],
    attachments: tuple[Document, ...] = (),
) -> None:
    """Render `<template>_subject.txt` and `<template>_body.txt` in a language and queue the message once per key.

    `to` is one e-mail address. Call it inside the transaction whose news it tells.
    """
    with translation.override(language):
        full_context = {"site_url": settings.SITE_URL, **context}
        subject = " ".join(render_to_string(f"{template}_subject.txt", full_context).split())
        body = render_to_string(f"{template}_body.txt", full_context).strip() + "\n"
    outbox.put(
        topic=TOPIC,
        key=key,
        payload={"to": to, "subject": subject, "body": body, "documents": [str(d.pk) for d in attachments]},
    )


def send(payload: Mapping[str, Any]) -> None:
    """Send a queued message. Raises what the mail server's connection raises, so that the outbox tries again."""
    message = EmailMessage(subject=payload["subject"], body=payload["body"], to=[payload["to"]])
    for document in Document.objects.filter(pk__in=payload["documents"]):
        message.attach(document.file_name, documents.read(document), "application/pdf")
    message.send()
