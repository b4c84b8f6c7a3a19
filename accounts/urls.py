from django.http import HttpResponse
from django.urls import path

app_name = "accounts"
urlpatterns = [path("start/", lambda r: HttpResponse("x"), name="home")]
