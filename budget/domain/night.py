"""The proof of the books every night, and the alarm when it fails."""

import logging

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budget.domain import proof
from core.domain import alarms

logger = logging.getLogger(__name__)

TOPIC = "budget.books"
SHOWN = 20


def check_books() -> bool:
    """Prove the books, write down what it came to, and raise the alarm or let it go. Returns whether they are proven.

    A check that fails by itself raises the alarm too: books that nobody could check are not proven.
    """
    try:
        proven = proof.prove()
        proof.record(proven)
    except Exception as error:  # whatever stops the check: people must hear of it
        logger.exception("the proof of the books failed")
        alarms.raise_alarm(
            TOPIC, title=_("The books could not be checked last night."), text=f"{type(error).__name__}: {error}"
        )
        return False
    if proven.findings:
        count = len(proven.findings)
        title = ngettext(
            "The books don't add up: the check found one thing.",
            "The books don't add up: the check found %(count)d things.",
            count,
        )
        lines = [str(finding) for finding in proven.findings[:SHOWN]]
        alarms.raise_alarm(TOPIC, title=title % {"count": count}, text="\n".join(lines))
        return False
    alarms.clear(TOPIC)
    return True
