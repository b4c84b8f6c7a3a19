"""The confirmation of a supplement: rendered once, filed, and told by mail."""

from django.db import transaction
from django.utils import translation

from applications import letters
from applications.access import lock_proposal
from applications.domain import answers, correspondence, decision_clock, versions
from applications.models import Letter, Supplement


def send_confirmation(*, supplement_id: int) -> Letter:
    """Render the confirmation of a supplement once, file it, and mail the contact that it is there.

    It holds what was handed in, whatever happens after. Doing it again changes nothing. Raises what rendering raises;
    then nothing is filed or mailed.
    """
    with transaction.atomic():
        supplement = Supplement.objects.select_related("request").get(pk=supplement_id)
        proposal = lock_proposal(supplement.request.proposal_id)
        kind = letters.supplement_kind(supplement)
        sent = proposal.letters.filter(kind=kind).first()
        if sent is not None:
            return sent
        decide_by = decision_clock.clock_of(proposal).decide_by
        with translation.override(proposal.contact.language):
            sections, applicant = versions.with_files(supplement.content), answers.applicant(proposal)
        document = letters.render_supplement(supplement, decide_by=decide_by, applicant=applicant, sections=sections)
        letter = correspondence.file_letter(proposal=proposal, kind=kind, title=document.title, document=document)
        letters.mail_supplement(supplement, decide_by=decide_by)
        return letter
