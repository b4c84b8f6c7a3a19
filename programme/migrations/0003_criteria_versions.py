from pathlib import Path
from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("core", "0004_alarm"),
        ("programme", "0002_frozen_criteria"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="CriterionAnchor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("points", models.PositiveSmallIntegerField(verbose_name="points")),
                ("text", models.CharField(max_length=400, verbose_name="meaning")),
            ],
            options={
                "verbose_name": "anchor of the scale",
                "verbose_name_plural": "anchors of the scale",
                "ordering": ["criterion", "points"],
            },
        ),
        migrations.AddField(
            model_name="criteriaversion",
            name="adopted_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="criteriaversion",
            name="adopted_on",
            field=models.DateField(blank=True, null=True, verbose_name="adopted on"),
        ),
        migrations.AddField(
            model_name="criteriaversion",
            name="copied_from",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="programme.criteriaversion",
                verbose_name="copied from",
            ),
        ),
        migrations.AddField(
            model_name="criteriaversion",
            name="document",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.document",
                verbose_name="document of the adoption",
            ),
        ),
        migrations.AddField(
            model_name="criteriaversion",
            name="edited_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="last edited at"),
        ),
        migrations.AddField(
            model_name="criteriaversion",
            name="edited_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="criteriaversion",
            name="state",
            field=models.CharField(
                choices=[("draft", "Draft"), ("adopted", "Adopted")],
                default="draft",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AddField(
            model_name="criterion",
            name="concerns_talent",
            field=models.BooleanField(default=False, verbose_name="the talent panel gives a mark"),
        ),
        migrations.AddField(
            model_name="criterionanchor",
            name="criterion",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="anchors", to="programme.criterion"
            ),
        ),
        run_sql(SQL, "versions_before"),
        migrations.AddConstraint(
            model_name="criteriaversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "adopted"])), name="programme_criteria_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="criteriaversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "draft"), _negated=True),
                    models.Q(
                        ("adopted_by", None),
                        ("adopted_on", None),
                        ("content_sha256", ""),
                        ("document", None),
                        ("frozen_at", None),
                    ),
                    _connector="OR",
                ),
                name="programme_draft_is_not_adopted",
            ),
        ),
        migrations.AddConstraint(
            model_name="criteriaversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "adopted"), _negated=True),
                    models.Q(("adopted_by__isnull", False), ("adopted_on__isnull", False), ("document__isnull", False)),
                    models.Q(("adopted_by", None), ("adopted_on__isnull", False), ("document", None)),
                    _connector="OR",
                ),
                name="programme_adopted_with_document",
            ),
        ),
        migrations.AddConstraint(
            model_name="criteriaversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("assessor_count__gte", 1)), name="programme_assessors_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="criterionanchor",
            constraint=models.UniqueConstraint(fields=("criterion", "points"), name="programme_anchor_once"),
        ),
        migrations.AddConstraint(
            model_name="criterionanchor",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="programme_anchor_says_something"
            ),
        ),
        migrations.AlterField(
            model_name="linelead",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="led_lines",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        run_sql(SQL, "adopted_criteria"),
    ]
