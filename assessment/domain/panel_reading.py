"""What a member of the talent panel reads of a proposal: plainly what it is, and nothing about people or assessment."""

from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applications.domain.amounts import requested_by_year
from applications.models import Proposal
from core.domain import money
from programme.states import MigrationMoment


@dataclass(frozen=True)
class Plain:
    """A question in plain words with its answer: a text, or a list."""

    label: str
    text: str = ""
    items: list[str] = field(default_factory=list)


def read(proposal: Proposal) -> list[Plain]:
    """Return a proposal in plain form, without what is empty.

    Not in it: IBAN, KvK number, contact person, partners by name, attachments, the budget (only the total that is
    asked), scores, notes and advice.
    """
    groups = [str(group) for group in proposal.target_groups.all()]
    moments = [str(MigrationMoment(moment).label) for moment in proposal.migration_moments]
    asked = money.total(amount for amount in requested_by_year(proposal).values() if amount > money.ZERO)
    found = [
        Plain(_("What happens?"), proposal.description),
        Plain(_("For whom?"), items=groups),
        Plain(_("At which moment in their life?"), items=moments),
        Plain(_("Where?"), ", ".join(area.name for area in proposal.areas.all())),
        Plain(_("When?"), _when(proposal)),
        Plain(_("What do they promise?"), items=_promises(proposal)),
        Plain(_("How much do they ask in all?"), money.format_euros(asked)),
    ]
    return [plain for plain in found if plain.text or plain.items]


def _when(proposal: Proposal) -> str:
    if proposal.starts_on is None or proposal.ends_on is None:
        return ""
    names = {"first": date_format(proposal.starts_on, "j F Y"), "last": date_format(proposal.ends_on, "j F Y")}
    return _("From %(first)s to %(last)s") % names


def _promises(proposal: Proposal) -> list[str]:
    return [
        _("%(what)s: from %(now)s to %(then)s") % {"what": row.indicator, "now": row.baseline, "then": row.target}
        for row in proposal.promised_results.all()
    ]
