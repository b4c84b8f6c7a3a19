from django.urls import path

from applications.views import intake, partner, questions, steps

app_name = "applications"
urlpatterns = [
    path("vragen/", questions.questions, name="questions"),
    path("mijn/", partner.mine, name="mine"),
    path("mijn/voorstel/nieuw/", partner.start, name="start"),
    path("mijn/voorstel/<int:pk>/", partner.proposal, name="proposal"),
    path("mijn/voorstel/<int:pk>/stap/<slug:step>/", steps.step, name="step"),
    path("mijn/voorstel/<int:pk>/totaal/", steps.totals, name="totals"),
    path("mijn/voorstel/<int:pk>/controleren/", steps.check, name="check"),
    path("mijn/voorstel/<int:pk>/ontvangst/", partner.receipt, name="receipt"),
    path("mijn/brief/<uuid:pk>/", partner.letter, name="letter"),
    path("team/voorstellen/<str:reference>/volledigheid/", intake.completeness, name="completeness"),
    path("team/voorstellen/<str:reference>/lijn/", intake.line_tag, name="line_tag"),
]
