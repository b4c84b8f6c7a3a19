"""What a partner wrote, as the public may read it: without the names of people, and without ways to reach them.

A register under the Woo (category 2k) names organisations and never natural persons. A title or a summary is the
partner's own text, so whatever is known of the people behind a proposal is left out of it, and so is whatever looks
like an e-mail address, a telephone number or an account number.
"""

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.states import OrganisationKind
from applications.models import Proposal

# A name of one word may be any word; only of residents, whose organisation is a person, it is left out too.
WORDS_OF_A_NAME = 2
# The last word of a person's name, when it is long enough to be nobody else's.
LONG_ENOUGH = 4

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_REACHABLE = re.compile(
    r"[^\s@<>()]{1,64}@[^\s@<>()]{1,255}"  # an e-mail address
    r"|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"  # an IBAN
    r"|(?<![\w+])(?:\+|00)\d{2}(?:[ \-()]{0,2}\d){8,12}(?!\w)"  # a telephone number with its country
    r"|(?<!\w)0\d(?:[ \-]?\d){8}(?!\w)"  # a Dutch telephone number
)


def is_person(proposal: Proposal) -> bool:
    """Tell whether it was proposed by residents: then the name of the organisation is a person's."""
    return proposal.organisation.kind == OrganisationKind.RESIDENTS


def people_of(proposal: Proposal) -> list[str]:
    """Return the names that the public never reads with a proposal: who proposed it, acts for it or works on it.

    Cheap when contact, memberships and collaborators were fetched beforehand.
    """
    members = [one.user.full_name for one in proposal.organisation.memberships.all()]
    helpers = [one.user.full_name for one in proposal.collaborators.all()]
    names = [proposal.contact.full_name, *members, *helpers]
    if is_person(proposal):
        last_words = [name.split()[-1] for name in names if name.split()]
        names += [proposal.organisation.name, *(word for word in last_words if len(word) >= LONG_ENOUGH)]
        return names
    return [name for name in names if len(name.split()) >= WORDS_OF_A_NAME]


def shown(text: str, names: Iterable[str]) -> str:
    """Return a text without these names, and without addresses and numbers by which somebody can be reached."""
    plain = _REACHABLE.sub(_("[left out]"), _CONTROL.sub("", text))
    patterns = [r"\s+".join(map(re.escape, name.split())) for name in names if name.strip()]
    if not patterns:
        return plain
    longest_first = "|".join(sorted(set(patterns), key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{longest_first})(?!\w)", _("[left out]"), plain, flags=re.IGNORECASE)
