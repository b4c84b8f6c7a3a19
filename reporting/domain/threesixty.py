"""The register in the 360Giving Data Standard (version 1.4), so that grants can be compared beyond Hengelo.

The standard wants a prefix in front of every identifier that 360Giving hands out. Hengelo has none yet, so ours says
that it is not registered; organisations are named by their number in the trade register (`NL-KVK-`).
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.domain import clock
from reporting.domain.open_data import LICENCE, number
from reporting.domain.register import RESIDENTS
from reporting.domain.register_grants import Grant

VERSION = "1.4"
CURRENCY = "EUR"
LONGEST_TITLE = 140
TASK_FIELDS = "Iv3"
PROGRAMME = "Programmaplan Talent"


@dataclass(frozen=True)
class Publisher:
    """Who publishes: the name, the site, the KvK number (may be empty) and the prefix of identifiers."""

    name: str
    website: str
    kvk_number: str
    prefix: str

    @property
    def identifier(self) -> str:
        """The organisation's identifier: by the trade register, or else one of our own."""
        return f"NL-KVK-{self.kvk_number}" if self.kvk_number else f"{self.prefix}-gemeente"


def package(grants: Sequence[Grant], publisher: Publisher, *, address_of: Callable[[str], str]) -> dict[str, Any]:
    """Return the grants as one package; `address_of` gives the whole address of a page by its name or reference.

    Raises ValueError without any grant (the standard wants at least one) and for two grants with one identifier, which
    its schema does not see.
    """
    if not grants:
        raise ValueError("a package holds at least one grant")
    last = max(grant.last_changed_on for grant in grants)
    written = [_grant(grant, publisher, address_of) for grant in grants]
    twice = [identifier for identifier, times in Counter(one["id"] for one in written).items() if times > 1]
    if twice:
        raise ValueError(f"an identifier stands there twice: {', '.join(twice)}")
    return {
        "version": VERSION,
        "title": "Subsidieregister Talentfonds Hengelo",
        "description": f"{PROGRAMME}: alles wat is verleend, met de besluiten die gelden.",
        "identifier": f"{publisher.prefix}-register",
        "issued": last.isoformat(),
        "modified": _moment(last),
        "license": LICENCE,
        "accessURL": address_of("register"),
        "downloadURL": address_of("threesixty"),
        "publisher": {"identifier": publisher.identifier, "name": publisher.name, "website": publisher.website},
        "grants": written,
    }


def to_json(found: dict[str, Any]) -> bytes:
    """Write a package as JSON."""
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


def _grant(grant: Grant, publisher: Publisher, address_of: Callable[[str], str]) -> dict[str, Any]:
    title = grant.title.strip() or grant.reference
    found: dict[str, Any] = {
        "id": f"{publisher.prefix}-{grant.reference}",
        "title": title[:LONGEST_TITLE],
        "description": grant.summary.strip() or title,
        "currency": CURRENCY,
        "amountAppliedFor": number(grant.requested),
        "amountAwarded": number(grant.granted),
        "awardDate": grant.decided_on.isoformat(),
        **_recipient(grant, publisher),
        "fundingOrganization": [{"id": publisher.identifier, "name": publisher.name}],
        "grantProgramme": [{"code": grant.line.code, "title": f"{PROGRAMME}: {grant.line.name}"}],
        "fromOpenCall": "Yes",
        "url": address_of(grant.reference),
        "dataSource": address_of("threesixty"),
        "dateModified": _moment(grant.last_changed_on),
    }
    if grant.starts_on and grant.ends_on:
        days = {"startDate": grant.starts_on.isoformat(), "endDate": grant.ends_on.isoformat()}
        found["plannedDates"] = [days]
    if grant.line.task_field:
        code, _space, name = grant.line.task_field.partition(" ")
        found["classifications"] = [{"vocabulary": TASK_FIELDS, "code": code, "title": name}]
    if grant.areas:
        found["beneficiaryLocation"] = [{"name": name, "countryCode": "NL"} for name in grant.areas]
    return found


def _recipient(grant: Grant, publisher: Publisher) -> dict[str, Any]:
    """Name the organisation; of residents the standard gets what the public gets: that they are residents."""
    if not grant.applicant:
        return {"recipientIndividual": {"id": f"{publisher.prefix}-inwoner-{grant.reference}", "name": RESIDENTS}}
    identifier = f"NL-KVK-{grant.kvk_number}" if grant.kvk_number else f"{publisher.prefix}-partner-{grant.reference}"
    return {"recipientOrganization": [{"id": identifier, "name": grant.applicant}]}


def _moment(day: date) -> str:
    """Write the beginning of a day in Amsterdam as a moment."""
    return clock.start_of_day(day).isoformat()
