"""What the team writes in a report: a foreword, explanations, all in versions that are only ever added."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.states import Role
from core.domain import audit, clock, markup
from reporting.access.reports import lock_report
from reporting.domain import report_forms
from reporting.domain.report_forms import Section
from reporting.errors import ReportClosed, TextChanged, TextEmpty, TextNotYours
from reporting.models import Report, ReportSignature, ReportText
from reporting.states import AT_WORK, Purpose, SectionPlace, WritingEvent

LONGEST = 20_000

# A text of a line stands below the heading of its explanation, the others below the heading of a chapter.
HEADINGS_FROM = {SectionPlace.FRONT: 3, SectionPlace.LINE: 4, SectionPlace.BACK: 3}


@dataclass(frozen=True)
class SectionText:
    """A text as it goes into a report: safe HTML, and the names of who wrote it in order of who began."""

    body_html: SafeString
    writers: list[str]


@dataclass(frozen=True)
class SectionState:
    """A section of a report: what it asks, which version counts, and whether somebody may write it."""

    section: Section
    current: ReportText | None
    may_write: bool

    @property
    def is_written(self) -> bool:
        """Tell whether it says anything."""
        return self.current is not None and bool(self.current.text)

    @property
    def is_missing(self) -> bool:
        """Tell whether the report can't be signed because of it."""
        return self.section.needed and not self.is_written


def write(*, report_id: int, section: str, text: str, by: User, seen_number: int) -> ReportText:
    """Add a version of a section, with the markup of `core.domain.markup`. Empty takes the text out of the report.

    `seen_number` is the version that was on the screen, 0 for none. The same text again adds nothing. Signatures that
    counted until now count no longer. Raises TextChanged when somebody saved another version since, ReportClosed for a
    report that is final or being made so, TextNotYours, TextEmpty.
    """
    text = markup.without_tricks(text)
    with transaction.atomic():
        report = lock_report(report_id)
        require_open(report)
        _require_writer(report, section, by)
        current = current_of(report, section)
        if current is not None and current.text == text:
            return current
        if (current.number if current else 0) != seen_number:
            raise TextChanged(_changed(current))
        if current is None and not text:
            raise TextEmpty(_("There is nothing to save yet. Write something first."))
        lapsed = ReportSignature.objects.counting(report, content_sha256(report))
        added = ReportText.objects.create(
            report=report,
            section=section,
            number=seen_number + 1,
            text=text,
            written_by=by,
            written_at=clock.now(),
        )
        changes = {"section": section, "number": added.number, "lapsed": sorted(one.role for one in lapsed)}
        audit.record(event=WritingEvent.WRITTEN, actor=by, about=report, changes=changes)
    return added


def of(report: Report) -> dict[str, SectionText]:
    """Return by section what was written for a report, in the order of its form. Three queries."""
    current = {text.section: text for text in ReportText.objects.filter(report=report).current()}
    names = writers_of(report)
    return {
        section.key: SectionText(to_html(section, current[section.key].text), names[section.key])
        for section in report_forms.sections(report.kind)
        if section.key in current and current[section.key].text
    }


def authors(report: Report, written: Mapping[str, SectionText]) -> list[tuple[str, list[str]]]:
    """Return who wrote what of the texts of a report: the title of each and the names, in the order of the form."""
    titles = {section.key: section.title for section in report_forms.sections(report.kind)}
    return [(titles[key], text.writers) for key, text in written.items()]


def to_html(section: Section, text: str) -> SafeString:
    """Return a text as it reads in the report."""
    return markup.to_html(text, highest_heading=HEADINGS_FROM[section.place])


def writers_of(report: Report) -> dict[str, list[str]]:
    """Return by section the names of who wrote it, who began first. One query."""
    names: dict[str, list[str]] = defaultdict(list)
    written = ReportText.objects.filter(report=report).order_by("section", "number")
    for section, name in written.values_list("section", "written_by__full_name"):
        if name not in names[section]:
            names[section].append(name)
    return names


def progress_of(reports: Sequence[Report], *, user: User) -> list[tuple[int, int]]:
    """Return for each report how many of the texts that it needs of a person are written, and how many it needs."""
    needed: dict[str, set[str]] = {}
    for kind in {report.kind for report in reports}:
        sections = [section for section in report_forms.sections(kind) if section.needed]
        needed[kind] = keys_to_write(user, sections)
    written = defaultdict(set)
    for text in ReportText.objects.filter(report__in=reports).current():
        if text.text:
            written[text.report_id].add(text.section)
    return [(len(needed[report.kind] & written[report.pk]), len(needed[report.kind])) for report in reports]


def states(report: Report, *, user: User) -> list[SectionState]:
    """Return every section of a report with where it stands, in the order of the form."""
    written = ReportText.objects.filter(report=report).current().select_related("written_by")
    current = {text.section: text for text in written}
    sections = report_forms.sections(report.kind)
    own = keys_to_write(user, sections)
    return [SectionState(section, current.get(section.key), section.key in own) for section in sections]


def keys_to_write(user: User, sections: Iterable[Section]) -> set[str]:
    """Return which sections a person writes: the manager all, the adviser those about money, a lead the own line's."""
    sections = list(sections)
    if user.holds(Role.PROGRAMME_MANAGER):
        return {section.key for section in sections}
    own = set(user.led_lines.values_list("line__code", flat=True)) if user.leads_lines else set()
    if user.holds(Role.FINANCIAL_ADVISER):
        own |= {section.key for section in sections if section.about_money}
    return {section.key for section in sections} & own


def current_of(report: Report, section: str) -> ReportText | None:
    """Return the version of a section that counts, with who wrote it, or None."""
    written = ReportText.objects.filter(report=report, section=section).select_related("written_by")
    return written.order_by("-number").first()


def content_sha256(report: Report) -> str:
    """Return the hash of what a report says: its figures and the version of each text that counts.

    The database works it out by itself from the same lines, in `reporting_content_sha256` (migrations/sql).
    """
    written = sorted(ReportText.objects.filter(report=report).current(), key=lambda text: text.section)
    lines = [
        report.reference,
        report.kind,
        str(report.year),
        report.cut_off_on.isoformat(),
        report.figures_sha256,
        report.ledger_head,
        *(f"{one.section} {one.number} {hashlib.sha256(one.text.encode()).hexdigest()}" for one in written),
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def why_closed(report: Report) -> str:
    """Tell why the texts of a report can't change: it is final, or is being made so. Empty when they can."""
    if report.is_final:
        return _("This report is final. Nothing of it changes any more.")
    if report.renderings.filter(purpose=Purpose.FINAL, state__in=AT_WORK).exists():
        return _("The final report is being made of what was signed, so nothing can change now.")
    return ""


def require_open(report: Report) -> None:
    """Raise ReportClosed when the texts of a report can't change; the caller has locked it."""
    if reason := why_closed(report):
        raise ReportClosed(reason)


def _require_writer(report: Report, section: str, by: User) -> None:
    if section not in keys_to_write(by, report_forms.sections(report.kind)):
        raise TextNotYours(_("Somebody else writes this text."))


def _changed(current: ReportText | None) -> str:
    if current is None:
        return _("This page is no longer up to date. Open it again.")
    return _("%(who)s saved this text after you opened the page. Yours is still here: compare, and save again.") % {
        "who": current.written_by.full_name
    }
