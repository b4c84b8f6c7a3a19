from django.urls import path

from accounts.views import home, organisations

app_name = "accounts"
urlpatterns = [
    path("start/", home.home, name="home"),
    path("mijn/organisatie/nieuw/", organisations.organisation_new, name="organisation_new"),
    path("mijn/organisatie/<int:pk>/", organisations.organisation, name="organisation"),
]
