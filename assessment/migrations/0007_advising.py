from pathlib import Path
from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"
OUTCOMES = [("positive", "Positive"), ("conditional", "Positive, with conditions"), ("negative", "Negative")]
PROTECT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("applications", "0013_search"),
        ("assessment", "0006_panel"),
        ("core", "0004_alarm"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        run_sql(SQL, "advices_open"),
        migrations.RemoveConstraint("advice", "assessment_outcome_known"),
        migrations.RemoveConstraint("advisedamount", "assessment_advised_within_request"),
        migrations.RemoveConstraint("advisedamount", "assessment_less_needs_reason"),
        migrations.CreateModel(
            name="AdviceCondition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("text", models.TextField(max_length=3000)),
                ("due_on", models.DateField(null=True)),
                (
                    "advice",
                    models.ForeignKey(on_delete=PROTECT, related_name="condition_rows", to="assessment.advice"),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("advice", "position"), name="assessment_condition_once"),
                    models.CheckConstraint(
                        condition=Q(("text", ""), _negated=True), name="assessment_condition_has_text"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AdviceDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, help_text="Goes up with every save")),
                ("typed", models.JSONField(default=dict, help_text="What stands in each field")),
                ("saved_at", models.DateTimeField()),
                (
                    "proposal",
                    models.OneToOneField(on_delete=PROTECT, related_name="advice_draft", to="applications.proposal"),
                ),
                (
                    "saved_by",
                    models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CollegeProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField()),
                (
                    "advice",
                    models.OneToOneField(on_delete=PROTECT, related_name="college_proposal", to="assessment.advice"),
                ),
                ("document", models.OneToOneField(on_delete=PROTECT, related_name="+", to="core.document")),
            ],
        ),
        migrations.AddField(
            "advice",
            "about",
            models.ForeignKey(on_delete=PROTECT, null=True, related_name="advices", to="applications.proposal"),
        ),
        migrations.AddField(
            "advice",
            "deviation_reason",
            models.TextField(
                blank=True, help_text="Why the outcome is not what the rule makes of the scores", max_length=1000
            ),
        ),
        migrations.AddField(
            "advice",
            "outcome_by_rule",
            models.CharField(choices=OUTCOMES, default="", max_length=12),
            preserve_default=False,
        ),
        migrations.AddField(
            "advice", "summary", models.TextField(blank=True, help_text="What it is about", max_length=1500)
        ),
        migrations.AddField(
            "advice", "yields", models.TextField(blank=True, help_text="What it brings the city", max_length=1500)
        ),
        migrations.AddField("advice", "risks", models.TextField(blank=True, max_length=1500)),
        migrations.AddField("advice", "taken_back_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "advice",
            "taken_back_by",
            models.ForeignKey(on_delete=PROTECT, null=True, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField("advice", "taken_back_reason", models.TextField(blank=True, max_length=1000)),
        migrations.AddField(
            "advisedamount", "eligible", models.DecimalField(decimal_places=2, max_digits=12, null=True)
        ),
        migrations.AddField("advisedamount", "eligible_reason", models.CharField(blank=True, max_length=300)),
        migrations.AlterField(
            "advice",
            "conditions",
            models.TextField(blank=True, help_text="The conditions as one text, for a decision", max_length=3000),
        ),
        migrations.AlterField(
            "advice", "explanation", models.TextField(help_text="Why the team advises this", max_length=3000)
        ),
        migrations.AlterField(
            "advice",
            "consensus",
            models.ForeignKey(on_delete=PROTECT, related_name="advices", to="assessment.consensus"),
        ),
        migrations.AlterField(
            "advice",
            "proposal",
            models.OneToOneField(
                help_text="Empty once it was replaced",
                null=True,
                on_delete=PROTECT,
                related_name="advice",
                to="applications.proposal",
            ),
        ),
        run_sql(SQL, "advices_filled"),
        migrations.AlterField(
            "advice",
            "about",
            models.ForeignKey(on_delete=PROTECT, related_name="advices", to="applications.proposal"),
        ),
        migrations.AlterField("advisedamount", "eligible", models.DecimalField(decimal_places=2, max_digits=12)),
        migrations.AddConstraint(
            "advice",
            models.CheckConstraint(
                condition=Q(
                    ("outcome__in", ["positive", "conditional", "negative"]),
                    ("outcome_by_rule__in", ["positive", "conditional", "negative"]),
                ),
                name="assessment_outcome_known",
            ),
        ),
        migrations.AddConstraint(
            "advice",
            models.CheckConstraint(
                condition=Q(
                    Q(("outcome", F("outcome_by_rule")), ("deviation_reason", "")),
                    Q(
                        Q(("outcome", F("outcome_by_rule")), _negated=True),
                        Q(("deviation_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="assessment_deviation_has_reason",
            ),
        ),
        migrations.AddConstraint(
            "advice",
            models.CheckConstraint(
                condition=Q(
                    Q(
                        ("proposal", F("about")),
                        ("proposal__isnull", False),
                        ("taken_back_at", None),
                        ("taken_back_by", None),
                        ("taken_back_reason", ""),
                    ),
                    Q(
                        ("taken_back_at__isnull", False),
                        ("taken_back_by__isnull", False),
                        Q(("taken_back_reason", ""), _negated=True),
                        Q(("proposal", None), ("proposal", F("about")), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="assessment_taken_back_with_reason",
            ),
        ),
        migrations.AddConstraint(
            "advisedamount",
            models.CheckConstraint(
                condition=Q(("advised__gte", 0), ("advised__lte", F("eligible")), ("eligible__lte", F("requested"))),
                name="assessment_advised_within_request",
            ),
        ),
        migrations.AddConstraint(
            "advisedamount",
            models.CheckConstraint(
                condition=Q(("advised", F("eligible")), Q(("reason", ""), _negated=True), _connector="OR"),
                name="assessment_less_needs_reason",
            ),
        ),
        migrations.AddConstraint(
            "advisedamount",
            models.CheckConstraint(
                condition=Q(("eligible", F("requested")), Q(("eligible_reason", ""), _negated=True), _connector="OR"),
                name="assessment_ineligible_needs_reason",
            ),
        ),
        run_sql(SQL, "advising"),
    ]
