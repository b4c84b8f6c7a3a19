from django.urls import path

from core.views import health, pages, security

app_name = "core"
urlpatterns = [
    path(".well-known/security.txt", security.security_txt, name="security_txt"),
    path("gezond/", health.health, name="health"),
    path("toegankelijkheid/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
]
