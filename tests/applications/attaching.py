"""Files with a proposal, for the tests of every app."""

from uuid import uuid4

from accounts.models import User
from applications.domain import attachments, proposals
from applications.models import Attachment, Proposal
from applications.states import AttachmentKind
from tests.core.uploads import PNG


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
