"""Choices of the reports. What each kind of report shows stands in data/report_forms.yaml."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from budget.columns import Column


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


# States in which somebody who looks at the page waits for news.
AT_WORK = (ReportState.QUEUED, ReportState.RENDERING)


class ReportStep(models.TextChoices):
    """What the worker does while a report is being made."""

    COLLECTING = "collecting", _("Collecting the figures")
    DRAWING = "drawing", _("Drawing the charts")
    TYPESETTING = "typesetting", _("Typesetting the pages")
    STORING = "storing", _("Storing the report")


# How far a report is when a step begins, in percent. Typesetting takes the longest by far.
PROGRESS_AT: dict[ReportStep, int] = {
    ReportStep.COLLECTING: 10,
    ReportStep.DRAWING: 35,
    ReportStep.TYPESETTING: 50,
    ReportStep.STORING: 95,
}


class ReportEvent(models.TextChoices):
    """What the audit trail knows of a report."""

    REQUESTED = "report.requested"
    RETRIED = "report.retried"
    RENDERED = "report.rendered"
    FAILED = "report.failed"
    OPENED = "report.opened"


# What an activity has of the columns: it takes from a budget and has none of its own.
ACTIVITY_COLUMNS = (Column.RESERVED, Column.GRANTED, Column.SPENT, Column.RELEASED)


class Years(models.TextChoices):
    """Which years of the programme a report shows, seen from the year that it is about."""

    ALL = "all"
    ONLY = "only"
    UP_TO = "up_to"
    FROM = "from"


class SectionPlace(models.TextChoices):
    """Where in a report a text of the team stands."""

    FRONT = "front"
    LINE = "line"
    BACK = "back"


class ReportList(models.TextChoices):
    """The lists that a report may end with."""

    INCIDENTAL = "incidental", _("Incidental grants (article 4:23 Awb)")
    AMENDMENTS = "amendments", _("Amendments by the council")
    WITHDRAWALS = "withdrawals", _("Withdrawals from the reserve to be processed")
    CARRY_OVERS = "carry_overs", _("Carry-overs")


class FileEvent(models.TextChoices):
    """What the audit trail knows of the file of a proposal beyond its own road."""

    EXPORTED = "file.exported"


# One sentence on what the money of a line is for, in the words of the front page.
PITCHES: dict[str, Promise] = {
    "wonen": _("Affordable and new ways of living in the heart of the city"),
    "werken": _("Show what careers there are, bring schools and companies together"),
    "leven": _("Culture, places to meet and room to experiment"),
    "imago": _("Show what Hengelo has to offer"),
    "samenwerking": _("TalentTops, and working together in Twente"),
}
