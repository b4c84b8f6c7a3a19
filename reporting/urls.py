from django.urls import path

from reporting.views import council, file_export, front, renderings, reports, trail

app_name = "reporting"
urlpatterns = [
    path("", front.front, name="front"),
    path("raad/", council.council, name="council"),
    path("raad/lijnen/<slug:code>/", council.line, name="line"),
    path("raad/cijfers/", trail.figure, name="figure"),
    path("raad/activiteiten/", trail.activities, name="activities"),
    path("raad/activiteiten/<slug:reference>/", trail.activity, name="activity"),
    path("raad/rapporten/nieuw/", reports.request_report, name="request"),
    path("raad/rapporten/<str:reference>/", reports.report, name="report"),
    path("raad/rapporten/<str:reference>/voortgang/", renderings.progress, name="progress"),
    path("raad/rapporten/<str:reference>/pdf/", renderings.pdf, name="pdf"),
    path("raad/rapporten/<str:reference>/concept/", renderings.concept, name="concept"),
    path("raad/rapporten/<str:reference>/versies/<int:pk>/pdf/", renderings.version, name="version"),
    path("raad/rapporten/<str:reference>/versies/<int:pk>/stoppen/", renderings.cancel, name="cancel"),
    path("raad/rapporten/<str:reference>/versies/<int:pk>/opnieuw/", renderings.retry, name="retry"),
    path("team/voorstellen/<str:reference>/dossier/", file_export.hand_over, name="hand_over"),
]
