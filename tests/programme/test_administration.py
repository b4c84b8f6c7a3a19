"""The frame in the administration: reference data, each change in the trail; criteria are read only."""

import pytest
from django.contrib.contenttypes.models import ContentType

from core.models import AuditEntry
from programme.models import Area, CriteriaVersion, Line, LineLead
from tests.programme.versions import a_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_client_(cast, client_of):
    # A test that emptied the tables may have left numbers behind in the cache, and Django's own log would use them.
    ContentType.objects.clear_cache()
    return client_of(cast.admin)


def typed(page):
    """Return what the page's own form would send."""
    form = {}
    for part in [
        page.context["adminform"].form,
        *(f for s in page.context["inline_admin_formsets"] for f in s.formset),
    ]:
        for field in part:
            value = field.value()
            if value is True:
                value = "on"
            if value is not None and value is not False:
                form[field.html_name] = value
    for formset in page.context["inline_admin_formsets"]:
        for field in formset.formset.management_form:
            form[field.html_name] = field.value()
    return form


LISTS = ["line", "targetgroup", "area", "indicator", "criteriaversion"]


@pytest.mark.parametrize("name", LISTS)
def test_the_administrator_opens_each_list(admin_client_, name):
    assert admin_client_.get(f"/beheer/programme/{name}/").status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_nobody_else_does(cast, client_of, name):
    for person in (cast.partner, cast.manager, cast.finance, cast.college):
        assert client_of(person).get(f"/beheer/programme/{name}/").status_code in (302, 403)


def test_an_area_is_added_changed_and_removed_and_each_is_in_the_trail(cast, admin_client_):
    admin_client_.post("/beheer/programme/area/add/", {"name": "Dikkersbos", "position": "10"})
    area = Area.objects.get(name="Dikkersbos")
    admin_client_.post(f"/beheer/programme/area/{area.pk}/change/", {"name": "Dikkerspark", "position": "10"})
    admin_client_.post(
        "/beheer/programme/area/",
        {"action": "delete_selected", "_selected_action": [area.pk], "post": "yes"},
    )
    assert not Area.objects.filter(pk=area.pk).exists()
    trail = AuditEntry.objects.filter(object_type="programme.area", object_id=str(area.pk), actor=cast.admin)
    assert list(trail.values_list("event", "changes")) == [
        ("frame.changed", {"name": "Dikkersbos", "position": "10"}),
        ("frame.changed", {"name": "Dikkerspark"}),
        ("frame.removed", {}),
    ]


def test_saving_without_a_change_leaves_no_trace(admin_client_):
    area = Area.objects.first()
    before = AuditEntry.objects.count()
    admin_client_.post(f"/beheer/programme/area/{area.pk}/change/", {"name": area.name, "position": area.position})
    assert AuditEntry.objects.count() == before


def test_a_line_keeps_its_code_and_gets_a_lead(cast, admin_client_):
    line = Line.objects.get(code="wonen")
    page = admin_client_.get(f"/beheer/programme/line/{line.pk}/change/")
    form = typed(page)
    assert "code" not in form
    form |= {"leads-TOTAL_FORMS": "1", "leads-0-user": cast.manager.pk, "leads-0-line": line.pk, "leads-0-id": ""}
    form["ambition"] = "Graag wonen"
    assert admin_client_.post(f"/beheer/programme/line/{line.pk}/change/", form).status_code == 302
    assert LineLead.objects.get(line=line).user == cast.manager
    line.refresh_from_db()
    assert (line.code, line.ambition) == ("wonen", "Graag wonen")
    assert AuditEntry.objects.filter(object_type="programme.linelead", actor=cast.admin).count() == 1


def test_lines_are_neither_added_nor_removed(admin_client_):
    line = Line.objects.get(code="wonen")
    assert admin_client_.get("/beheer/programme/line/add/").status_code == 403
    assert admin_client_.post(f"/beheer/programme/line/{line.pk}/delete/", {"post": "yes"}).status_code == 403


def test_versions_of_the_criteria_are_there_to_look_at_and_drafts_are_not(cast, admin_client_):
    version = CriteriaVersion.objects.get()
    draft = a_draft(cast.manager)
    path = f"/beheer/programme/criteriaversion/{version.pk}/"
    assert "Lokaal en regionaal" in admin_client_.get(f"{path}change/").text
    for url in (f"{path}change/", f"{path}delete/", "/beheer/programme/criteriaversion/add/"):
        assert admin_client_.post(url, {"source": "Anders", "post": "yes"}).status_code == 403
    assert admin_client_.get(f"/beheer/programme/criteriaversion/{draft.pk}/change/").status_code == 302
    assert "delete_selected" not in admin_client_.get("/beheer/programme/criteriaversion/").text
    version.refresh_from_db()
    assert version.source == "Programmaplan Talent"
