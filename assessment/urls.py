from django.urls import path

from assessment.views import advice, assigning, consensus, files, panel, panel_team, proposals, score, search, work

FILE = "team/voorstellen/<str:reference>/"

app_name = "assessment"
urlpatterns = [
    path("zoeken/", search.search, name="search"),
    path("team/", work.work, name="work"),
    path("team/voorstellen/", proposals.proposals, name="proposals"),
    path("team/toewijzen/", assigning.page, name="assigning"),
    path("team/toewijzen/voorstel/", assigning.plan, name="assigning_plan"),
    path("team/toewijzen/capaciteit/<int:pk>/", assigning.capacity, name="capacity"),
    path(FILE, files.file, name="file"),
    path(f"{FILE}toewijzen/", files.assign, name="assign"),
    path(f"{FILE}toewijzen/<int:pk>/terugnemen/", assigning.take_back, name="take_back"),
    path(f"{FILE}belangen/", files.declare, name="declare"),
    path(f"{FILE}beoordelen/", score.score, name="score"),
    path(f"{FILE}overleg/", consensus.consensus, name="consensus"),
    path(f"{FILE}advies/", advice.advice, name="advice"),
    path("team/panel/", panel_team.overview, name="panel"),
    path("team/panel/vragen/", panel_team.ask, name="ask_panel"),
    path("talent/", panel.talent, name="talent"),
    path("talent/meedoen/", panel.join, name="join_panel"),
    path("talent/stoppen/", panel.leave, name="leave_panel"),
    path("talent/<str:reference>/", panel.opinion, name="opinion"),
    path("talent/<str:reference>/belangen/", panel.declare, name="declare_as_talent"),
]
