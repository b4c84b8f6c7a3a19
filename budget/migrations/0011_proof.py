from pathlib import Path

from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("budget", "0010_reconciliation"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProofRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("entries", models.PositiveIntegerField()),
                ("findings", models.PositiveIntegerField()),
                ("head", models.CharField(max_length=64)),
                ("heads", models.JSONField(default=dict)),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("head__regex", "^[0-9a-f]{64}$")), name="budget_proof_head"
                    )
                ],
            },
        ),
        run_sql(SQL, "proof"),
    ]
