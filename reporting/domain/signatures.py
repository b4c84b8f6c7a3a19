"""Which signatures stand under a report, and which of them count: those under exactly what it says now."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from reporting.domain import texts
from reporting.errors import NotSigned
from reporting.models import Rendering, Report, ReportSignature
from reporting.states import Purpose, RenderingState, SignerRole


@dataclass(frozen=True)
class Signer:
    """One of the two who sign: the signature that counts, if there is one, and the last one that lapsed."""

    role: SignerRole
    signature: ReportSignature | None
    lapsed: ReportSignature | None


@dataclass(frozen=True)
class Signing:
    """Where the signing of a report stands: the hash of what it says now, and both signers."""

    content_sha256: str
    signers: tuple[Signer, ...]

    @property
    def is_complete(self) -> bool:
        """Tell whether both signed what the report says now."""
        return all(signer.signature for signer in self.signers)

    @property
    def has_begun(self) -> bool:
        """Tell whether a change of a text would make a signature lapse."""
        return any(signer.signature for signer in self.signers)


def of(report: Report) -> Signing:
    """Return where the signing of a report stands."""
    content = texts.content_sha256(report)
    counting = {one.role: one for one in ReportSignature.objects.counting(report, content)}
    lapsed: dict[str, ReportSignature] = {}
    for one in ReportSignature.objects.lapsed(report, content):
        lapsed.setdefault(one.role, one)
    return Signing(content, tuple(Signer(role, counting.get(role), lapsed.get(role)) for role in SignerRole))


def require_signed(report: Report) -> None:
    """Raise NotSigned unless both signed what the report says now."""
    if not of(report).is_complete:
        raise NotSigned(_("The final report is made once both have signed what it says now."))


def roles_to_sign(user: User, stands: Signing) -> list[SignerRole]:
    """Return in which roles a person may sign now: those held and open, for who has not signed in the other one."""
    if any(signer.signature and signer.signature.by_id == user.pk for signer in stands.signers):
        return []
    return [signer.role for signer in stands.signers if not signer.signature and user.holds(signer.role.held)]


def concept_of(report: Report, stands: Signing) -> Rendering | None:
    """Return the concept that says just what would be signed, or None when a text changed since the last one."""
    concepts = report.renderings.filter(purpose=Purpose.CONCEPT, state=RenderingState.READY)
    return concepts.filter(content_sha256=stands.content_sha256).order_by("-finished_at", "-pk").first()


def missing(states: Iterable[texts.SectionState]) -> list[texts.SectionState]:
    """Return the sections that must say something before anybody can sign."""
    return [state for state in states if state.is_missing]
