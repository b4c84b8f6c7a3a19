"""The administration as a whole: reference data, and nothing else that anybody could change by hand."""

from uuid import uuid4

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import RoleHolding, User
from programme.models import Line
from tests.assessment import road

pytestmark = pytest.mark.django_db

# All that may be written here. What is money, a score, a proposal or a criterion has its own rules and pages.
REFERENCE_DATA = {
    "accounts.user",
    "budget.importmapping",
    "programme.area",
    "programme.line",
    "programme.targetgroup",
}
ALSO_SHOWN = {
    "applications.call",
    "budget.budgetline",
    "budget.tier",
    "programme.criteriaversion",
    "programme.indicator",
}
INLINES = {"accounts.roleholding", "programme.desiredresult", "programme.linelead"}
STEPS = ("add", "change", "delete")


@pytest.fixture
def almighty(cast):
    """Somebody with every right that Django knows, and the role of administrator too."""
    user = User.objects.create_superuser("root@test.example", None, full_name="Root")
    RoleHolding.objects.create(user=user, role="administrator")
    return user


def registered():
    return {model._meta.label_lower: (model, shown) for model, shown in admin.site._registry.items()}


def test_only_reference_data_and_what_is_there_to_look_at_is_registered():
    assert set(registered()) == REFERENCE_DATA | ALSO_SHOWN


def test_whoever_comes_nothing_but_reference_data_can_be_written(rf, almighty):
    request = rf.get("/beheer/")
    request.user = almighty
    writable = {
        name
        for name, (_model, shown) in registered().items()
        if any(getattr(shown, f"has_{step}_permission")(request) for step in STEPS)
    }
    assert writable == REFERENCE_DATA
    inlines = {
        inline.model._meta.label_lower
        for _model, shown in registered().values()
        for inline in shown.get_inline_instances(request)
        if any(getattr(inline, f"has_{step}_permission")(request, None) for step in STEPS)
    }
    assert inlines == INLINES


@pytest.mark.parametrize("name", sorted(ALSO_SHOWN))
def test_what_is_there_to_look_at_opens_and_refuses_every_change(client_of, almighty, call, name):
    client, model = client_of(almighty), registered()[name][0]
    found = model.objects.first()
    base = f"admin:{name.replace('.', '_')}"
    change = reverse(f"{base}_change", args=[found.pk])
    before = model.objects.filter(pk=found.pk).values().get()
    assert client.get(reverse(f"{base}_changelist")).status_code == 200
    assert client.get(change).status_code == 200
    for url in (change, reverse(f"{base}_add"), reverse(f"{base}_delete", args=[found.pk])):
        assert client.post(url, {"name": "Anders", "title": "Anders", "post": "yes"}).status_code == 403, url
    sent = {"action": "delete_selected", "_selected_action": [found.pk], "post": "yes"}
    client.post(reverse(f"{base}_changelist"), sent)
    assert model.objects.filter(pk=found.pk).values().get() == before


def test_the_administrator_opens_every_page_and_nobody_else_does(client_of, cast, call):
    everybody_else = (cast.partner, cast.assessor1, cast.lead, cast.manager, cast.finance, cast.college, cast.talent)
    for name, (model, _shown) in registered().items():
        path = reverse(f"admin:{name.replace('.', '_')}_changelist")
        assert client_of(cast.admin).get(path).status_code == 200, name
        found = model.objects.first()
        if found is not None:
            change = reverse(f"admin:{name.replace('.', '_')}_change", args=[found.pk])
            assert client_of(cast.admin).get(change).status_code == 200, name
        for person in everybody_else:
            assert client_of(person).get(path).status_code in (302, 403), name


def test_no_page_of_the_administration_shows_a_proposal_or_a_score(client_of, cast, call, almighty):
    canary = f"kanarie-{uuid4().hex}"
    proposal = road.declared_proposal(cast, call, title=canary)
    road.score(proposal, cast.assessor1, road.POINTS["positive"], reason=canary)
    for person in (cast.admin, almighty):
        client = client_of(person)
        pages = ["/beheer/"]
        for name, (model, _shown) in registered().items():
            base = f"admin:{name.replace('.', '_')}"
            pages.append(reverse(f"{base}_changelist"))
            found = model.objects.values_list("pk", flat=True)
            pages += [reverse(f"{base}_{page}", args=[pk]) for pk in found for page in ("change", "history")]
        for page in pages:
            assert canary not in client.get(page).text, page


def test_the_administration_looks_like_the_rest_and_holds_no_style_or_script_of_its_own(client_of, cast):
    line = Line.objects.get(code="wonen")
    client = client_of(cast.admin)
    for path in ("/beheer/", "/beheer/programme/area/", f"/beheer/programme/line/{line.pk}/change/"):
        page = client.get(path)
        assert 'class="tf-header"' in page.text
        assert "css/admin.css" in page.text
        assert "<style" not in page.text
        assert "<script>" not in page.text
        assert ' style="' not in page.text
        assert "unsafe" not in page.headers["Content-Security-Policy"]
