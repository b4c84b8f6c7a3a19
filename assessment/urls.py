from django.urls import path

from assessment.views import advice, consensus, files, proposals, score, search, work

FILE = "team/voorstellen/<str:reference>/"

app_name = "assessment"
urlpatterns = [
    path("zoeken/", search.search, name="search"),
    path("team/", work.work, name="work"),
    path("team/voorstellen/", proposals.proposals, name="proposals"),
    path(FILE, files.file, name="file"),
    path(f"{FILE}toewijzen/", files.assign, name="assign"),
    path(f"{FILE}belangen/", files.declare, name="declare"),
    path(f"{FILE}beoordelen/", score.score, name="score"),
    path(f"{FILE}overleg/", consensus.consensus, name="consensus"),
    path(f"{FILE}advies/", advice.advice, name="advice"),
]
