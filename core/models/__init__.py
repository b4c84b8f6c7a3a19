"""The tables of the core."""

from core.models.alarm import Alarm
from core.models.audit import AuditEntry
from core.models.document import Document
from core.models.outbox import OutboxMessage
from core.models.request import HandledRequest

__all__ = ["Alarm", "AuditEntry", "Document", "HandledRequest", "OutboxMessage"]
