"""A proposal that came in on paper, entered by the team: for the tests of every app."""

import uuid
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf

from applications.domain import paper_intake
from applications.domain.paper_intake import Contact, Original
from applications.models import Call, PaperIntake
from core.domain import clock

ADDRESS = "Langelermaatweg 1\n7553 JA Hengelo"
NOBODY = Contact("Mien Jansen", "", ADDRESS, "nl")


@cache
def a_scan() -> bytes:
    """A PDF of one empty page."""
    made = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(made)
    return made.getvalue()


def on_paper(cast: Any, call: Call, **over: Any) -> PaperIntake:
    """A draft that the programme manager is entering for the partner's organisation, from a contact without e-mail."""
    values = {
        "by": cast.manager,
        "call": call,
        "organisation": cast.organisation,
        "contact": NOBODY,
        "channel": "paper",
        "received_on": clock.today(),
        "original": Original("brief van Mien.pdf", a_scan()),
        "title": "Buurtmoestuin",
        "request_key": uuid.uuid4(),
        **over,
    }
    return paper_intake.begin(**values)
