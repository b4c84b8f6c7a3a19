from django.urls import path

from reporting.views import council, file_export, front, register, register_feed, renderings, reports, trail

from reporting.views import signing, writing

app_name = "reporting"
urlpatterns = [
    path("", front.front, name="front"),
    path("register/", register.overview, name="register"),
    path("register/toelichting/", register.explanation, name="register_explanation"),
    path("register/register.<str:suffix>", register.data, name="register_data"),
    path("register/360giving.json", register.threesixty_package, name="threesixty"),
    path("register/besluiten.atom", register_feed.decisions, name="feed"),
    path("register/<str:reference>/", register.grant, name="grant"),
    path("raad/", council.council, name="council"),
    path("raad/lijnen/<slug:code>/", council.line, name="line"),
    path("raad/cijfers/", trail.figure, name="figure"),
    path("raad/activiteiten/", trail.activities, name="activities"),
    path("raad/activiteiten/<slug:reference>/", trail.activity, name="activity"),
    path("raad/rapporten/nieuw/", reports.request_report, name="request"),
    path("raad/rapporten/<str:reference>/", reports.report, name="report"),
    path("raad/teksten/", writing.to_write, name="to_write"),
    path("raad/rapporten/<str:reference>/teksten/", writing.overview, name="texts"),
    path("raad/rapporten/<str:reference>/teksten/<slug:section>/", writing.text, name="text"),
    path("raad/rapporten/<str:reference>/teksten/<slug:section>/voorbeeld/", writing.preview, name="text_preview"),
    path("raad/rapporten/<str:reference>/ondertekenen/", signing.sign, name="signing"),
    path("raad/rapporten/<str:reference>/voortgang/", renderings.progress, name="progress"),
    path("raad/rapporten/<str:reference>/pdf/", renderings.pdf, name="pdf"),
    path("raad/rapporten/<str:reference>/concept/", renderings.concept, name="concept"),
    path("raad/rapporten/<str:reference>/versies/<int:pk>/pdf/", renderings.version, name="version"),
    path("raad/rapporten/<str:reference>/versies/<int:pk>/stoppen/", renderings.cancel, name="cancel"),
    path("raad/rapporten/<str:reference>/versies/<int:pk>/opnieuw/", renderings.retry, name="retry"),
    path("team/voorstellen/<str:reference>/dossier/", file_export.hand_over, name="hand_over"),
]
