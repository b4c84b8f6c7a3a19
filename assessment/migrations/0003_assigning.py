from pathlib import Path
from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("applications", "0013_search"),
        ("assessment", "0002_handed_in_is_fixed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="AssessorCapacity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("open_files", models.PositiveSmallIntegerField(verbose_name="open files at a time")),
                ("away_from", models.DateField(null=True, verbose_name="away from")),
                ("away_until", models.DateField(null=True, verbose_name="away until")),
                ("set_at", models.DateTimeField()),
                (
                    "assessor",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="capacity",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("open_files__lte", 99)), name="assessment_capacity_files"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("away_from", None), ("away_until", None)),
                            models.Q(
                                ("away_from__isnull", False),
                                ("away_until__gte", models.F("away_from")),
                                ("away_until__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="assessment_capacity_away_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WithdrawnAssignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("assigned_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField()),
                ("reason", models.CharField(max_length=300)),
                (
                    "assessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "assigned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawn_assignments",
                        to="applications.proposal",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="assessment_withdrawn_has_reason"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="assignment",
            name="due_on",
            field=models.DateField(help_text="The last day on which to hand in without being late", null=True),
        ),
        run_sql(SQL, "assigning_due"),
        migrations.AlterField(
            model_name="assignment",
            name="due_on",
            field=models.DateField(help_text="The last day on which to hand in without being late"),
        ),
        run_sql(SQL, "assigning"),
    ]
