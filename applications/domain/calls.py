"""Calls: prepared by the programme team, published, and frozen from the first submission on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from accounts.models import User
from applications.access import lock_call
from applications.domain import call_content, call_questions
from applications.domain.call_questions import Rules
from applications.errors import CallFixed, CallNotReady, CallRefused
from applications.models import Call, CallVersion, Ceiling
from applications.models.call import SUPPLEMENT_WEEKS_MOST, WEEKS_MOST
from applications.states import CallEvent, CallPhase, CallState, DivisionRule
from core.domain import audit, clock, money
from programme.models import CriteriaVersion, Line

FIRST_YEAR, LAST_YEAR = 2025, 2040
CEILINGS_MOST = 40

# Fewest and most weeks of each term.
TERMS = {"decision_weeks": (1, WEEKS_MOST), "supplement_weeks": (1, SUPPLEMENT_WEEKS_MOST), "extension_weeks": (0, 52)}


@dataclass(frozen=True)
class Terms:
    """What a call says, without its lines, ceilings and questions. Terms are in weeks."""

    title: str
    introduction: str
    opens_at: datetime
    closes_on: date | None
    first_year: int
    last_year: int
    criteria_version: CriteriaVersion
    division_rule: str
    decision_weeks: int
    supplement_weeks: int
    extension_weeks: int


@dataclass(frozen=True)
class CeilingSaid:
    """A ceiling as it was filled in: euros for a line, a year, both, or (None, None) the call as a whole."""

    line: Line | None
    year: int | None
    amount: Decimal
    published_on: date | None = None
    publication: str = ""


def make(*, by: User, terms: Terms, lines: Collection[Line]) -> Call:
    """Prepare a call; nobody but the team knows of it. Raises CallRefused when something does not hold together."""
    _check_terms(terms)
    with transaction.atomic():
        call = Call.objects.create(state=CallState.DRAFT, **vars(terms))
        call.lines.set(lines)
        audit.record(event=CallEvent.CREATED, actor=by, about=call, changes={"title": call.title})
        return call


def change(*, call_id: int, by: User, terms: Terms, lines: Collection[Line], seen: str | None = None) -> Call:
    """Change a call in preparation. `seen` is the hash of what the person had on screen.

    Raises CallRefused, also when somebody else changed it meanwhile, or CallFixed once it is published.
    """
    _check_terms(terms)
    with transaction.atomic():
        call = _lock_draft(call_id)
        _check_seen(call, seen)
        changed = [name for name, value in vars(terms).items() if getattr(call, name) != value]
        for name in changed:
            setattr(call, name, getattr(terms, name))
        call.save(update_fields=changed)
        call.lines.set(lines)
        codes = sorted(line.code for line in lines)
        audit.record(event=CallEvent.CHANGED, actor=by, about=call, changes={"fields": changed, "lines": codes})
        return call


def set_ceilings(*, call_id: int, by: User, ceilings: Sequence[CeilingSaid], seen: str | None = None) -> Call:
    """Set the ceilings of a call in preparation (Awb 4:25). Raises CallRefused or CallFixed; see `change`."""
    with transaction.atomic():
        call = _lock_draft(call_id)
        _check_seen(call, seen)
        _check_ceilings(call, ceilings)
        call.ceilings.all().delete()
        Ceiling.objects.bulk_create(Ceiling(call=call, **vars(said)) for said in ceilings)
        amounts = [str(said.amount) for said in ceilings]
        audit.record(event=CallEvent.CHANGED, actor=by, about=call, changes={"ceilings": amounts})
        return call


def set_questions(*, call_id: int, by: User, rules: Rules, seen: str | None = None) -> Call:
    """Set what a call in preparation makes of the questions. Raises CallRefused or CallFixed; see `change`."""
    kept = call_questions.cleaned(rules)
    with transaction.atomic():
        call = _lock_draft(call_id)
        _check_seen(call, seen)
        call.question_rules = kept
        call.save(update_fields=["question_rules"])
        audit.record(event=CallEvent.CHANGED, actor=by, about=call, changes={"questions": sorted(kept)})
        return call


def publish(*, call_id: int, by: User) -> CallVersion:
    """Publish a call for everybody, and keep what it says as a version.

    Raises CallNotReady with everything that is missing, CallFixed when it is published already (Awb 4:26, 4:27).
    """
    with transaction.atomic():
        call = _lock_draft(call_id)
        if missing := missing_of(call):
            raise CallNotReady(_("The call can't be published yet."), missing)
        call.state = CallState.PUBLISHED
        call.published_at, call.published_by = clock.now(), by
        call.save(update_fields=["state", "published_at", "published_by"])
        version = call_content.keep_version(call, by=by)
        changes = {"version": version.number, "sha256": version.sha256}
        audit.record(event=CallEvent.PUBLISHED, actor=by, about=call, changes=changes)
        return version


def take_back(*, call_id: int, by: User) -> Call:
    """Take a published call back into preparation, as long as nobody submitted. Raises CallFixed."""
    with transaction.atomic():
        call = lock_call(call_id)
        if call.is_draft:
            raise CallFixed(_("This call is in preparation already."))
        if _is_frozen(call):
            raise CallFixed(_("Somebody submitted a proposal, so this call stays as it was published."))
        call.state = CallState.DRAFT
        call.save(update_fields=["state"])
        audit.record(event=CallEvent.TAKEN_BACK, actor=by, about=call)
        return call


def extend(*, call_id: int, by: User, title: str, closes_on: date | None) -> Call:
    """Correct the title of a published call, or let it close later; nothing else changes after publication.

    Raises CallFixed when it is in preparation or closed, CallRefused for a closing date that is not later.
    """
    with transaction.atomic():
        call = lock_call(call_id)
        if call.phase not in (CallPhase.ANNOUNCED, CallPhase.OPEN):
            raise CallFixed(_("Only a call that is published and not closed can be extended."))
        _check_later(call, closes_on)
        changes = {"title": [call.title, title], "closes_on": [str(call.closes_on), str(closes_on)]}
        call.title, call.closes_on = title, closes_on
        call.save(update_fields=["title", "closes_on"])
        call_content.keep_version(call, by=by)
        audit.record(event=CallEvent.EXTENDED, actor=by, about=call, changes=changes)
        return call


def remove(*, call_id: int, by: User) -> None:
    """Remove a call in preparation that was never published. Raises CallFixed."""
    with transaction.atomic():
        call = _lock_draft(call_id)
        if call.versions.exists() or call.proposals.exists():
            raise CallFixed(_("This call was public before, so it stays."))
        audit.record(event=CallEvent.REMOVED, actor=by, about=call, changes={"title": call.title})
        call.delete()


def freeze(*, call_id: int, by: User) -> Call:
    """Freeze a call because a proposal is being submitted, and return it as it is; only the first time does anything.

    Call it in the transaction of the submission: from its commit on a trigger refuses every other change.
    """
    with transaction.atomic():
        call = Call.objects.get(pk=call_id)
        if call.frozen_at is not None:
            return call
        call = lock_call(call_id)
        if call.frozen_at is None and not call.is_draft:
            version = call_content.keep_version(call, by=None)
            call.frozen_at = clock.now()
            call.save(update_fields=["frozen_at"])
            audit.record(event=CallEvent.FROZEN, actor=by, about=call, changes={"version": version.number})
        return call


def missing_of(call: Call) -> list[str]:
    """Return what stands between a call in preparation and its publication, as sentences."""
    opening = clock.local_date(call.opens_at)
    missing = []
    if not call.introduction:
        missing.append(_("Write an introduction: what is this call for?"))
    if not call.lines.exists():
        missing.append(_("Choose at least one programme line."))
    if call.opens_at <= clock.now():
        missing.append(_("The opening must lie ahead: the rules are public before a call opens (Awb 4:26)."))
    ceilings = list(call.ceilings.select_related("line"))
    if not ceilings:
        missing.append(_("Set a ceiling. Without one nothing can be refused because the money is gone (Awb 4:25)."))
    lines, unknown = set(call.lines.values_list("pk", flat=True)), _("the whole call")
    for ceiling in ceilings:
        name = str(ceiling) if ceiling.line or ceiling.year else unknown
        if (ceiling.line_id and ceiling.line_id not in lines) or (ceiling.year and ceiling.year not in call.years):
            missing.append(
                _("The ceiling for %(what)s is for a line or year that the call doesn't have.") % {"what": name}
            )
        elif ceiling.published_on is None:
            missing.append(_("Say where the ceiling for %(what)s was published, and when (Awb 4:27).") % {"what": name})
        elif ceiling.published_on >= opening or ceiling.published_on > clock.today():
            missing.append(
                _("The ceiling for %(what)s must be published before the call opens on %(day)s (Awb 4:27).")
                % {"what": name, "day": formats.date_format(opening, "j F Y")}
            )
    return missing


def _lock_draft(call_id: int) -> Call:
    call = lock_call(call_id)
    if not call.is_draft:
        raise CallFixed(_("“%(call)s” is published. Take it back first, or let it close later.") % {"call": call})
    return call


def _is_frozen(call: Call) -> bool:
    return call.frozen_at is not None or call.proposals.filter(submitted_at__isnull=False).exists()


def _check_seen(call: Call, seen: str | None) -> None:
    if seen and seen != call_content.sha256_of(call):
        raise CallRefused(_("Somebody else changed this call meanwhile. Open the page again to see what it says now."))


def _check_terms(terms: Terms) -> None:
    """Refuse what does not hold together, also in a draft."""
    if not FIRST_YEAR <= terms.first_year <= terms.last_year <= LAST_YEAR:
        raise CallRefused(
            _("The years run from the first to the last, between %(first)d and %(last)d.")
            % {"first": FIRST_YEAR, "last": LAST_YEAR},
            "last_year",
        )
    if terms.closes_on is not None and terms.closes_on < clock.local_date(terms.opens_at):
        raise CallRefused(_("A call can't close before it opens."), "closes_on")
    if terms.division_rule == DivisionRule.RANKING and terms.closes_on is None:
        raise CallRefused(_("A ranking compares proposals with each other, so it needs a closing date."), "closes_on")
    if terms.criteria_version.is_draft:
        raise CallRefused(_("Choose a version of the criteria that is adopted."), "criteria_version")
    for name, (least, most) in TERMS.items():
        if not least <= getattr(terms, name) <= most:
            raise CallRefused(_("Fill in %(least)d to %(most)d weeks.") % {"least": least, "most": most}, name)


def _check_ceilings(call: Call, ceilings: Sequence[CeilingSaid]) -> None:
    if len(ceilings) > CEILINGS_MOST:
        raise CallRefused(_("At most %(most)d ceilings.") % {"most": CEILINGS_MOST}, "ceilings")
    lines, seen = set(call.lines.values_list("pk", flat=True)), set()
    for said in ceilings:
        key = (said.line.pk if said.line else None, said.year)
        if key in seen:
            raise CallRefused(_("The same line and year stand there twice."), "ceilings")
        seen.add(key)
        if not money.ZERO < said.amount <= money.LARGEST:
            raise CallRefused(_("A ceiling is more than zero euros."), "ceilings")
        if said.line is not None and said.line.pk not in lines:
            raise CallRefused(_("This call is not for the line %(line)s.") % {"line": said.line}, "ceilings")
        if said.year is not None and said.year not in call.years:
            raise CallRefused(_("This call has no money for %(year)d.") % {"year": said.year}, "ceilings")
        if (said.published_on is None) != (not said.publication):
            raise CallRefused(_("Fill in both where a ceiling was published and when, or neither."), "ceilings")


def _check_later(call: Call, closes_on: date | None) -> None:
    if closes_on == call.closes_on:
        return
    if call.closes_on is None:
        raise CallRefused(_("This call has no closing date, so it can't get one after publication."), "closes_on")
    if closes_on is None or closes_on < call.closes_on:
        raise CallRefused(_("After publication a call can only close later, not earlier."), "closes_on")
