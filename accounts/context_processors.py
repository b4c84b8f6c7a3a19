"""What every template may know of the person at the screen."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.states import Role

PARTNER = "partner"
LINE_LEAD = "line_lead"
ANONYMOUS = "anonymous"

TEAM = {Role.ASSESSOR, Role.PROGRAMME_MANAGER, LINE_LEAD}
FINANCE = {Role.FINANCIAL_ADVISER}

# Every page in the menu, in its fixed order: its name, what it is called, and for whom. An empty set is everybody.
PAGES: tuple[tuple[str, Any, set[str]], ...] = (
    ("applications:mine", _("My proposals"), {PARTNER}),
    ("assessment:talent", _("Talent panel"), {Role.TALENT}),
    ("assessment:work", _("My work"), TEAM),
    ("assessment:proposals", _("Proposals"), TEAM | FINANCE),
    ("assessment:meetings", _("Team meetings"), TEAM | FINANCE),
    ("applications:team_calls", _("Calls"), {Role.PROGRAMME_MANAGER}),
    ("reporting:indicators", _("Indicators"), TEAM | FINANCE),
    ("reporting:to_write", _("Texts of reports"), {LINE_LEAD}),
    ("budget:overview", _("Budget"), FINANCE | {Role.PROGRAMME_MANAGER, Role.COLLEGE}),
    ("budget:decision_lists", _("Decision lists"), FINANCE | {Role.PROGRAMME_MANAGER}),
    ("budget:council_decisions", _("Council decisions"), FINANCE | {Role.PROGRAMME_MANAGER, Role.COUNCIL}),
    ("budget:desk", _("Money to do"), FINANCE | {Role.PROGRAMME_MANAGER}),
    ("budget:college", _("College"), {Role.COLLEGE}),
    ("reporting:council", _("Council"), FINANCE | {Role.PROGRAMME_MANAGER, Role.COLLEGE, Role.COUNCIL}),
    ("applications:calls", _("For partners"), {ANONYMOUS}),
    ("programme:criteria", _("Criteria"), set()),
    ("reporting:register", _("Subsidy register"), {ANONYMOUS}),
    ("reporting:kept", _("Archive"), {Role.PROGRAMME_MANAGER, Role.ADMINISTRATOR}),
    ("admin:index", _("Administration"), {Role.ADMINISTRATOR}),
)


@dataclass(frozen=True)
class MenuItem:
    """A page in the menu."""

    label: str
    url: str
    current: bool


def roles(request: HttpRequest) -> dict[str, Any]:
    """Return the menu for what the person does here, and whether this is the demonstration.

    The menu is worked out once per request, when a template shows it: two queries.
    """
    if not hasattr(request, "_menu"):
        request._menu = SimpleLazyObject(lambda: menu_for(request))  # type: ignore[attr-defined]
    return {"navigation": request._menu, "demo_notice": settings.DEBUG}  # type: ignore[attr-defined]


def menu_for(request: HttpRequest) -> list[MenuItem]:
    """Return the pages in the menu; the one that the address lies deepest under is the current one."""
    parts = parts_played_by(request.user) if request.user.is_authenticated else {ANONYMOUS}
    shown = [(label, reverse(name)) for name, label, played in PAGES if not played or played & parts]
    current = max((url for _label, url in shown if request.path.startswith(url)), key=len, default=None)
    return [MenuItem(label=str(label), url=url, current=url == current) for label, url in shown]


def parts_played_by(user: User) -> set[str]:
    """Return the roles that a person holds, with `line_lead` and `partner`; who does nothing else here is a partner."""
    parts: set[str] = set(user.roles)
    if user.leads_lines:
        parts.add(LINE_LEAD)
    if user.parts.is_member or user.parts.works_on_one or not parts:
        parts.add(PARTNER)
    return parts
