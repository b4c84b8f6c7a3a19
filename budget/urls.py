from django.urls import path

from budget.views import books, college, decisions, lists

app_name = "budget"
urlpatterns = [
    path("budget/", books.overview, name="overview"),
    path("budget/regels/<slug:line>/<int:year>/", books.line, name="line"),
    path("budget/lijsten/", lists.decision_lists, name="decision_lists"),
    path("budget/lijsten/nieuw/", lists.list_new, name="list_new"),
    path("budget/lijsten/<slug:reference>/", lists.decision_list, name="decision_list"),
    path("budget/lijsten/<slug:reference>/toevoegen/", lists.put_on, name="put_on"),
    path("budget/lijsten/<slug:reference>/aanbieden/", lists.propose, name="propose"),
    path("budget/lijsten/<slug:reference>/voorstel/<slug:proposal>/", decisions.decision, name="decision"),
    path("budget/lijsten/<slug:reference>/voorstel/<slug:proposal>/eraf/", decisions.take_off, name="take_off"),
    path("budget/voorstellen/<slug:reference>/", lists.proposal, name="proposal"),
    path("budget/besluiten/<slug:reference>/brief/", decisions.letter, name="letter"),
    path("college/", college.college, name="college"),
    path("college/<slug:reference>/", college.college_list, name="college_list"),
    path("college/<slug:reference>/vaststellen/", college.approve, name="approve"),
    path("college/<slug:reference>/teruggeven/", college.give_back, name="give_back"),
]
