from django.urls import path

from programme.views import criteria, criteria_drafts, criteria_versions

VERSION = "team/criteria/<int:number>/"

app_name = "programme"
urlpatterns = [
    path("criteria/", criteria.criteria, name="criteria"),
    path("team/criteria/", criteria_versions.versions, name="criteria_versions"),
    path(VERSION, criteria_versions.version, name="criteria_version"),
    path(f"{VERSION}vergelijken/", criteria_versions.compare, name="criteria_compare"),
    path(f"{VERSION}document/", criteria_versions.document, name="criteria_document"),
    path(f"{VERSION}verwijderen/", criteria_versions.remove, name="criteria_remove"),
    path(f"{VERSION}regel/", criteria_drafts.rule, name="criteria_rule"),
    path(f"{VERSION}schaal/", criteria_drafts.scale, name="criteria_scale"),
    path(f"{VERSION}criterium/<slug:code>/", criteria_drafts.criterion, name="criteria_criterion"),
    path(f"{VERSION}vaststellen/", criteria_drafts.adopt, name="criteria_adopt"),
    path(f"{VERSION}vaststellen/bevestigen/", criteria_drafts.adopt_confirmed, name="criteria_adopt_confirmed"),
]
