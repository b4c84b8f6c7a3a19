from django.urls import path

from reporting.views import council, file_export, front, reports

app_name = "reporting"
urlpatterns = [
    path("", front.front, name="front"),
    path("raad/", council.council, name="council"),
    path("raad/rapporten/nieuw/", reports.request_report, name="request"),
    path("raad/rapporten/<str:reference>/", reports.report, name="report"),
    path("raad/rapporten/<str:reference>/voortgang/", reports.progress, name="progress"),
    path("raad/rapporten/<str:reference>/pdf/", reports.pdf, name="pdf"),
    path("team/voorstellen/<str:reference>/dossier/", file_export.hand_over, name="hand_over"),
]
