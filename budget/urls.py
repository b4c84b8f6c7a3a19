from django.urls import path

from budget.views import books, college, council, decisions, lists

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
    path("budget/raadsbesluiten/", council.council_decisions, name="council_decisions"),
    path("budget/raadsbesluiten/nieuw/<slug:kind>/", council.council_new, name="council_new"),
    path("budget/raadsbesluiten/<int:pk>/", council.council_decision, name="council_decision"),
    path("budget/raadsbesluiten/<int:pk>/document/", council.council_document, name="council_document"),
    path("budget/raadsbesluiten/<int:pk>/wijzigen/", council.council_change, name="council_change"),
    path("budget/raadsbesluiten/<int:pk>/indienen/", council.council_enter, name="council_enter"),
    path("budget/raadsbesluiten/<int:pk>/weg/", council.council_remove, name="council_remove"),
    path("budget/raadsbesluiten/<int:pk>/terug/", council.council_give_back, name="council_give_back"),
    path("budget/raadsbesluiten/<int:pk>/bevestigen/", council.council_confirm, name="council_confirm"),
    path("college/", college.college, name="college"),
    path("college/<slug:reference>/", college.college_list, name="college_list"),
    path("college/<slug:reference>/vaststellen/", college.approve, name="approve"),
    path("college/<slug:reference>/teruggeven/", college.give_back, name="give_back"),
]
