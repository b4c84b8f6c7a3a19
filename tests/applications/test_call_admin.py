"""Calls in the administration are there to look at: the team manages them, by the rules."""

import pytest
from django.urls import reverse

from applications.models import Call


@pytest.fixture
def client(client_of, cast):
    cast.admin.is_superuser = True
    cast.admin.save()
    return client_of(cast.admin)


def test_a_call_can_be_looked_at(client, call):
    assert call.title in client.get(reverse("admin:applications_call_changelist")).text
    assert client.get(reverse("admin:applications_call_change", args=[call.pk])).status_code == 200


def test_a_call_is_not_made_changed_or_removed_here(client, call):
    change = reverse("admin:applications_call_change", args=[call.pk])
    for url in (
        reverse("admin:applications_call_add"),
        change,
        reverse("admin:applications_call_delete", args=[call.pk]),
    ):
        assert client.post(url, {"title": "Anders", "post": "yes"}).status_code == 403
    assert Call.objects.get().title == call.title
