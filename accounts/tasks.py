"""Background work of accounts."""

from accounts.domain import mail
from core.domain import outbox

outbox.handles(mail.TOPIC)(mail.send)
