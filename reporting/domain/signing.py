"""Two people agree with a report before it is final: the programme manager and the financial adviser.

A signature stands under figures and texts as they were. When one of them differs it counts no longer, and the person
signs again. A trigger lets nothing become final without both.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.domain import audit, clock
from reporting.access.reports import lock_report
from reporting.domain import renderings, signatures, texts
from reporting.errors import ContentChanged, FourEyes, NotASigner, NotReadyToSign
from reporting.models import Report, ReportSignature
from reporting.states import Purpose, SignerRole, WritingEvent


def sign(*, report_id: int, role: str, by: User, seen_sha256: str) -> ReportSignature:
    """Sign a report as programme manager or financial adviser; the second signature has the final one made.

    `role` is a value of SignerRole, `seen_sha256` the hash of what was on the screen. Signing again changes nothing.
    Raises NotASigner for who does not hold the role, ContentChanged when the report says something else by now,
    NotReadyToSign without figures or with a text missing that the form asks for, FourEyes for who signed in the other
    role, ReportClosed for a report that is final or being made so.
    """
    if not by.holds(SignerRole(role).held):
        raise NotASigner(_("You can't sign as %(role)s.") % {"role": SignerRole(role).label.lower()})
    with transaction.atomic():
        report = lock_report(report_id)
        stands = signatures.of(report)
        signed = next(signer.signature for signer in stands.signers if signer.role == role)
        if signed is not None and signed.by_id == by.pk and stands.content_sha256 == seen_sha256:
            return signed
        texts.require_open(report)
        _require_ready(report, by)
        _require_turn(stands, role, by, seen_sha256)
        signature = ReportSignature.objects.create(
            report=report, role=role, by=by, at=clock.now(), content_sha256=stands.content_sha256
        )
        changes = {"role": role, "content_sha256": stands.content_sha256}
        audit.record(event=WritingEvent.SIGNED, actor=by, about=report, changes=changes)
        if signatures.of(report).is_complete:
            renderings.queue(report, purpose=Purpose.FINAL, by=by)
    return signature


def _require_ready(report: Report, by: User) -> None:
    if report.figures is None:
        raise NotReadyToSign(_("The figures have not been collected yet. Wait until the concept is there."))
    empty = signatures.missing(texts.states(report, user=by))
    if empty:
        titles = ", ".join(state.section.title for state in empty)
        raise NotReadyToSign(_("Not everything is written yet: %(titles)s.") % {"titles": titles})


def _require_turn(stands: signatures.Signing, role: str, by: User, seen_sha256: str) -> None:
    if stands.content_sha256 != seen_sha256:
        raise ContentChanged(_("Somebody changed a text after you opened this page. Read it again before you sign."))
    for signer in stands.signers:
        if signer.signature is None:
            continue
        if signer.signature.by_id == by.pk:
            raise FourEyes(_("You signed already. The other signature is for somebody else: two people look at it."))
        if signer.role == role:
            raise FourEyes(
                _("%(who)s signed already as %(role)s.")
                % {"who": signer.signature.by.full_name, "role": SignerRole(role).label.lower()}
            )
