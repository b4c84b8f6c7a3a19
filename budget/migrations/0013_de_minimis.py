from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0013_search"),
        ("budget", "0012_adopted_once"),
        ("core", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeMinimisGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kvk_numbers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8),
                        default=list,
                        help_text="Of the undertaking",
                        size=None,
                    ),
                ),
                ("granted_on", models.DateField()),
                (
                    "declared",
                    models.DecimalField(decimal_places=2, help_text="By others, in three years", max_digits=12),
                ),
                (
                    "granted_before",
                    models.DecimalField(decimal_places=2, help_text="By this fund, in three years", max_digits=12),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="de_minimis",
                        to="budget.decision",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "amount__lte",
                                models.expressions.CombinedExpression(
                                    models.expressions.CombinedExpression(
                                        models.Value(300000), "-", models.F("declared")
                                    ),
                                    "-",
                                    models.F("granted_before"),
                                ),
                            )
                        ),
                        name="budget_de_minimis_within_ceiling",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("declared__gte", 0), ("granted_before__gte", 0)),
                        name="budget_de_minimis_not_negative",
                    ),
                ],
            },
        ),
        run_sql(SQL, "de_minimis"),
    ]
