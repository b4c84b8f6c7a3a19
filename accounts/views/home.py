from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.access import AuthedRequest, signed_in
from accounts.models import User
from accounts.states import Role

# Who holds several roles begins where the first of them begins.
FIRST_PAGES = (
    (Role.PROGRAMME_MANAGER, "assessment:work"),
    (Role.ASSESSOR, "assessment:work"),
    (Role.FINANCIAL_ADVISER, "budget:decision_lists"),
    (Role.COLLEGE, "budget:college"),
    (Role.COUNCIL, "reporting:council"),
    (Role.TALENT, "assessment:talent"),
    (Role.ADMINISTRATOR, "admin:index"),
)


@require_safe
@signed_in
def home(request: AuthedRequest) -> HttpResponse:
    """Send a person on to the first page of the work that the person does here."""
    return redirect(first_page(request.user))


def first_page(user: User) -> str:
    """Return the name of the page where a person's work begins."""
    if user.led_lines.exists():
        return "assessment:work"
    for role, page in FIRST_PAGES:
        if user.holds(role):
            return page
    works_on_one = user.collaborations.filter(until=None).exists()
    return "applications:mine" if works_on_one or user.memberships.exists() else "accounts:organisation_new"
