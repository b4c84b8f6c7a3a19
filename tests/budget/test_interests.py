"""Nobody decides in a matter of one's own (Awb 2:4): not in preparing a list, and not in approving it."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import Membership
from accounts.states import MembershipRole
from assessment.domain import declarations
from budget.domain import decision_items, decision_letters, decision_lists
from budget.errors import HasInterest
from budget.models import Balance, DecisionLetter
from budget.states import Ruling
from tests.assessment.road import advised_proposal
from tests.budget.road import approve, decided_proposal, decision_of, empty_list, propose, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_matter(cast, call):
    """A list with two proposals; the financial adviser declares an interest in the first."""
    decision_list = empty_list(cast)
    first = put(cast, decision_list, advised_proposal(cast, call, title="Van mijn broer"))
    put(cast, decision_list, advised_proposal(cast, call, title="Van een ander"))
    declarations.declare(
        proposal_id=first.proposal_id, person=cast.finance, has_interest=True, explanation="Mijn broer zit erin."
    )
    return first


def join(person, cast):
    Membership.objects.create(user=person, organisation=cast.organisation, role=MembershipRole.EDITOR)


def test_who_has_an_interest_changes_nothing_about_that_proposal(own_matter, cast):
    by, pk = cast.finance, own_matter.pk
    with pytest.raises(HasInterest, match="Awb 2:4"):
        decision_items.revise(
            decision_id=pk, by=by, ruling=Ruling.GRANT, amounts={2026: Decimal(1)}, reason="Anders", conditions=""
        )
    with pytest.raises(HasInterest):
        decision_items.take_off(decision_id=pk, by=by)
    with pytest.raises(HasInterest):
        decision_lists.propose(list_id=own_matter.decision_list_id, by=by)


def test_who_has_an_interest_puts_the_proposal_on_no_list(cast, call):
    proposal = advised_proposal(cast, call)
    join(cast.finance, cast)
    with pytest.raises(HasInterest):
        put(cast, empty_list(cast), proposal)


def test_the_list_tells_who_has_an_interest_nothing_of_that_proposal_and_counts_it(own_matter, cast, client_of):
    client, decision_list = client_of(cast.finance), own_matter.decision_list
    page = client.get(reverse("budget:decision_list", args=[decision_list.reference]))
    assert "Van een ander" in page.content.decode()
    assert "Van mijn broer" not in page.content.decode()
    assert own_matter.proposal.reference not in page.content.decode()
    assert page.context["hidden_count"] == 1
    assert page.context["list_total"] == Decimal(50000)


def test_the_page_of_that_proposal_is_not_there_for_who_has_an_interest(own_matter, cast, client_of):
    args = [own_matter.decision_list.reference, own_matter.proposal.reference]
    assert client_of(cast.finance).get(reverse("budget:decision", args=args)).status_code == 404
    assert client_of(cast.finance).post(reverse("budget:take_off", args=args)).status_code == 404


def test_a_member_of_the_college_neither_approves_nor_returns_money_for_the_own_organisation(cast, call, client_of):
    decision_list = empty_list(cast)
    put(cast, decision_list, advised_proposal(cast, call))
    propose(cast, decision_list)
    before = list(Balance.objects.values_list("granted", flat=True))
    join(cast.college, cast)
    with pytest.raises(HasInterest):
        approve(cast, decision_list)
    with pytest.raises(HasInterest):
        decision_lists.give_back(list_id=decision_list.pk, by=cast.college, reason="Te weinig")
    assert list(Balance.objects.values_list("granted", flat=True)) == before
    url = reverse("budget:college_list", args=[decision_list.reference])
    assert "Makersweekend" not in client_of(cast.college).get(url).content.decode()
    assert "Makersweekend" in client_of(cast.college2).get(url).content.decode()


def test_the_letter_is_not_there_for_who_has_an_interest(cast, call, client_of):
    proposal = decided_proposal(cast, call)
    letter = decision_letters.send(decision_id=decision_of(proposal).pk)
    url = reverse("budget:letter", args=[DecisionLetter.objects.get(pk=letter.pk).decision.reference])
    join(cast.finance, cast)
    assert client_of(cast.finance).get(url).status_code == 404
    assert client_of(cast.manager).get(url).status_code == 200
