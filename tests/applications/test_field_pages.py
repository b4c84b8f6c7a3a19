"""The form saves field by field, and as a whole without a script: who overwrites whom, seen from the page."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership
from accounts.states import MembershipRole
from applications.domain import drafts, fields, questions
from applications.forms.fields import FORMS, controls_of, said, typed, value_of
from applications.models import Proposal
from core.domain import clock
from tests.applications.pages import step_url
from tests.applications.road import draft_proposal, empty_draft, submitted_proposal

NOON = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)


@pytest.fixture
def draft(cast, call):
    return empty_draft(cast, call)


@pytest.fixture
def colleague(cast):
    Membership.objects.create(user=cast.talent, organisation=cast.organisation, role=MembershipRole.EDITOR)
    return cast.talent


def save(draft, by, value, seen, field="summary"):
    return fields.save_field(proposal_id=draft.pk, by=by, field=field, value=value, seen_version=seen)


def summary_of(draft):
    return Proposal.objects.get(pk=draft.pk).summary


def field_url(draft):
    return reverse("applications:field", args=[draft.pk])


def body(user, step, sent, **over):
    told = {"user": user.pk, "step": step, "key": uuid4().hex, "tried": [], **over}
    told["fields"] = {name: {"controls": controls, "seen": seen} for name, (controls, seen) in sent.items()}
    return told


def post(client, draft, told):
    return client.post(field_url(draft), json.dumps(told), content_type="application/json")


def send(client, draft, user, value, seen="0.", field="summary", step="wie-en-wat"):
    return post(client, draft, body(user, step, {field: ([[field, value]], seen)}))


def test_what_is_typed_is_saved_and_the_page_told_when(client_of, cast, draft):
    with clock.set_to(NOON):
        answer = send(client_of(cast.partner), draft, cast.partner, "Een\ntwee")
    assert answer.status_code == 200
    assert "12:00" in answer.json()["status"]
    assert answer.json()["seen"]["summary"].startswith("1.")
    assert summary_of(draft) == "Een\r\ntwee"


def test_a_second_tab_gets_both_texts(client_of, cast, draft, colleague):
    send(client_of(colleague), draft, colleague, "Van <b>een</b> ander")
    answer = send(client_of(cast.partner), draft, cast.partner, "Van mij")
    assert answer.status_code == 409
    panel = answer.json()["conflicts"]["summary"]
    assert "Van &lt;b&gt;een&lt;/b&gt; ander" in panel
    assert "Van mij" in panel
    assert str(colleague) in panel
    assert "summary" not in answer.json()["seen"]
    assert summary_of(draft) == "Van <b>een</b> ander"


def test_what_can_t_be_read_is_told_at_its_field_and_the_rest_is_saved(client_of, cast, draft):
    sent = {"summary": ([["summary", "x" * 501]], "0."), "description": ([["description", "Goed"]], "0.")}
    answer = post(client_of(cast.partner), draft, body(cast.partner, "wie-en-wat", sent))
    assert answer.status_code == 422
    assert [error["anchor"] for error in answer.json()["errors"]["summary"]] == ["id_summary"]
    assert Proposal.objects.get(pk=draft.pk).description == "Goed"
    assert summary_of(draft) == ""


def test_a_reader_of_the_organisation_gets_403(client_of, cast, draft):
    Membership.objects.create(user=cast.talent, organisation=cast.organisation, role=MembershipRole.READER)
    assert send(client_of(cast.talent), draft, cast.talent, "x").status_code == 403
    assert summary_of(draft) == ""


def test_who_is_signed_out_gets_401_and_a_sentence(client, cast, draft):
    answer = send(client, draft, cast.partner, "x")
    assert answer.status_code == 401
    assert answer.json()["detail"]


def test_somebody_else_who_signed_in_does_not_save_in_another_s_name(client_of, cast, draft, colleague):
    assert send(client_of(colleague), draft, cast.partner, "x").status_code == 401
    assert summary_of(draft) == ""


def test_a_submitted_proposal_says_so_and_where_to_look(client_of, cast, call):
    proposal = submitted_proposal(cast, call)
    answer = send(client_of(cast.partner), proposal, cast.partner, "Anders")
    assert answer.status_code == 409
    assert answer.json()["frozen"] == proposal.get_absolute_url()
    assert str(proposal.reference) in answer.json()["detail"]


def test_more_than_the_form_can_hold_is_refused_with_a_sentence(client_of, cast, draft):
    answer = send(client_of(cast.partner), draft, cast.partner, "x" * 600_000)
    assert answer.status_code == 413
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "spoiled",
    [
        "",
        "{",
        "[]",
        "null",
        '{"fields": {}}',
        "\\ud800",
        json.dumps({"user": "x", "step": "wie-en-wat", "key": "k", "tried": [], "fields": {}}),
        (
            '{"user": 1, "step": "wie-en-wat", "key": "00000000-0000-4000-8000-000000000000", "tried": [],'
            ' "fields": {"summary": {"controls": [["summary", "\\ud800"]], "seen": "0."}}}'
        ),
    ],
)
def test_what_no_page_of_ours_sends_is_refused(client_of, cast, draft, spoiled):
    answer = client_of(cast.partner).post(field_url(draft), spoiled, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize("seen", ["", "x", "-1.a", "9" * 30, "٣.", "1"])
def test_a_spoiled_version_counts_as_nothing_seen(client_of, cast, draft, colleague, seen):
    send(client_of(colleague), draft, colleague, "Eén")
    send(client_of(colleague), draft, colleague, "Twee", seen="1.")
    assert send(client_of(cast.partner), draft, cast.partner, "Van mij", seen=seen).status_code == 409


def test_a_nul_character_is_an_error_at_the_field(client_of, cast, draft):
    assert send(client_of(cast.partner), draft, cast.partner, "a\x00b").status_code == 422


def test_a_question_that_is_not_on_the_page_is_told(client_of, cast, draft):
    answer = send(client_of(cast.partner), draft, cast.partner, "x", field="state")
    assert answer.status_code == 422
    draft.refresh_from_db()
    assert draft.is_draft


def test_after_closing_the_draft_is_saved_and_the_page_told(client_of, cast, draft, call):
    call.closes_on = datetime(2026, 3, 9, tzinfo=UTC).date()
    call.save()
    with clock.set_to(datetime(2026, 3, 9, 22, 59, 59, tzinfo=UTC)):
        assert send(client_of(cast.partner), draft, cast.partner, "Net op tijd").json()["closed"] == ""
    with clock.set_to(datetime(2026, 3, 9, 23, 0, tzinfo=UTC)):
        answer = send(client_of(cast.partner), draft, cast.partner, "Te laat", seen="1.")
    assert answer.status_code == 200
    assert "24:00" in answer.json()["closed"]
    assert summary_of(draft) == "Te laat"


@pytest.mark.parametrize("step", [step.slug for step in questions.STEPS])
def test_what_the_page_is_told_puts_the_same_answers_back(client_of, cast, call, step):
    draft = draft_proposal(cast, call, line="imago")
    told = client_of(cast.partner).get(field_url(draft), {"stap": step}).json()
    assert told["fields"]
    data = typed([pair for field in told["fields"].values() for pair in field["controls"]])
    for name in ("promised_results", "costs", "co_funding"):
        data[f"{name}-TOTAL_FORMS"], data[f"{name}-INITIAL_FORMS"] = "3", "0"
    form, before = FORMS[step](draft, data), FORMS[step](draft)
    for name, value in before.shown().items():
        assert value_of(form, name) == value, name
        assert said(form, name, value), name
        assert controls_of(before, name, value) == [tuple(pair) for pair in told["fields"][name]["controls"]]


SAVES = {
    "summary": ("wie-en-wat", [["summary", "Nieuw"]], 10),
    "starts_on": ("wie-en-wat", [["starts_on", "01-03-2026"]], 10),
    "partners": ("samenwerking", [["partners", "Nieuw"]], 10),
    "de_minimis_aid": ("verklaringen", [["de_minimis_aid", "1.250,50"]], 10),
    "migration_moments": ("doel", [["migration_moments", "settlemigratie"]], 16),
    "criterion": ("waarom", [["criterion", "Nieuw"]], 16),
    "promised_results": (
        "resultaten",
        [
            ["promised_results-TOTAL_FORMS", "1"],
            ["promised_results-INITIAL_FORMS", "0"],
            ["promised_results-0-indicator", "Bezoek"],
        ],
        16,
    ),
    "costs": (
        "kosten",
        [
            ["costs-TOTAL_FORMS", "1"],
            ["costs-INITIAL_FORMS", "0"],
            ["costs-0-description", "Zaal"],
            ["costs-0-year_2026", "10"],
        ],
        22,
    ),
}


@pytest.mark.parametrize("field", SAVES)
def test_a_save_is_cheap(client_of, cast, call, field):
    """Statements of the database, the begin and the end of the transaction apart."""
    step, controls, most = SAVES[field]
    draft = draft_proposal(cast, call)
    if field == "criterion":
        field = f"criterion_{call.criteria_version.criteria.all()[0].pk}"
        controls = [[field, "Nieuw"]]
    client = client_of(cast.partner)
    seen = client.get(field_url(draft), {"stap": step}).json()["fields"][field]["seen"]
    with CaptureQueriesContext(connection) as asked:
        answer = post(client, draft, body(cast.partner, step, {field: (controls, seen)}))
    assert answer.status_code == 200, answer.json()
    statements = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
    assert len(statements) <= most, "\n".join(statements)


# The whole page, without a script ------------------------------------------------------------------------------------


ABOUT = {"title": "Makersweekend in de magneet", "summary": "", "description": "", "starts_on": "", "ends_on": ""}


def versions_of(client, draft, step="wie-en-wat"):
    return {f"version-{name}": version for name, version in client.get(step_url(draft, step)).context["versions"]}


def test_a_whole_page_does_not_overwrite_what_a_colleague_changed(client_of, cast, draft, colleague):
    client = client_of(cast.partner)
    shown = versions_of(client, draft)
    drafts.save_cooperation(proposal_id=draft.pk, by=colleague, partners="x", afterwards="")
    save(draft, colleague, "Van een ander", 0)
    page = client.post(step_url(draft, "wie-en-wat"), {**ABOUT, **shown, "summary": "Van mij", "description": "Rest"})
    assert page.status_code == 422
    assert [conflict["name"] for conflict in page.context["conflicts"]] == ["summary"]
    assert "Van een ander" in page.text
    assert list(page.context["form"].errors) == ["summary"]
    draft.refresh_from_db()
    assert (draft.summary, draft.description) == ("Van een ander", "Rest")
    # Sending it once more is no choice.
    again = {f"version-{name}": version for name, version in page.context["versions"]}
    page = client.post(step_url(draft, "wie-en-wat"), {**ABOUT, **again, "summary": "Van mij", "description": "Rest"})
    assert page.status_code == 422
    assert summary_of(draft) == "Van een ander"


@pytest.mark.parametrize(
    ("choice", "stays"),
    [("keep", "Van mij"), ("take", "Van een ander"), ("both", "Van mij\r\n\r\nVan een ander")],
)
def test_the_choice_between_two_versions_is_carried_out(client_of, cast, draft, colleague, choice, stays):
    client = client_of(cast.partner)
    shown = versions_of(client, draft)
    save(draft, colleague, "Van een ander", 0)
    typed_in = {**ABOUT, **shown, "summary": "Van mij"}
    page = client.post(step_url(draft, "wie-en-wat"), typed_in)
    [conflict] = page.context["conflicts"]
    value = "summary" if choice == "take" else f"summary {conflict['seen']}"
    answer = client.post(step_url(draft, "wie-en-wat"), {**typed_in, choice: value})
    assert answer.url == step_url(draft, "wie-en-wat")
    assert summary_of(draft) == stays


def test_a_choice_made_too_late_asks_again(client_of, cast, draft, colleague):
    client = client_of(cast.partner)
    shown = versions_of(client, draft)
    save(draft, colleague, "Van een ander", 0)
    typed_in = {**ABOUT, **shown, "summary": "Van mij"}
    [conflict] = client.post(step_url(draft, "wie-en-wat"), typed_in).context["conflicts"]
    save(draft, colleague, "Weer anders", 1)
    page = client.post(step_url(draft, "wie-en-wat"), {**typed_in, "keep": f"summary {conflict['seen']}"})
    assert page.status_code == 422
    assert summary_of(draft) == "Weer anders"


def test_a_table_of_two_people_gives_both_to_choose_from(client_of, cast, draft, colleague):
    client = client_of(cast.partner)
    shown = versions_of(client, draft, "resultaten")
    theirs = [{"indicator": "Van een ander", "baseline": "", "target": "", "measured_by": ""}]
    save(draft, colleague, theirs, 0, field="promised_results")
    data = {
        **shown,
        "promised_results-TOTAL_FORMS": "1",
        "promised_results-INITIAL_FORMS": "0",
        "promised_results-0-indicator": "Van mij",
    }
    page = client.post(step_url(draft, "resultaten"), data)
    assert page.status_code == 422
    assert "Van een ander" in page.text
    assert client.post(step_url(draft, "resultaten"), {**data, "take": "promised_results"}).status_code == 302
    assert [result.indicator for result in draft.promised_results.all()] == ["Van een ander"]


def test_a_page_from_before_the_versions_overwrites_nothing(client_of, cast, draft, colleague):
    save(draft, colleague, "Van een ander", 0)
    page = client_of(cast.partner).post(step_url(draft, "wie-en-wat"), {**ABOUT, "summary": "Van mij"})
    assert page.status_code == 422
    assert summary_of(draft) == "Van een ander"
