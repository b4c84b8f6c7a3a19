from django.urls import path

from programme.views import criteria

app_name = "programme"
urlpatterns = [path("criteria/", criteria.criteria, name="criteria")]
