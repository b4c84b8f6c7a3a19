"""Choices of the reports. What each kind of report shows stands in data/report_forms.yaml."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.states import Role
from budget.columns import Column


class ReportKind(models.TextChoices):
    """The documents of the P&C cycle in Hengelo."""

    SUMMER_NOTE = "zomernota", _("Zomernota")
    POLICY_BUDGET = "beleidsbegroting", _("Beleidsbegroting")
    POLICY_REPORT_1 = "beleidsrapportage-1", _("1st Beleidsrapportage")
    POLICY_REPORT_2 = "beleidsrapportage-2", _("2nd Beleidsrapportage")
    COLLECTED_AMENDMENT = "verzamelwijziging", _("Verzamelwijziging")
    ANNUAL_ACCOUNTS = "jaarstukken", _("Jaarstukken")


class Stage(models.TextChoices):
    """Where a report is: being written, or as it was laid down for good."""

    WRITING = "writing", _("Being written")
    FINAL = "final", _("Final")


class Purpose(models.TextChoices):
    """What a rendering of a report is for."""

    CONCEPT = "concept", _("Concept")
    FINAL = "final", _("Final")


class RenderingState(models.TextChoices):
    """Where the making of a PDF is."""

    QUEUED = "queued", _("Waiting")
    RENDERING = "rendering", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


# States in which somebody who looks at the page waits for news.
AT_WORK = (RenderingState.QUEUED, RenderingState.RENDERING)
# States after which it can be asked for again.
STOPPED = (RenderingState.FAILED, RenderingState.CANCELLED)


class ReportStep(models.TextChoices):
    """What the worker does while a report is being made."""

    COLLECTING = "collecting", _("Collecting the figures")
    DRAWING = "drawing", _("Drawing the charts")
    TYPESETTING = "typesetting", _("Typesetting the pages")
    STORING = "storing", _("Storing the report")


# How far a report is when a step begins, in percent. Typesetting takes the longest by far.
PROGRESS_AT: dict[ReportStep, int] = {
    ReportStep.COLLECTING: 5,
    ReportStep.DRAWING: 15,
    ReportStep.TYPESETTING: 25,
    ReportStep.STORING: 95,
}


class ReportEvent(models.TextChoices):
    """What the audit trail knows of a report."""

    REQUESTED = "report.requested"
    COLLECTED = "report.collected"
    QUEUED = "report.queued"
    CANCELLED = "report.cancelled"
    RETRIED = "report.retried"
    RENDERED = "report.rendered"
    FAILED = "report.failed"
    FINALISED = "report.finalised"
    OPENED = "report.opened"


class SignerRole(models.TextChoices):
    """The two who sign a report before it is final, by the role that they hold."""

    PROGRAMME_MANAGER = Role.PROGRAMME_MANAGER.value, _("Programme manager")
    FINANCIAL_ADVISER = Role.FINANCIAL_ADVISER.value, _("Financial adviser")

    @property
    def held(self) -> Role:
        """The role that one holds to sign so."""
        return Role(self.value)


class WritingEvent(models.TextChoices):
    """What the audit trail knows of the texts of a report and of its signatures."""

    WRITTEN = "report.text_written"
    SIGNED = "report.signed"


class ActivityChangeKind(models.TextChoices):
    """What happened to an activity between two reports."""

    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"


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


class Reached(models.TextChoices):
    """Whether a promised result was reached."""

    YES = "yes", _("reached")
    NO = "no", _("not reached")
    UNKNOWN = "unknown", _("not known yet")


class Light(models.TextChoices):
    """How something stands: always a word and a sign, never a colour alone."""

    GREEN = "on_course", _("On course")
    AMBER = "attention", _("Needs attention")
    RED = "off_course", _("Off course")
    UNKNOWN = "unknown", _("Not known yet")


class LightOf(models.TextChoices):
    """What a traffic light is about."""

    TIME = "time", _("Time")
    MONEY = "money", _("Money")
    QUALITY = "quality", _("Quality")


class LightReason(models.TextChoices):
    """Why a light is as it is. The sentences stand in domain/light_words.py."""

    SETTLED = "settled"
    SETTLED_WITHOUT = "settled_without"
    OVERDUE = "overdue"
    NOTHING_LATE = "nothing_late"
    ON_TIME = "on_time"
    LATE = "late"
    STUCK = "stuck"
    RECOVERED = "recovered"
    RELEASED = "released"
    TIED = "tied"
    AS_GRANTED = "as_granted"
    NOT_ACCOUNTED = "not_accounted"
    NO_NUMBERS = "no_numbers"
    REACHED = "reached"
    NO_ACTIVITIES = "no_activities"
    ACTIVITIES = "activities"
    NO_PLAN = "no_plan"
    PLAN = "plan"


# One sentence on what the money of a line is for, in the words of the front page.
PITCHES: dict[str, Promise] = {
    "wonen": _("Affordable and new ways of living in the heart of the city"),
    "werken": _("Show what careers there are, bring schools and companies together"),
    "leven": _("Culture, places to meet and room to experiment"),
    "imago": _("Show what Hengelo has to offer"),
    "samenwerking": _("TalentTops, and working together in Twente"),
}


class GrantState(models.TextChoices):
    """Where a grant in the public register is. The value stands in the open data."""

    CONDITIONAL = "voorwaardelijk verleend", _("Granted on a condition")
    GRANTED = "verleend", _("Awarded")
    SETTLED = "vastgesteld", _("Settled")


# How it looks, always beside its words.
GRANT_STATE_KINDS: dict[GrantState, str] = {
    GrantState.CONDITIONAL: "warning",
    GrantState.GRANTED: "info",
    GrantState.SETTLED: "ok",
}


class FileOutcome(models.TextChoices):
    """How a file ended: what the term to keep it depends on. The terms stand in data/retention.yaml."""

    GRANTED = "granted", _("Granted and settled")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    NOT_PROCESSED = "not_processed", _("Not processed")
    DRAFT = "draft", _("Draft that was never sent")


_ALL_BUT_NUMBERS = _("Title, texts and people go; amounts and days stay")

# What destroying a file comes to.
FILE_HOW: dict[FileOutcome, Promise] = {
    FileOutcome.GRANTED: _("Texts and people go; amounts, days and the title stay"),
    FileOutcome.REFUSED: _ALL_BUT_NUMBERS,
    FileOutcome.WITHDRAWN: _ALL_BUT_NUMBERS,
    FileOutcome.NOT_PROCESSED: _ALL_BUT_NUMBERS,
    FileOutcome.DRAFT: _("Everything goes"),
}


class PurgeState(models.TextChoices):
    """Where an order to destroy files is."""

    PREPARED = "prepared", _("Waits for a second signature")
    SIGNED = "signed", _("Signed, to be carried out")
    DONE = "done", _("Carried out")
    WITHDRAWN = "withdrawn", _("Withdrawn order")


class PurgeEvent(models.TextChoices):
    """What the audit trail knows of destroying."""

    PREPARED = "purge.prepared"
    SIGNED = "purge.signed"
    WITHDRAWN = "purge.withdrawn"
    FILE_PURGED = "purge.file_purged"
    PEOPLE_FORGOTTEN = "purge.people_forgotten"
    DONE = "purge.done"
