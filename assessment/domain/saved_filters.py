"""Ways to look at the list of proposals, kept under a name.

A saved filter holds a question: the part of the list's address after the question mark. Who opens one that a colleague
shares gets the answer that this person may have, never the colleague's.
"""

from collections.abc import Iterable
from urllib.parse import parse_qsl

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.access import lock_people
from assessment.errors import FilterNotSaved
from assessment.models import SavedFilter
from assessment.states import AssessmentEvent
from core.domain import audit, clock

# Of one person: more is no overview any more.
MOST = 30
COLUMNS = "columns"


def save(*, by: User, name: str, query: str, known: Iterable[str], is_shared: bool, is_default: bool) -> SavedFilter:
    """Keep a filter under a name of the person's own.

    `query` is the list's address after the question mark; it may name the filters in `known` and the columns, and
    nothing else. Raises FilterNotSaved, with the field that is wrong.
    """
    with transaction.atomic():
        lock_people([by.pk])
        asked = {key for key, _value in parse_qsl(query)}
        if not asked or not asked <= {*known, COLUMNS}:
            raise FilterNotSaved(_("Filter the list first: there is nothing to keep yet."))
        if len(query) > (SavedFilter._meta.get_field("query").max_length or 0):
            raise FilterNotSaved(_("This filter is too long to keep."))
        if SavedFilter.objects.filter(owner=by).count() >= MOST:
            raise FilterNotSaved(_("You keep %(most)d filters already. Remove one first.") % {"most": MOST})
        kept = SavedFilter(owner=by, query=query, saved_at=clock.now())
        return _write(kept, by=by, name=name, is_shared=is_shared, is_default=is_default)


def change(*, filter_id: int, by: User, name: str, is_shared: bool, is_default: bool) -> SavedFilter:
    """Change how an own filter is called, whether the team sees it, and whether the list opens with it.

    Raises FilterNotSaved with the field that is wrong, or SavedFilter.DoesNotExist for somebody else's.
    """
    with transaction.atomic():
        lock_people([by.pk])
        kept = SavedFilter.objects.get(pk=filter_id, owner=by)
        return _write(kept, by=by, name=name, is_shared=is_shared, is_default=is_default)


def remove(*, filter_id: int, by: User) -> None:
    """Remove an own filter. One that is gone already, or somebody else's, stays as it is."""
    with transaction.atomic():
        lock_people([by.pk])
        kept = SavedFilter.objects.filter(pk=filter_id, owner=by).first()
        if kept is not None:
            audit.record(event=AssessmentEvent.FILTER_REMOVED, actor=by, about=kept, changes={"query": kept.query})
            kept.delete()


def _write(kept: SavedFilter, *, by: User, name: str, is_shared: bool, is_default: bool) -> SavedFilter:
    name = " ".join(name.split())
    if not name:
        raise FilterNotSaved(_("Give the filter a name."), "name")
    others = SavedFilter.objects.filter(owner=by).exclude(pk=kept.pk)
    if others.filter(name=name).exists():
        raise FilterNotSaved(_("You keep another filter under this name."), "name")
    if is_default:
        others.filter(is_default=True).update(is_default=False)
    kept.name, kept.is_shared, kept.is_default = name, is_shared, is_default
    kept.save()
    changes = {"name": name, "query": kept.query, "shared": is_shared, "default": is_default}
    audit.record(event=AssessmentEvent.FILTER_SAVED, actor=by, about=kept, changes=changes)
    return kept
