"""What belongs to a file: no table that leads to a proposal is forgotten."""

import pytest
from django.apps import apps
from django.db.models import ForeignKey

from accounts.models import User
from applications.models import Proposal
from reporting.domain import file_records
from reporting.domain.file_records import LEFT_OUT, RECORDS
from tests.assessment.road import assigned_proposal, declare_none

pytestmark = pytest.mark.django_db


def leads_to_a_proposal(model, *, seen=frozenset()):
    """Whether a row of a table belongs to one proposal: by a key of its own, or by what the key points to."""
    targets = {field.related_model for field in model._meta.concrete_fields if isinstance(field, ForeignKey)}
    if Proposal in targets:
        return True
    return any(leads_to_a_proposal(one, seen=seen | {model}) for one in targets - seen - {model, User})


def test_every_table_that_leads_to_a_proposal_goes_along_or_is_left_out_for_a_reason():
    tables = {model._meta.label for model in apps.get_models(include_auto_created=True) if leads_to_a_proposal(model)}
    named = {record.label for record in RECORDS} | set(LEFT_OUT)
    assert sorted(tables - named) == []
    assert sorted(named - tables - {"applications.Proposal"}) == []
    assert all(LEFT_OUT.values())


def test_the_path_of_every_table_finds_its_rows(cast, call):
    proposal = assigned_proposal(cast, call)
    for record in RECORDS:
        list(record.rows(proposal, reader=cast.manager))


def test_scores_that_were_not_handed_in_are_not_among_the_rows(cast, call):
    proposal = assigned_proposal(cast, call)
    declare_none(proposal, cast.assessor1)
    data = file_records.as_data(proposal, reader=cast.manager)
    assert "applications.Proposal" in data
    assert "assessment.Score" not in data


def test_the_people_of_a_file_are_those_whom_a_row_names(cast, call):
    proposal = assigned_proposal(cast, call)
    people = file_records.people_of(proposal, reader=cast.manager)
    assert {cast.partner, cast.assessor1, cast.manager} <= people
    assert cast.council not in people
