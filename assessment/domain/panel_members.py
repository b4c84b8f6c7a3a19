"""Who is in the talent panel: joined with a year of birth, and 18 to 35 years old.

No more is known of the age than the year of birth, so the age is what somebody becomes in a year. It is kept only as
long as somebody takes part (AVG: as little as possible).
"""

from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership, RoleHolding, User
from accounts.states import Role
from applications.models import Collaborator, Proposal, ShutFile
from assessment.errors import NotInPanel
from assessment.models import PanelInvitation, PanelMember
from assessment.states import PANEL_OLDEST, PANEL_YOUNGEST, AssessmentEvent
from core.domain import audit, clock
from programme.models import LineLead


def fits(birth_year: int, day: date) -> bool:
    """Tell whether somebody born in a year becomes 18 to 35 years old in the year of `day`."""
    return PANEL_YOUNGEST <= day.year - birth_year <= PANEL_OLDEST


def join(*, by: User, birth_year: int) -> PanelMember:
    """Let a person with the role of talent join the panel. The year goes in no log: it can be forgotten again.

    Raises NotInPanel without the role, outside the ages, or when the person joined before.
    """
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=by.pk)
        if not may_join(person):
            raise NotInPanel(_("The panel is for who was asked for it, and has no other role in the fund."))
        if PanelMember.objects.filter(person=person).exists():
            raise NotInPanel(_("You are in the talent panel already."))
        if not fits(birth_year, clock.today()):
            raise NotInPanel(
                _("The panel is for people who become %(youngest)d to %(oldest)d years old this year.")
                % {"youngest": PANEL_YOUNGEST, "oldest": PANEL_OLDEST}
            )
        member = PanelMember.objects.create(person=person, birth_year=birth_year, joined_at=clock.now())
        audit.record(event=AssessmentEvent.PANEL_JOINED, actor=by, about=person)
    return member


def leave(*, by: User) -> None:
    """Let a person leave the panel: the year of birth is removed. Opinions that were given stay, without a name."""
    with transaction.atomic():
        removed, _by_model = PanelMember.objects.filter(person=by).delete()
        if removed:
            audit.record(event=AssessmentEvent.PANEL_LEFT, actor=by, about=by)


def forget_who_is_out() -> int:
    """Remove who becomes 36 or older this year, or lost the role, with the year of birth. Returns how many."""
    too_old = Q(birth_year__lt=clock.today().year - PANEL_OLDEST)
    has_role = Exists(RoleHolding.objects.filter(user=OuterRef("person"), role=Role.TALENT))
    with transaction.atomic():
        out = PanelMember.objects.filter(too_old | ~has_role).select_related("person")
        people = [member.person for member in out.select_for_update(of=("self",))]
        PanelMember.objects.filter(person__in=people).delete()
        for person in people:
            audit.record(event=AssessmentEvent.PANEL_LEFT, actor=None, about=person)
    return len(people)


def everybody() -> QuerySet[User]:
    """Return who can take part, by name, with `has_joined`: whether the person does today.

    The role of talent, and no other: who judges, advises or decides has no voice in the panel as well.
    """
    roles = RoleHolding.objects.filter(user=OuterRef("pk"))
    return (
        User.objects.filter(
            Exists(roles.filter(role=Role.TALENT)),
            ~Exists(roles.exclude(role=Role.TALENT)),
            ~Exists(LineLead.objects.filter(user=OuterRef("pk"))),
            is_active=True,
        )
        .annotate(has_joined=_takes_part())
        .order_by("full_name", "pk")
    )


def may_join(person: User) -> bool:
    """Tell whether a person was asked for the panel and has no other role."""
    return everybody().filter(pk=person.pk).exists()


def members() -> QuerySet[User]:
    """Return who takes part today, by name."""
    return everybody().filter(_takes_part())


def _takes_part() -> Exists:
    """Return whether a person of a query declared a year of birth that fits today."""
    return Exists(PanelMember.objects.of_age_on(clock.today()).filter(person=OuterRef("pk")))


def is_member(person: User) -> bool:
    """Tell whether a person takes part today: joined, of age, and still with the role."""
    return members().filter(pk=person.pk).exists()


def candidates(proposal: Proposal) -> QuerySet[User]:
    """Return the members who can still be asked about a proposal: without an interest (Awb 2:4), not asked before."""
    return members().filter(
        ~Exists(ShutFile.objects.filter(proposal=proposal, user=OuterRef("pk"))),
        ~Exists(Membership.objects.filter(organisation=proposal.organisation_id, user=OuterRef("pk"))),
        ~Exists(Collaborator.objects.filter(proposal=proposal, user=OuterRef("pk"))),
        ~Exists(PanelInvitation.objects.filter(question__proposal=proposal, member=OuterRef("pk"))),
    )
