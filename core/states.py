"""Choices of the core."""

from django.db import models


class Series(models.TextChoices):
    """Series of references; the value is the prefix that people see."""

    PROPOSAL = "TF"
    DECISION_LIST = "BL"
    DECISION = "B"
    REPORT = "R"
    OBJECTION = "BZ"
    PAYMENT = "P"
    PAYMENT_BATCH = "BO"
    SETTLEMENT = "V"
    RECOVERY = "TV"
    QUESTION = "RV"
