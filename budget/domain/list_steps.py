"""What every step on a decision list does: look whether it is possible, raise the version, write it down."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from accounts.models import User
from budget.access.lists import lock_list
from budget.errors import ListChanged, ListNotReady
from budget.models import DecisionList
from budget.states import LIST_MOVES, ListState
from budget.states.events import BudgetEvent
from core.domain import audit


def lock_draft(list_id: int, version: int | None = None) -> DecisionList:
    """Lock a list in preparation and return it. Raises ListNotReady, and ListChanged for another `version`."""
    decision_list = lock_list(list_id)
    require(decision_list, ListState.DRAFT, version)
    return decision_list


def require(decision_list: DecisionList, state: ListState, version: int | None = None) -> None:
    """Raise ListNotReady unless the list is in a state, ListChanged when a page showed another version of it."""
    if decision_list.state != state:
        raise ListNotReady(
            _("List %(list)s is now “%(state)s”, so this step is not possible. Somebody may have been before you.")
            % {"list": decision_list, "state": ListState(decision_list.state).label}
        )
    if version not in {None, decision_list.version}:
        raise ListChanged(_("This list was changed after you opened it. Look again before you go on."))


def bring_to(decision_list: DecisionList, state: ListState) -> None:
    """Bring a locked list into another state, with whatever signature was set on it."""
    if (ListState(decision_list.state), state) not in LIST_MOVES:
        require(decision_list, state)
    decision_list.state = state
    decision_list.version += 1
    decision_list.save(update_fields=["state", "version", "approved_by", "approved_at"])


def changed(decision_list: DecisionList, *, by: User, changes: Mapping[str, object]) -> None:
    """Raise the version of a list of which something changed, and write down what."""
    decision_list.version += 1
    decision_list.save(update_fields=["version"])
    record(BudgetEvent.LIST_CHANGED, decision_list, by=by, changes=changes)


def record(
    event: BudgetEvent, decision_list: DecisionList, *, by: User, changes: Mapping[str, object] | None = None
) -> None:
    """Write down what happened, with the version that came of it: a page can tell what changed since it was shown."""
    audit.record(
        event=event, actor=by, about=decision_list, changes={**(changes or {}), "version": decision_list.version}
    )


def proposals_on(decision_list: DecisionList) -> list[int]:
    """Return the primary keys of the proposals on a list."""
    return list(decision_list.decisions.values_list("proposal_id", flat=True))
