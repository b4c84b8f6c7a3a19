"""What a member of the talent panel has to do before which day."""

from collections.abc import Iterator
from itertools import groupby

from django.urls import reverse
from django.utils.translation import ngettext

from accounts.models import User
from applications.domain import deadlines
from applications.domain.deadlines import Deadline
from assessment.domain import panel, panel_members


@deadlines.panel_provider
def _of_panel(user: User) -> Iterator[Deadline]:
    """Give the last days on which a member can give an opinion: one for all proposals with the same last day."""
    if not panel_members.is_member(user):
        return
    for last_on, waiting in groupby(panel.waiting_for(user), key=lambda invitation: invitation.question.last_on):
        number = len(list(waiting))
        title = ngettext("Give your opinion on one proposal", "Give your opinion on %(number)d proposals", number)
        yield Deadline(last_on, title % {"number": number}, reverse("assessment:talent"), "talent_panel")
