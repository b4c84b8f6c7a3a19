"""Choices of the reports."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportKind(models.TextChoices):
    """The documents of the P&C cycle in Hengelo."""

    SUMMER_NOTE = "zomernota", _("Zomernota")
    POLICY_BUDGET = "beleidsbegroting", _("Beleidsbegroting")
    POLICY_REPORT_1 = "beleidsrapportage-1", _("1st Beleidsrapportage")
    POLICY_REPORT_2 = "beleidsrapportage-2", _("2nd Beleidsrapportage")
    COLLECTED_AMENDMENT = "verzamelwijziging", _("Verzamelwijziging")
    ANNUAL_ACCOUNTS = "jaarstukken", _("Jaarstukken")


class ReportState(models.TextChoices):
    """Where the making of a report is."""

    QUEUED = "queued", _("Waiting")
    RENDERING = "rendering", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


class ReportEvent(models.TextChoices):
    """What the audit trail knows of a report."""

    REQUESTED = "report.requested"
    RENDERED = "report.rendered"
    OPENED = "report.opened"
