"""The Celery app. The outbox in PostgreSQL is the truth; Celery only empties it sooner."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "talentfund.settings")

app = Celery("talentfund")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
