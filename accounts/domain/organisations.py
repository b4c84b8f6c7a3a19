"""Partner organisations: who proposes and receives.

Nobody at the Kamer van Koophandel is asked whether an organisation exists: there is no connection to the
Handelsregister. Checked are the form of the number and that no other organisation here has it. Whether the number and
the account belong to the person who typed them, a member of the team looks up at the completeness check.
"""

import re

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from stdnum import iban as iban_numbers
from stdnum.exceptions import ValidationError

from accounts.errors import IbanNotUnderstood, KvkNumberNotUnderstood, NotTheOwner, OrganisationExists
from accounts.models import Membership, Organisation, User
from accounts.states import AccountEvent, MembershipRole, OrganisationKind
from core.domain import audit, clock

FIELDS = ("name", "kind", "kvk_number", "iban", "phone")

_KVK_SEPARATORS = re.compile(r"[\s.]")
_KVK_NUMBER = re.compile(r"[0-9]{8}")
_IBAN_TYPED = re.compile(r"[A-Za-z0-9 .\u00a0-]+")


def read_kvk_number(typed: str) -> str:
    """Return the eight digits of a KvK number, with spaces and points taken out.

    Checks the form alone: a KvK number has no check digit. Raises KvkNumberNotUnderstood with the reason.
    """
    digits = _KVK_SEPARATORS.sub("", typed)
    if not digits:
        raise KvkNumberNotUnderstood(_("Fill in the KvK number. It stands on the extract of the Kamer van Koophandel."))
    if not _KVK_NUMBER.fullmatch(digits):
        if re.fullmatch(r"[0-9]+", digits):
            problem = _("A KvK number has 8 digits; this one has %(count)d.") % {"count": len(digits)}
        else:
            problem = _("A KvK number has 8 digits and nothing else.")
        raise KvkNumberNotUnderstood(problem)
    return digits


def read_iban(typed: str) -> str:
    """Return an IBAN without spaces, its check digits proved. Raises IbanNotUnderstood."""
    try:
        if not _IBAN_TYPED.fullmatch(typed.strip()):
            raise IbanNotUnderstood(_("Fill in an IBAN, like NL91 ABNA 0417 1643 00."))
        return str(iban_numbers.validate(typed))
    except ValidationError as error:
        raise IbanNotUnderstood(_("This IBAN is not right. Check it for a typing error.")) from error


def create(
    *, by: User, name: str, kind: str, kvk_number: str | None, iban: str, phone: str, owner: User | None = None
) -> Organisation:
    """Make an organisation and let `by` own it, or `owner` when somebody of the team enters it for a partner.

    `kind` is a value of OrganisationKind, `kvk_number` and `iban` are as typed; residents and talent need no KvK
    number. What the team enters may lack the IBAN: the partner is asked for it. Raises KvkNumberNotUnderstood,
    IbanNotUnderstood or OrganisationExists.
    """
    for_partner = owner is not None and not iban.strip()
    values = _values(name=name, kind=kind, kvk_number=kvk_number, iban=iban, phone=phone, may_lack_iban=for_partner)
    with transaction.atomic():
        organisation = Organisation(created_at=clock.now(), **values)
        _save(organisation)
        Membership.objects.create(user=owner or by, organisation=organisation, role=MembershipRole.OWNER)
        audit.record(event=AccountEvent.ORGANISATION_CREATED, actor=by, about=organisation, changes=values)
    return organisation


def change(
    *, organisation_id: int, by: User, name: str, kind: str, kvk_number: str | None, iban: str, phone: str
) -> Organisation:
    """Change what an organisation says about itself; nothing happens when nothing differs.

    Only an owner may. Raises NotTheOwner, and what `create` raises.
    """
    values = _values(name=name, kind=kind, kvk_number=kvk_number, iban=iban, phone=phone)
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
        if not is_owner(by, organisation):
            raise NotTheOwner(_("Only an owner of the organisation can change this."))
        changes = {
            field: [getattr(organisation, field), value]
            for field, value in values.items()
            if getattr(organisation, field) != value
        }
        if changes:
            for field in changes:
                setattr(organisation, field, values[field])
            _save(organisation, update_fields=list(changes))
            audit.record(event=AccountEvent.ORGANISATION_CHANGED, actor=by, about=organisation, changes=changes)
    return organisation


def is_owner(user: User, organisation: Organisation) -> bool:
    """Tell whether a person owns the organisation."""
    return organisation.memberships.filter(user=user, role=MembershipRole.OWNER).exists()


def _values(
    *, name: str, kind: str, kvk_number: str | None, iban: str, phone: str, may_lack_iban: bool = False
) -> dict[str, str | None]:
    needs_kvk = OrganisationKind(kind) != OrganisationKind.RESIDENTS
    number = read_kvk_number(kvk_number or "") if needs_kvk or (kvk_number or "").strip() else None
    return {
        "name": " ".join(name.split()),
        "kind": OrganisationKind(kind).value,
        "kvk_number": number,
        "iban": "" if may_lack_iban else read_iban(iban),
        "phone": phone.strip(),
    }


def _save(organisation: Organisation, update_fields: list[str] | None = None) -> None:
    """Save, and let the database say whether the KvK number is still free: looking first would leave a gap."""
    try:
        with transaction.atomic():
            organisation.save(update_fields=update_fields)
    except IntegrityError as error:
        others = Organisation.objects.exclude(pk=organisation.pk)
        if organisation.kvk_number is None or not others.filter(kvk_number=organisation.kvk_number).exists():
            raise
        raise OrganisationExists(
            _(
                "There is already an organisation with KvK number %(number)s. Ask your colleague who registered it to "
                "work on the proposal with you, or mail us if you don't know who that is."
            )
            % {"number": organisation.kvk_number}
        ) from error
