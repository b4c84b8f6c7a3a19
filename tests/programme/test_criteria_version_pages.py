"""The team's pages on versions of the criteria."""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.domain import clock
from core.models import Document
from programme.models import CriteriaVersion
from tests.core.uploads import PNG, a_pdf
from tests.programme.versions import a_draft, an_adopted

pytestmark = pytest.mark.django_db
LIST = "/team/criteria/"


@pytest.fixture
def client(client_of, cast):
    client = client_of(cast.manager)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def draft(cast):
    return a_draft(cast.manager, threshold_percentage=65)


def text(response):
    return " ".join(response.content.decode().split())


def hidden(response, name):
    return re.search(rf'name="{name}" value="([^"]+)"', response.content.decode())[1]


def filled_in(page):
    """Return what the page's form would send as it stands."""
    said = {}
    for field in page.context["form"]:
        value = field.value()
        if value not in (None, False):
            said[field.html_name] = "on" if value is True else value
    return said


def test_a_new_version_is_started_from_the_list(client):
    page = client.get(LIST)
    said = {"copy_of": CriteriaVersion.objects.get().pk, "request_key": hidden(page, "request_key")}
    answer = client.post(LIST, said)
    draft = CriteriaVersion.objects.get(state="draft")
    assert answer.headers["Location"] == draft.get_absolute_url()
    assert "Start a draft" in text(page)
    assert "Draft" in text(client.get(LIST))


def test_readers_see_what_is_adopted_and_no_button(client_of, cast, draft):
    for person in (cast.assessor1, cast.lead, cast.finance):
        page = client_of(person).get(LIST)
        assert f"/team/criteria/{draft.number}/" not in page.content.decode()
        assert "<form" not in page.content.decode().split("<main")[1]


def test_the_list_costs_few_queries(client, cast, draft, django_assert_max_num_queries):
    with django_assert_max_num_queries(13) as few:
        client.get(LIST)
    for percentage in (50, 51, 52, 53):
        a_draft(cast.manager, threshold_percentage=percentage)
    with django_assert_max_num_queries(len(few)):
        client.get(LIST)


def test_a_version_tells_everything_and_what_is_not_confirmed(client, draft):
    page = text(client.get(draft.get_absolute_url()))
    assert "65%" in page
    assert page.count("Not yet confirmed by Hengelo") == 7
    assert page.count("What the points mean for") == 6
    assert "Remove this draft" in page
    assert "Started as a copy of version 1" in page


def test_a_criterion_is_changed_in_its_own_form(client, draft):
    path = f"{draft.get_absolute_url()}criterium/lokaal/"
    said = filled_in(client.get(path)) | {"elaboration": "Ook voor de regio", "anchor_3": "Heel veel", "weight": "2"}
    assert client.post(path, said).status_code == 302
    lokaal = draft.criteria.get(code="lokaal")
    assert (lokaal.elaboration, lokaal.weight) == ("Ook voor de regio", 2)
    assert lokaal.anchors.get(points=3).text == "Heel veel"


def test_half_the_anchors_are_refused_at_the_field_that_is_empty(client, draft):
    path = f"{draft.get_absolute_url()}criterium/lokaal/"
    answer = client.post(path, filled_in(client.get(path)) | {"anchor_2": ""})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["anchor_2"]


def test_rule_and_scale_are_changed_in_their_own_forms(client, draft):
    path = f"{draft.get_absolute_url()}regel/"
    assert client.post(path, filled_in(client.get(path)) | {"minimum_points": "2"}).status_code == 302
    path = f"{draft.get_absolute_url()}schaal/"
    assert client.post(path, filled_in(client.get(path)) | {"level_0": "Helemaal niet"}).status_code == 302
    draft.refresh_from_db()
    assert (draft.minimum_points, draft.scale.get(points=0).label) == (2, "Helemaal niet")


def test_two_tabs_do_not_overwrite_each_other_and_the_second_sees_what_the_first_saved(client, draft):
    path = f"{draft.get_absolute_url()}criterium/lokaal/"
    first, second = filled_in(client.get(path)), filled_in(client.get(path))
    client.post(path, first | {"meaning": "Van het eerste tabblad"})
    answer = client.post(path, second | {"meaning": "Van het tweede tabblad"})
    assert answer.status_code == 422
    page = text(answer)
    assert "Saved meanwhile by somebody else" in page
    assert "Van het eerste tabblad" in page
    assert "Van het tweede tabblad" in page
    assert draft.criteria.get(code="lokaal").meaning == "Van het eerste tabblad"
    assert client.post(path, filled_in(answer)).status_code == 302
    assert draft.criteria.get(code="lokaal").meaning == "Van het tweede tabblad"


def test_an_adopted_version_has_no_forms(client, cast):
    adopted = an_adopted(cast.manager, threshold_percentage=60)
    page = text(client.get(adopted.get_absolute_url()))
    assert "Remove this draft" not in page
    assert "the same person who edited it last" in page
    for part in ("regel/", "schaal/", "criterium/lokaal/", "vaststellen/"):
        assert client.get(f"{adopted.get_absolute_url()}{part}").headers["Location"] == adopted.get_absolute_url()
    answer = client.post(f"{adopted.get_absolute_url()}verwijderen/", {"seen": "0" * 64})
    assert answer.status_code == 409
    assert CriteriaVersion.objects.filter(pk=adopted.pk).exists()


# Adopting


def a_file(content=None, name="besluit.pdf"):
    return SimpleUploadedFile(name, a_pdf() if content is None else content)


def look(client, draft, **over):
    said = {"adopted_on": f"{clock.today():%d-%m-%Y}", "document": a_file(), **over}
    return client.post(f"{draft.get_absolute_url()}vaststellen/", said)


def confirm(client, draft, page):
    said = {name: hidden(page, name) for name in ("adopted_on", "kept", "seen", "request_key")}
    return client.post(f"{draft.get_absolute_url()}vaststellen/bevestigen/", said)


def test_a_draft_is_adopted_after_a_second_look_at_what_changes(client, cast, draft):
    page = look(client, draft)
    assert page.status_code == 200
    assert "What changes beside Version 1" in text(page)
    assert "<del>70</del>" in text(page)
    draft.refresh_from_db()
    assert draft.is_draft
    assert confirm(client, draft, page).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.adopted_by, draft.document.file_name) == ("adopted", cast.manager, "besluit.pdf")
    document = client.get(f"{draft.get_absolute_url()}document/")
    assert document.headers["Content-Disposition"] == 'attachment; filename="besluit.pdf"'


def test_what_changed_after_the_second_look_is_looked_at_again(client, draft):
    page = look(client, draft)
    CriteriaVersion.objects.filter(pk=draft.pk).update(threshold_percentage=50)
    answer = confirm(client, draft, page)
    assert answer.status_code == 422
    assert "Look at the changes again" in text(answer)
    draft.refresh_from_db()
    assert draft.is_draft


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"document": ""}, "document"),
        ({"document": a_file(PNG)}, "document"),
        ({"document": a_file(b"")}, "document"),
        ({"adopted_on": ""}, "adopted_on"),
        ({"adopted_on": "01-01-2099"}, "adopted_on"),
    ],
)
def test_adopting_asks_a_pdf_and_a_day_that_has_been(client, draft, over, field):
    answer = look(client, draft, **over)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_a_file_is_kept_when_the_date_is_wrong(client, draft):
    answer = look(client, draft, adopted_on="01-01-2099")
    assert "Kept: besluit.pdf" in text(answer)
    page = look(client, draft, document="", kept=hidden(answer, "kept"))
    assert page.status_code == 200
    assert confirm(client, draft, page).status_code == 302


def test_nobody_names_a_document_of_somebody_else(client, draft):
    strange = Document.objects.first()
    page = look(client, draft)
    said = {name: hidden(page, name) for name in ("adopted_on", "seen", "request_key")}
    for kept in (str(strange.pk), "iets"):
        path = f"{draft.get_absolute_url()}vaststellen/bevestigen/"
        assert client.post(path, said | {"kept": kept}).status_code == 422
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_draft_without_a_change_is_shown_why_it_can_not_be_adopted(client, cast):
    same = a_draft(cast.manager)
    page = look(client, same)
    assert "there is nothing to adopt" in text(page)
    assert "Adopt this version</button>" not in text(page)
    assert confirm(client, same, page).status_code == 422


def test_removing_takes_the_draft_as_the_page_showed_it(client, draft):
    page = client.get(draft.get_absolute_url())
    assert client.post(f"{draft.get_absolute_url()}verwijderen/", {"seen": hidden(page, "seen")}).status_code == 302
    assert not CriteriaVersion.objects.filter(pk=draft.pk).exists()


def test_a_comparison_stands_on_a_page_of_its_own(client, draft):
    page = text(client.get(f"{draft.get_absolute_url()}vergelijken/"))
    assert "<del>70</del>" in page
    assert "<ins>65</ins>" in page
    assert "nothing to compare" in text(client.get("/team/criteria/1/vergelijken/"))


# What others read


def test_the_form_of_a_call_offers_adopted_versions_only_with_what_is_not_confirmed(client, cast, draft):
    adopted = an_adopted(cast.manager, threshold_percentage=60)
    page = text(client.get("/team/openstellingen/nieuw/"))
    assert f"Version {adopted.number}, adopted on" in page
    assert "not yet wholly confirmed by Hengelo" in page
    assert f"Version {draft.number}," not in page


@pytest.mark.parametrize("path", ["/vragen/", "/openstellingen/{pk}/"])
def test_what_is_not_confirmed_is_said_wherever_the_criteria_stand(client, call, path):
    assert text(client.get(path.format(pk=call.pk))).count("not yet confirmed by Hengelo") == 6


def test_an_unknown_version_does_not_exist(client):
    assert client.get("/team/criteria/999/").status_code == 404
    assert client.post(LIST, {"copy_of": "999", "request_key": str(uuid4())}).status_code == 422
