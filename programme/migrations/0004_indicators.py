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
        ("programme", "0003_criteria_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.AlterModelOptions(
            name="indicator",
            options={"ordering": ["position", "pk"], "verbose_name": "indicator", "verbose_name_plural": "indicators"},
        ),
        migrations.CreateModel(
            name="IndicatorImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64, unique=True, verbose_name="hash")),
                ("added", models.PositiveIntegerField(verbose_name="values added")),
                ("corrected", models.PositiveIntegerField(verbose_name="values corrected")),
                ("unchanged", models.PositiveIntegerField(verbose_name="values that were there already")),
                ("imported_at", models.DateTimeField(verbose_name="imported at")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.document"
                    ),
                ),
                (
                    "imported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "import of values",
                "verbose_name_plural": "imports of values",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="IndicatorDefinition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("definition", models.TextField(blank=True, verbose_name="definition")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                ("unit", models.CharField(max_length=20, verbose_name="unit")),
                (
                    "direction",
                    models.CharField(
                        choices=[
                            ("hoger", "Higher is better"),
                            ("lager", "Lower is better"),
                            ("volgen", "We follow it, without good or bad"),
                        ],
                        max_length=10,
                        verbose_name="which way is good",
                    ),
                ),
                (
                    "frequency",
                    models.CharField(
                        choices=[
                            ("jaar", "Every year"),
                            ("halfjaar", "Every half year"),
                            ("kwartaal", "Every quarter"),
                            ("maand", "Every month"),
                        ],
                        max_length=10,
                        verbose_name="measured",
                    ),
                ),
                (
                    "baseline_value",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="baseline"
                    ),
                ),
                ("baseline_period", models.CharField(blank=True, max_length=40, verbose_name="period of the baseline")),
                ("baseline_words", models.CharField(blank=True, max_length=200, verbose_name="baseline in words")),
                (
                    "target_value",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="target"),
                ),
                (
                    "target_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="year of the target"),
                ),
                ("followed", models.BooleanField(default=True, verbose_name="the council follows it")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason of the change")),
                ("written_at", models.DateTimeField(editable=False, verbose_name="written at")),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="definitions",
                        to="programme.indicator",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programme.line",
                        verbose_name="programme line",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "definition of an indicator",
                "verbose_name_plural": "definitions of indicators",
                "ordering": ["indicator", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("indicator", "number"), name="programme_definition_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), models.Q(("unit", ""), _negated=True)
                        ),
                        name="programme_indicator_has_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("direction__in", ["hoger", "lager", "volgen"])),
                        name="programme_direction_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("frequency__in", ["jaar", "halfjaar", "kwartaal", "maand"])),
                        name="programme_frequency_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("target_value", None), ("target_year", None)),
                            models.Q(
                                ("target_value__isnull", False), ("target_year__gte", 1990), ("target_year__lte", 2100)
                            ),
                            _connector="OR",
                        ),
                        name="programme_target_with_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("number", 1),
                            models.Q(
                                ("number__gt", 1),
                                ("written_by__isnull", False),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="programme_definition_change_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IndicatorValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "frequency",
                    models.CharField(
                        choices=[
                            ("jaar", "Every year"),
                            ("halfjaar", "Every half year"),
                            ("kwartaal", "Every quarter"),
                            ("maand", "Every month"),
                        ],
                        max_length=10,
                        verbose_name="period",
                    ),
                ),
                ("first_day", models.DateField(verbose_name="first day of the period")),
                (
                    "value",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="value"),
                ),
                ("source", models.CharField(max_length=200, verbose_name="source")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason of the correction")),
                ("entered_at", models.DateTimeField(verbose_name="entered at")),
                (
                    "corrects",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="programme.indicatorvalue",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "imported",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="values",
                        to="programme.indicatorimport",
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="values", to="programme.indicator"
                    ),
                ),
            ],
            options={
                "verbose_name": "value of an indicator",
                "verbose_name_plural": "values of indicators",
                "ordering": ["indicator", "first_day", "pk"],
                "indexes": [models.Index(fields=["indicator", "first_day"], name="programme_value_by_period")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("corrects", None)),
                        fields=("indicator", "frequency", "first_day"),
                        name="programme_value_once_a_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("corrects", None), ("reason", ""), ("value__isnull", False)),
                            models.Q(("corrects__isnull", False), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="programme_correction_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True), name="programme_value_with_source"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_day__day", 1),
                            ("first_day__year__gte", 1990),
                            ("first_day__year__lte", 2100),
                            models.Q(
                                ("frequency", "maand"),
                                models.Q(("first_day__month__in", [1]), ("frequency", "jaar")),
                                models.Q(("first_day__month__in", [1, 7]), ("frequency", "halfjaar")),
                                models.Q(("first_day__month__in", [1, 4, 7, 10]), ("frequency", "kwartaal")),
                                _connector="OR",
                            ),
                        ),
                        name="programme_value_of_a_period",
                    ),
                ],
            },
        ),
        run_sql(SQL, "indicators_before"),
        # With a default first: backwards the columns come back before they are filled.
        migrations.AlterField("indicator", "name", models.CharField(default="", max_length=120)),
        migrations.AlterField("indicator", "unit", models.CharField(default="", max_length=20)),
        migrations.RemoveField("indicator", "baseline"),
        migrations.RemoveField("indicator", "name"),
        migrations.RemoveField("indicator", "unit"),
        run_sql(SQL, "indicators"),
    ]
