from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0010_afterwards"),
        ("core", "0004_alarm"),
        ("programme", "0002_frozen_criteria"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="call",
            name="supplement_weeks",
            field=models.PositiveSmallIntegerField(default=2, verbose_name="term for a supplement (weeks)"),
        ),
        migrations.AddField(
            model_name="call",
            name="extension_weeks",
            field=models.PositiveSmallIntegerField(default=13, verbose_name="longest extension (weeks)"),
        ),
        migrations.AddField(
            model_name="call",
            name="state",
            field=models.CharField(
                choices=[("draft", "In preparation"), ("published", "Published")],
                default="published",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="introduction",
            field=models.TextField(blank=True, max_length=1000, verbose_name="introduction"),
        ),
        migrations.AddField(
            model_name="call",
            name="question_rules",
            field=models.JSONField(blank=True, default=dict, verbose_name="questions"),
        ),
        migrations.AddField(
            model_name="call",
            name="published_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="published at"),
        ),
        migrations.AddField(
            model_name="call",
            name="published_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="frozen_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="frozen at"),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "published"])), name="applications_call_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("division_rule", "ranking"), _negated=True),
                    ("closes_on__isnull", False),
                    _connector="OR",
                ),
                name="applications_call_ranking_closes",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decision_weeks__range", (1, 52)),
                    ("extension_weeks__range", (0, 52)),
                    ("supplement_weeks__range", (1, 13)),
                ),
                name="applications_call_terms",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(("frozen_at", None), ("state", "published"), _connector="OR"),
                name="applications_call_frozen_is_published",
            ),
        ),
        migrations.CreateModel(
            name="Ceiling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(null=True, verbose_name="year")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="amount")),
                ("published_on", models.DateField(null=True, verbose_name="published on")),
                ("publication", models.CharField(blank=True, max_length=120, verbose_name="publication")),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ceilings", to="applications.call"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programme.line"
                    ),
                ),
            ],
            options={"ordering": ["line__position", "year", "pk"]},
        ),
        migrations.AddConstraint(
            model_name="ceiling",
            constraint=models.UniqueConstraint(
                fields=("call", "line", "year"), name="applications_ceiling_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="ceiling",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="applications_ceiling_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="ceiling",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("publication", ""), ("published_on", None)),
                    models.Q(("published_on__isnull", False), models.Q(("publication", ""), _negated=True)),
                    _connector="OR",
                ),
                name="applications_ceiling_publication_whole",
            ),
        ),
        migrations.CreateModel(
            name="CallVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("content", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="applications.call"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ["call", "number"]},
        ),
        migrations.AddConstraint(
            model_name="callversion",
            constraint=models.UniqueConstraint(fields=("call", "number"), name="applications_call_version_once"),
        ),
        migrations.AddConstraint(
            model_name="callversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="applications_call_version_sha256"
            ),
        ),
        migrations.CreateModel(
            name="QuestionPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content_sha256", models.CharField(max_length=64)),
                ("language", models.CharField(max_length=5)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="question_papers",
                        to="applications.call",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.document"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="questionpaper",
            constraint=models.UniqueConstraint(
                fields=("call", "content_sha256", "language"), name="applications_question_paper_once"
            ),
        ),
        run_sql(SQL, "calls"),
    ]
