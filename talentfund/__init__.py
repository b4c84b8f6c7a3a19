"""The project: settings, URLs and the Celery app. Nothing imports it but the process entry points."""

from talentfund.celery import app as celery_app

__all__ = ["celery_app"]
