"""Who may do what with the versions of the criteria and with the indicators, the doors to them, and their locks."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.states import Role
from programme.errors import CriteriaNotYours, IndicatorNotYours
from programme.models import CriteriaVersion, Indicator, LineLead
from programme.models.criteria import CriteriaVersionQuerySet

# Who works with the criteria, beside the leads of the lines. A draft is the manager's alone.
READERS = (Role.PROGRAMME_MANAGER, Role.ASSESSOR, Role.FINANCIAL_ADVISER, Role.COLLEGE, Role.COUNCIL)


def writes_criteria(user: User) -> bool:
    """Tell whether the person writes and adopts versions of the criteria."""
    return user.is_active and user.holds(Role.PROGRAMME_MANAGER)


def require_writer(user: User) -> None:
    """Raise CriteriaNotYours unless the person writes and adopts versions of the criteria."""
    if not writes_criteria(user):
        raise CriteriaNotYours(_("Only the programme manager writes and adopts criteria."))


def reads_versions(user: User | AnonymousUser) -> bool:
    """Tell whether the person works with the criteria, and so reads their versions on the team's pages."""
    return isinstance(user, User) and (user.holds(*READERS) or LineLead.objects.filter(user=user).exists())


def versions_for(user: User) -> CriteriaVersionQuerySet:
    """Return the versions that a person may read on the team's pages; raises PermissionDenied for outsiders."""
    if not reads_versions(user):
        raise PermissionDenied
    return CriteriaVersion.objects.all() if writes_criteria(user) else CriteriaVersion.objects.adopted()


def version_for(user: User, number: int) -> CriteriaVersion:
    """Return a version that the person may read: a draft does not exist for who doesn't write (404)."""
    versions = versions_for(user).select_related("edited_by", "adopted_by", "copied_from", "document")
    return get_object_or_404(versions, number=number)


def version_to_write(user: User, number: int) -> CriteriaVersion:
    """Return a version for its writer; other readers are refused (403). Whether it is a draft, the verb says."""
    found = version_for(user, number)
    if not writes_criteria(user):
        raise PermissionDenied
    return found


def lock_version(pk: int) -> CriteriaVersion:
    """Return a version, locked until the end of the transaction."""
    return CriteriaVersion.objects.select_for_update().get(pk=pk)


# Indicators -----------------------------------------------------------------------------------------------------------

# Who follows the indicators on the team's pages, beside the leads of the lines; the council has them on its own page.
TEAM = (Role.PROGRAMME_MANAGER, Role.ASSESSOR, Role.FINANCIAL_ADVISER)


def defines_indicators(user: User) -> bool:
    """Tell whether the person says what an indicator means."""
    return user.is_active and user.holds(Role.PROGRAMME_MANAGER)


def enters_values(user: User) -> bool:
    """Tell whether the person enters and corrects values: the programme manager, and the leads of the lines."""
    return defines_indicators(user) or (user.is_active and LineLead.objects.filter(user=user).exists())


def reads_indicators(user: User) -> bool:
    """Tell whether the person follows the indicators on the team's pages."""
    return user.holds(*TEAM) or LineLead.objects.filter(user=user).exists()


def require_definer(user: User) -> None:
    """Raise IndicatorNotYours unless the person says what an indicator means."""
    if not defines_indicators(user):
        raise IndicatorNotYours(_("Only the programme manager says what an indicator means."))


def require_enterer(user: User) -> None:
    """Raise IndicatorNotYours unless the person enters and corrects values."""
    if not enters_values(user):
        raise IndicatorNotYours(_("Only the programme manager and the leads of the lines enter values."))


def indicator_for(user: User, code: str) -> Indicator:
    """Return an indicator for somebody of the team; others are refused (403), an unknown one does not exist (404)."""
    if not reads_indicators(user):
        raise PermissionDenied
    return get_object_or_404(Indicator, code=code)


def indicator_to_enter(user: User, code: str) -> Indicator:
    """Return an indicator for somebody who enters its values; other readers are refused (403)."""
    found = indicator_for(user, code)
    if not enters_values(user):
        raise PermissionDenied
    return found


def indicator_to_define(user: User, code: str) -> Indicator:
    """Return an indicator for somebody who says what it means; other readers are refused (403)."""
    found = indicator_for(user, code)
    if not defines_indicators(user):
        raise PermissionDenied
    return found


def lock_indicator(pk: int) -> Indicator:
    """Return an indicator, locked until the end of the transaction: its definitions and values wait for each other."""
    return Indicator.objects.select_for_update().get(pk=pk)


def lock_indicators() -> list[Indicator]:
    """Return all indicators in order of primary key, locked until the end of the transaction."""
    return list(Indicator.objects.select_for_update().order_by("pk"))
