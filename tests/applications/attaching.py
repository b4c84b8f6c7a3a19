"""Files with a proposal, for the tests of every app."""

from pathlib import Path
from uuid import uuid4

from accounts.models import User
from applications.domain import attachments, proposals
from applications.models import Attachment, Proposal
from applications.states import AttachmentKind
from tests.core.uploads import PNG, a_pdf


def attached(proposal: Proposal, by: User) -> Attachment:
    """A file with a draft, at which no scanner has looked."""
    return attachments.add(
        proposal_id=proposal.pk,
        by=by,
        kind=AttachmentKind.BUDGET,
        file_name="begroting.png",
        content=PNG,
        request_key=uuid4(),
    )


def submitted_with_file(draft: Proposal, by: User) -> tuple[Proposal, Attachment]:
    """Submit a draft with a file, at which no scanner has looked."""
    file = attached(draft, by)
    proposals.submit(proposal_id=draft.pk, by=by, request_key=uuid4())
    return Proposal.objects.get(pk=draft.pk), file


def add(proposal, cast, content=None, *, name="begroting.pdf", kind=AttachmentKind.BUDGET, key=None, by=None):
    return attachments.add(
        proposal_id=proposal.pk,
        by=by or cast.partner,
        kind=kind,
        file_name=name,
        content=a_pdf() if content is None else content,
        request_key=key or uuid4(),
    )


def in_store(store: Path) -> list[Path]:
    return [path for path in store.glob("*/*") if path.is_file()]


def submit(proposal, cast):
    return proposals.submit(proposal_id=proposal.pk, by=cast.partner, request_key=uuid4())
