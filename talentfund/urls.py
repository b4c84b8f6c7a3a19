"""All URLs: Dutch and stable."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("core.urls")),
    path("", include("accounts.urls")),
    path("", include("programme.urls")),
    path("", include("applications.urls")),
    path("", include("assessment.urls")),
    path("", include("budget.urls")),
    path("", include("reporting.urls")),
    path("account/", include("allauth.urls")),
    path("taal/", include("django.conf.urls.i18n")),
    path("beheer/", admin.site.urls),
]
