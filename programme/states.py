"""Choices of the council's frame."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkKind(models.TextChoices):
    """Concrete, planned and measurable, or effort that is harder to measure (programme plan, 6.2)."""

    ACTIVITY = "activiteit", _("Activity")
    EFFORT = "inspanning", _("Effort")


class ResultKind(models.TextChoices):
    """Whether Hengelo contributes to a result or encourages it."""

    CONTRIBUTE = "bijdragen", _("Contribute")
    ENCOURAGE = "stimuleren", _("Encourage")


class Stream(models.TextChoices):
    """Whether talent is kept or attracted."""

    KEEP = "behouden", _("Keep")
    ATTRACT = "aantrekken", _("Attract")


class MigrationMoment(models.TextChoices):
    """The moments at which talent moves."""

    STUDY = "studiemigratie", _("Moving for study")
    JOB = "baanmigratie", _("Moving for work")
    SETTLE = "settlemigratie", _("Settling for good")


class CriteriaState(models.TextChoices):
    """Where a version of the criteria stands. It goes one way: a draft is adopted, and then it stays as it is."""

    DRAFT = "draft", _("Draft")
    ADOPTED = "adopted", _("Adopted")


class Direction(models.TextChoices):
    """Which way an indicator should go. Some are only followed."""

    HIGHER = "hoger", _("Higher is better")
    LOWER = "lager", _("Lower is better")
    NEITHER = "volgen", _("We follow it, without good or bad")


class Frequency(models.TextChoices):
    """Over which periods an indicator is measured."""

    YEAR = "jaar", _("Every year")
    HALF_YEAR = "halfjaar", _("Every half year")
    QUARTER = "kwartaal", _("Every quarter")
    MONTH = "maand", _("Every month")


class PlannedKind(models.TextChoices):
    """What a line of a file of values will do."""

    NEW = "new", _("New")
    CORRECTION = "correction", _("Correction")
    SAME = "same", _("There already")


class ProgrammeEvent(models.TextChoices):
    """What the audit trail knows of the frame."""

    FRAME_LOADED = "frame.loaded"
    FRAME_CHANGED = "frame.changed"
    FRAME_REMOVED = "frame.removed"
    CRITERIA_STARTED = "criteria.started"
    CRITERIA_CHANGED = "criteria.changed"
    CRITERIA_ADOPTED = "criteria.adopted"
    CRITERIA_REMOVED = "criteria.removed"
    CRITERIA_FROZEN = "criteria.frozen"
    INDICATOR_DEFINED = "indicator.defined"
    INDICATOR_MEASURED = "indicator.measured"
    INDICATOR_CORRECTED = "indicator.corrected"
    INDICATORS_IMPORTED = "indicator.imported"
