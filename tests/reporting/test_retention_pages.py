"""The list of what is kept and until when, and the way to an order with two signatures."""

from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Membership
from accounts.states import MembershipRole
from core.domain import clock
from reporting.domain import retention
from reporting.errors import TermsInvalid
from reporting.models import PurgeOrder
from reporting.states import PurgeState
from tests.applications.road import empty_draft
from tests.reporting.purging import MUCH_LATER

pytestmark = pytest.mark.django_db
LIST = "/team/bewaren/"


def test_two_people_bring_a_file_from_the_list_to_a_signed_order(cast, call, client_of):
    draft = empty_draft(cast, call)
    manager, admin = client_of(cast.manager), client_of(cast.admin)
    with clock.set_to(MUCH_LATER):
        assert f'value="{draft.pk}"' in manager.get(LIST).content.decode()
        key = {"request_key": str(uuid4())}
        assert manager.post(LIST, key).status_code == 422
        answer = manager.post(LIST, {**key, "chosen": [draft.pk]})
        order = PurgeOrder.objects.get()
        page = reverse("reporting:purge_order", args=[order.pk])
        assert answer.headers["Location"] == page
        assert f'value="{draft.pk}"' not in manager.get(LIST).content.decode()
        signing = reverse("reporting:purge_sign", args=[order.pk])
        assert manager.post(signing, {"files_sha256": order.files_sha256}).status_code == 422
        assert admin.post(signing, {"files_sha256": "f" * 64}).status_code == 422
        assert admin.post(signing, {"files_sha256": order.files_sha256}).headers["Location"] == page
        assert PurgeOrder.objects.get().state == PurgeState.SIGNED
        assert f"--order {order.pk}" in admin.get(page).content.decode()
        admin.post(reverse("reporting:purge_withdraw", args=[order.pk]))
        assert PurgeOrder.objects.get().state == PurgeState.WITHDRAWN


def test_who_has_an_interest_does_not_see_the_file(cast, call, client_of):
    draft = empty_draft(cast, call)
    Membership.objects.create(user=cast.manager, organisation=cast.organisation, role=MembershipRole.EDITOR)
    with clock.set_to(MUCH_LATER):
        assert f'value="{draft.pk}"' not in client_of(cast.manager).get(LIST).content.decode()
        assert f'value="{draft.pk}"' in client_of(cast.admin).get(LIST).content.decode()


def test_the_list_is_narrowed_by_outcome_and_by_term(cast, call, client_of):
    draft = empty_draft(cast, call)
    admin = client_of(cast.admin)
    with clock.set_to(MUCH_LATER):
        assert f'value="{draft.pk}"' in admin.get(LIST, {"outcome": "draft", "due": "yes"}).content.decode()
        for narrowed in ({"outcome": "refused"}, {"due": "no"}):
            assert f'value="{draft.pk}"' not in admin.get(LIST, narrowed).content.decode()
        assert admin.get(LIST, {"outcome": "x", "due": "y", "page": "z"}).status_code == 200


def test_the_list_costs_as_much_for_many_files_as_for_one(cast, call, client_of, django_assert_max_num_queries):
    admin = client_of(cast.admin)
    empty_draft(cast, call)
    with clock.set_to(MUCH_LATER):
        admin.get(LIST)
        with django_assert_max_num_queries(12) as few:
            admin.get(LIST)
    for number in range(12):
        empty_draft(cast, call, title=f"Plan {number}")
    with clock.set_to(MUCH_LATER), django_assert_max_num_queries(len(few)):
        admin.get(LIST)


@pytest.mark.parametrize("data", [None, {}, {"outcomes": {}}, {"outcomes": {"granted": {"years": 0}}}])
def test_terms_that_say_nothing_are_refused(data):
    with pytest.raises(TermsInvalid):
        retention.read(data)
