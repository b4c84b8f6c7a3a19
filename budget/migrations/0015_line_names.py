from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """How a budget line is called where the administration shows it."""

    dependencies: ClassVar = [
        ("budget", "0014_progress"),
        ("programme", "0003_criteria_versions"),
    ]

    operations: ClassVar = [
        migrations.AlterModelOptions(
            name="budgetline",
            options={
                "ordering": ["line__position", "year"],
                "verbose_name": "budget line",
                "verbose_name_plural": "budget lines",
            },
        ),
        migrations.AlterField(
            model_name="budgetline",
            name="line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="budget_lines",
                to="programme.line",
                verbose_name="programme line",
            ),
        ),
        migrations.AlterField(
            model_name="budgetline",
            name="year",
            field=models.PositiveSmallIntegerField(verbose_name="year"),
        ),
    ]
