"""Texts and signatures under a report, for tests that need a final one."""

from reporting.domain import report_forms, signing, texts
from reporting.models import Report
from reporting.states import SignerRole

MANAGER, ADVISER = SignerRole.PROGRAMME_MANAGER, SignerRole.FINANCIAL_ADVISER


def write(report, section, by, text="Het gaat goed.", seen=None):
    """Write a text as somebody who saw the version that stands, or the one given."""
    if seen is None:
        current = texts.current_of(report, section)
        seen = current.number if current else 0
    return texts.write(report_id=report.pk, section=section, text=text, by=by, seen_number=seen)


def write_all(report, by):
    """Write every text that the form needs."""
    for section in report_forms.sections(report.kind):
        if section.needed:
            write(report, section.key, by, f"Toelichting bij {section.key}.")


def sign(report, by, role, *, seen=None):
    """Sign what the report says now, or what it said when it was seen."""
    fresh = Report.objects.get(pk=report.pk)
    seen = seen or texts.content_sha256(fresh)
    return signing.sign(report_id=report.pk, role=role, by=by, seen_sha256=seen)


def sign_both(report, cast):
    """Write what is needed, and let both sign: the final report is queued then. Its figures must be there."""
    write_all(report, cast.manager)
    sign(report, cast.manager, MANAGER)
    sign(report, cast.finance, ADVISER)
