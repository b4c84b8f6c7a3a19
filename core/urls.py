from django.urls import path

from core.views import health, pages

app_name = "core"
urlpatterns = [
    path("gezond/", health.health, name="health"),
    path("toegankelijkheid/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
]
