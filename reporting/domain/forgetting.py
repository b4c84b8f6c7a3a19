"""Forget people who have nothing left here, and what is kept of signing in, inviting and mailing."""

from datetime import datetime, time
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Membership, Organisation, User
from accounts.models.user import NO_EMAIL
from accounts.states import OrganisationKind
from applications.models import Invitation, Proposal
from core.domain import audit, clock
from core.models import AuditEntry, HandledRequest, OutboxMessage
from reporting.domain import retention
from reporting.domain.file_fate import WORD
from reporting.domain.retention import Term
from reporting.models import PurgeOrder
from reporting.states import PurgeEvent

# What somebody keeps here for himself: it goes with the person, and is no reason to keep the person.
OWN: dict[str, str] = {
    "accounts.Membership": "user",
    "accounts.RoleHolding": "user",
    "accounts.User_groups": "user",
    "accounts.User_user_permissions": "user",
    "account.EmailAddress": "user",
    "mfa.Authenticator": "user",
    "socialaccount.SocialAccount": "user",
    "applications.CalendarFeed": "user",
    "assessment.SavedFilter": "owner",
    "assessment.ListColumns": "person",
    "assessment.AssessorCapacity": "assessor",
    "assessment.PanelMember": "person",
    "core.HandledRequest": "actor",
    "admin.LogEntry": "user",
}
# The trail keeps what was done, without by whom.
TRAIL = "core.AuditEntry"
# What belongs to what belongs to somebody.
BEHIND: tuple[tuple[str, str], ...] = (
    ("account.EmailConfirmation", "email_address__user"),
    ("socialaccount.SocialToken", "account__user"),
)


class Leftovers(NamedTuple):
    """Everything whose own term is over, or that no file needs any more."""

    people: list[User]
    organisations: list[Organisation]
    invitations: QuerySet[Invitation]
    messages: QuerySet[OutboxMessage]
    requests: QuerySet[HandledRequest]
    sessions: QuerySet[Session]


def leftovers() -> Leftovers:
    """Say what would be forgotten now."""
    known = retention.terms()
    mailed = OutboxMessage.objects.filter(put_at__lt=_limit(known.mail)).exclude(payload={}, last_error="")
    people = list(_people(known.login))
    return Leftovers(
        people=people,
        organisations=list(_organisations(people)),
        invitations=Invitation.objects.filter(accepted_at=None, expires_at__lt=_limit(known.invitations)),
        messages=mailed,
        requests=HandledRequest.objects.filter(at__lt=_limit(known.mail)),
        sessions=Session.objects.filter(expire_date__lt=clock.now()),
    )


def forget(order: PurgeOrder) -> Leftovers:
    """Forget it, in the transaction of the caller and under its order. Doing it again changes nothing."""
    gone = leftovers()
    gone.invitations.delete()
    moment = clock.now()
    gone.messages.filter(done_at=None).update(done_at=moment)
    gone.messages.update(payload={}, last_error="")
    gone.requests.delete()
    gone.sessions.delete()
    for person in gone.people:
        _anonymise(person)
    for organisation in gone.organisations:
        _forget_organisation(organisation)
    if gone.people or gone.organisations:
        numbers = {"people": len(gone.people), "organisations": len(gone.organisations)}
        audit.record(event=PurgeEvent.PEOPLE_FORGOTTEN, actor=None, about=order, changes=numbers)
    return gone


def _limit(term: Term) -> datetime:
    return datetime.combine(term.before(clock.today()), time(), tzinfo=clock.AMSTERDAM)


def _people(login: Term) -> QuerySet[User]:
    """Return who has no role, did not sign in for the term, and is named by no row that stays."""
    limit = _limit(login)
    unused = Q(last_login__lt=limit) | Q(last_login=None, date_joined__lt=limit)
    found = User.objects.filter(unused, role_holdings=None, is_staff=False, is_superuser=False)
    found = found.exclude(full_name=WORD).exclude(Exists(_live_memberships()))
    for model, field in _references():
        found = found.exclude(Exists(model._base_manager.filter(**{field: OuterRef("pk")})))
    return found.order_by("pk")


def _live_memberships() -> QuerySet[Membership]:
    live = Proposal.objects.filter(organisation=OuterRef("organisation"), purged_at=None)
    return Membership.objects.filter(Exists(live), user=OuterRef("pk"))


def _references() -> list[tuple[type[models.Model], str]]:
    """Return every field that names a person, but for what is the person's own."""
    return [
        (model, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.related_model is User and OWN.get(model._meta.label) != field.name and model._meta.label != TRAIL
    ]


def _organisations(leaving: list[User]) -> QuerySet[Organisation]:
    """Return the organisations for which nobody acts any more, and that have no file that is kept."""
    acting = Membership.objects.filter(organisation=OuterRef("pk")).exclude(user__in=leaving)
    live = Proposal.objects.filter(organisation=OuterRef("pk"), purged_at=None)
    says_something = ~Q(iban="") | ~Q(phone="") | Q(kind=OrganisationKind.RESIDENTS) & ~Q(name=WORD)
    return Organisation.objects.filter(~Exists(acting), ~Exists(live), says_something).order_by("pk")


def _anonymise(person: User) -> None:
    for label, field in BEHIND:
        _everything(label, field, person).delete()
    for label, field in OWN.items():
        _everything(label, field, person).delete()
    LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=str(person.pk)).delete()
    AuditEntry.objects.filter(actor=person).update(actor=None, origin="")
    _wipe_trail(person)
    person.set_unusable_password()
    User.objects.filter(pk=person.pk).update(
        email=f"gewist-{person.pk}@{NO_EMAIL}",
        full_name=WORD,
        password=person.password,
        last_login=None,
        is_active=False,
    )


def _forget_organisation(organisation: Organisation) -> None:
    """Forget how an organisation was reached and paid, and the name of a resident. Others are in public registers."""
    name = WORD if organisation.kind == OrganisationKind.RESIDENTS else organisation.name
    organisation.memberships.all().delete()
    Organisation.objects.filter(pk=organisation.pk).update(name=name, iban="", phone="")
    kind = ContentType.objects.get_for_model(Organisation)
    LogEntry.objects.filter(content_type=kind, object_id=str(organisation.pk)).delete()
    _wipe_trail(organisation)


def _wipe_trail(about: models.Model) -> None:
    rows = AuditEntry.objects.filter(object_type=about._meta.label_lower, object_id=str(about.pk))
    rows.update(object_label=WORD, changes={}, origin="")


def _everything(label: str, field: str, person: User) -> QuerySet[Any]:
    found: QuerySet[Any] = apps.get_model(label)._base_manager.filter(**{field: person.pk})
    return found
