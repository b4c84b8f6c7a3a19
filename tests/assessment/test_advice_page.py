"""The page on which an advice is written, kept as a draft, looked at and given."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext as _

from assessment.domain import advice_drafts
from assessment.errors import AdviceGiven, AdviceNotAllowed, DraftChanged, StepNotYours
from assessment.models import Advice, AdviceDraft
from core.models import AuditEntry
from tests.assessment import road

ASKED = {2026: 35_000, 2027: 30_000}
MOST_QUERIES = 15


def typed(**over):
    """What stands on the page for a request of 35.000 in 2026 and 30.000 in 2027."""
    said = {"version": "0", "explanation": "Past goed"}
    for year, amount in ASKED.items():
        said |= {f"eligible_{year}": str(amount), f"eligible_reason_{year}": ""}
        said |= {f"amount_{year}": str(amount), f"reason_{year}": ""}
    return said | over


def agreed(cast, call, outcome="positive", **over):
    return road.agreed_proposal(cast, call, outcome=outcome, **{"requested": ASKED, **over})


def test_less_than_requested_comes_back_for_its_reason_and_is_given_with_it(cast, call, page_of):
    proposal = agreed(cast, call)
    page = page_of(cast.lead, "advice", proposal).content.decode()
    assert "€\xa035.000" in page
    assert "83,3" in page
    said = typed(amount_2026="35.000", amount_2027="25.000,50")
    answer = page_of(cast.lead, "advice", proposal, data=said)
    assert answer.status_code == 422
    assert "reason_2027" in answer.context["form"].errors
    assert "25.000,50" in answer.content.decode()
    assert answer.context["form"].sums() == {"requested": 65000, "eligible": 65000, "advised": Decimal("60000.50")}
    answer = page_of(cast.lead, "advice", proposal, data=said | {"reason_2027": "Huur is lager"})
    assert answer.status_code == 302
    assert Advice.objects.get().amounts.get(year=2027).advised == Decimal("25000.50")
    for again in (None, said):
        assert page_of(cast.lead, "advice", proposal, data=again).status_code == 302
    page = page_of(cast.finance, "file", proposal).content.decode()
    assert "€\xa025.000,50" in page
    assert "Huur is lager" in page


def test_what_is_not_eligible_comes_back_for_its_reason_and_shows_in_the_file(cast, call, page_of):
    proposal = agreed(cast, call)
    said = typed(eligible_2027="29.000", amount_2027="29.000")
    answer = page_of(cast.lead, "advice", proposal, data=said)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["eligible_reason_2027"])
    said["eligible_reason_2027"] = "De btw krijgt de partner terug"
    assert page_of(cast.lead, "advice", proposal, data=said).status_code == 302
    page = page_of(cast.finance, "file", proposal).content.decode()
    assert "De btw krijgt de partner terug" in page
    assert "€\xa064.000" in page


def test_amounts_that_are_no_amounts_come_back_as_typed(cast, call, page_of):
    proposal = agreed(cast, call)
    for amount in ("nan", "-1", "1e9", "25.00", "35000,01", ""):
        answer = page_of(cast.manager, "advice", proposal, data=typed(amount_2026=amount, reason_2026="x"))
        assert answer.status_code == 422
        assert "amount_2026" in answer.context["form"].errors
        assert f'value="{amount}"' in answer.content.decode() or not amount
    assert not Advice.objects.exists()


def test_a_conditional_advice_asks_for_conditions_and_says_why(cast, call, page_of):
    proposal = agreed(cast, call, "conditional")
    page = page_of(cast.manager, "advice", proposal).content.decode()
    assert 'name="condition_0"' in page
    assert "Effectief" in page
    assert page_of(cast.manager, "advice", proposal, data=typed(condition_0=" ")).status_code == 422
    said = typed(condition_0="Mits", condition_0_due="1-12-2099", condition_1="En ook")
    assert page_of(cast.manager, "advice", proposal, data=said).status_code == 302
    assert list(Advice.objects.get().condition_rows.values_list("text", flat=True)) == ["Mits", "En ook"]
    page = page_of(cast.finance, "file", proposal).content.decode()
    assert "1 december 2099" in page.replace("\xa0", " ")


def test_a_day_that_has_passed_stands_at_its_condition(cast, call, page_of):
    proposal = agreed(cast, call, "conditional")
    answer = page_of(cast.manager, "advice", proposal, data=typed(condition_0="Mits", condition_0_due="1-12-2020"))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["condition_0_due"])


def test_there_are_always_empty_rows_for_more_conditions_up_to_eight(cast, call, page_of):
    proposal = agreed(cast, call, "conditional")
    for filled, rows in ((0, 2), (3, 5), (8, 8)):
        said = {f"condition_{number}": f"Voorwaarde {number}" for number in range(filled)}
        answer = page_of(cast.manager, "advice", proposal, data=typed(**said, explanation=""))
        assert answer.context["form"].condition_rows == rows


def test_a_negative_advice_has_no_amounts_to_fill_in(cast, call, page_of):
    proposal = agreed(cast, call, "negative")
    page = page_of(cast.manager, "advice", proposal).content.decode()
    assert "amount_" not in page
    assert 'name="condition_0"' not in page
    answer = page_of(
        cast.manager, "advice", proposal, data={"version": "0", "explanation": "Nee", "outcome": "negative"}
    )
    assert answer.status_code == 302
    assert Advice.objects.get().outcome == "negative"


def test_only_the_manager_can_choose_another_outcome(cast, call, page_of):
    proposal = agreed(cast, call, "negative")
    assert 'name="outcome"' not in page_of(cast.lead, "advice", proposal).content.decode()
    said = typed(outcome="positive", deviation_reason="Misverstand")
    assert page_of(cast.lead, "advice", proposal, data=said).status_code == 302
    assert Advice.objects.get().outcome == "negative"


def test_another_outcome_needs_a_reason_and_is_shown_with_a_mark_and_words(cast, call, page_of):
    proposal = agreed(cast, call, "negative")
    assert 'name="outcome"' in page_of(cast.manager, "advice", proposal).content.decode()
    said = typed(outcome="positive", deviation_reason=" ")
    answer = page_of(cast.manager, "advice", proposal, data=said)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["deviation_reason"])
    said["deviation_reason"] = "De nul rust op een misverstand"
    assert page_of(cast.manager, "advice", proposal, data=said).status_code == 302
    page = page_of(cast.finance, "file", proposal).content.decode()
    assert _("Differs from the rule") in page
    assert "De nul rust op een misverstand" in page


def test_outside_the_scope_there_is_no_other_outcome_to_choose(cast, call, page_of):
    proposal = road.handed_in_proposal(cast, call, requested=ASKED)
    road.consensus.record(
        proposal_id=proposal.pk, by=cast.manager, gate=road.Gate(passes=False, reason="Buiten de lijnen"),
        scores=road.agreed(road.POINTS["positive"]), present=[cast.manager],
    )  # fmt: skip
    assert 'name="outcome"' not in page_of(cast.manager, "advice", proposal).content.decode()


def test_choosing_another_outcome_and_saving_asks_the_questions_that_fit_it(cast, call, page_of):
    proposal = agreed(cast, call, "negative")
    said = {"version": "0", "action": "save", "outcome": "conditional", "deviation_reason": "Misverstand"}
    page_of(cast.manager, "advice", proposal, data=said)
    answer = page_of(cast.manager, "advice", proposal)
    page = answer.content.decode()
    assert 'name="amount_2026"' in page
    assert 'name="condition_0"' in page
    assert not page_of(cast.lead, "advice", proposal).context["form"].years, "for the lead the rule counts"
    assert page_of(cast.lead, "advice", proposal).context["drafted_otherwise"]


def save(page_of, user, proposal, **over):
    return page_of(user, "advice", proposal, data=typed(action="save", **over))


def test_a_draft_is_kept_as_it_was_typed_and_need_not_be_complete(cast, call, page_of):
    proposal = agreed(cast, call, "conditional")
    answer = save(page_of, cast.lead, proposal, explanation="", amount_2027="12.500,5", condition_1="Tweede")
    assert answer.status_code == 302
    assert not Advice.objects.exists()
    form = page_of(cast.manager, "advice", proposal).context["form"]
    assert (form["amount_2027"].value(), form["condition_1"].value(), form["explanation"].value()) == (
        "12.500,5", "Tweede", "",
    )  # fmt: skip
    assert form.sums()["advised"] == Decimal("47500.50")
    assert AuditEntry.objects.about(proposal).filter(event="assessment.advice_drafted").count() == 1
    assert save(page_of, cast.lead, proposal, amount_2027="veel", version="1").status_code == 422


def test_two_tabs_never_overwrite_each_other(cast, call, page_of):
    proposal = agreed(cast, call)
    save(page_of, cast.lead, proposal, explanation="Van de regisseur")
    answer = save(page_of, cast.manager, proposal, explanation="Van de manager", risks="Geen")
    assert answer.status_code == 409
    assert AdviceDraft.objects.get().typed["explanation"] == "Van de regisseur"
    page = answer.content.decode()
    assert "Van de manager" in page
    assert [one["saved"] for one in answer.context["differences"]] == ["Van de regisseur", ""]
    assert answer.context["form"]["version"].value() == "1"
    # Once the other text was shown, the person decides.
    assert save(page_of, cast.manager, proposal, explanation="Samen", version="1").status_code == 302
    assert AdviceDraft.objects.get().version == 2


def test_nothing_is_given_that_somebody_changed_in_the_meantime(cast, call, page_of):
    proposal = agreed(cast, call)
    save(page_of, cast.lead, proposal, explanation="Van de regisseur")
    assert page_of(cast.manager, "advice", proposal, data=typed()).status_code == 409
    assert not Advice.objects.exists()
    assert page_of(cast.manager, "advice", proposal, data=typed(version="1")).status_code == 302
    assert not AdviceDraft.objects.exists()


def test_the_verb_of_the_draft_holds_its_own_rules(cast, call):
    proposal = agreed(cast, call)

    def keep(by, version=0, of=proposal, **said):
        return advice_drafts.save(proposal_id=of.pk, by=by, typed=said, seen_version=version)

    for stranger in (cast.assessor1, cast.finance, cast.partner):
        with pytest.raises(StepNotYours):
            keep(stranger)
    assert keep(cast.manager, risks="Geen").version == 1
    assert keep(cast.manager, 1, risks="Geen").version == 1
    assert keep(cast.manager, 1, yields="Veel").typed == {"risks": "Geen", "yields": "Veel"}
    with pytest.raises(DraftChanged):
        keep(cast.lead, 1, risks="Wel")
    with pytest.raises(AdviceNotAllowed):
        keep(cast.manager, of=road.handed_in_proposal(cast, call), risks="Geen")
    with pytest.raises(AdviceGiven):
        keep(cast.manager, of=road.advised_proposal(cast, call), risks="Geen")


def test_the_page_and_each_save_ask_little_of_the_database(cast, call, client_of):
    proposal, client = agreed(cast, call, "conditional"), client_of(cast.manager)
    address = f"/team/voorstellen/{proposal.reference}/advies/"
    client.get(address)
    asked = {}
    steps = {
        "page": None,
        "draft": typed(action="save", condition_0="Mits"),
        "page with a draft": None,
        "give": typed(condition_0="Mits", version="1"),
    }
    for name, said in steps.items():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = client.get(address) if said is None else client.post(address, said)
        assert answer.status_code in {200, 302}
        asked[name] = len([one for one in queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))])
    assert max(asked["page"], asked["page with a draft"], asked["draft"]) <= MOST_QUERIES, asked
    assert asked["give"] <= MOST_QUERIES + 15, asked
