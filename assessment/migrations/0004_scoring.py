from pathlib import Path
from typing import ClassVar

from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"
KEY = "By which the page that sent it knows its own save again"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("assessment", "0003_assigning"), ("programme", "0002_frozen_criteria")]

    operations: ClassVar = [
        migrations.RemoveConstraint(model_name="interestdeclaration", name="assessment_declared_once"),
        migrations.AddConstraint(
            model_name="interestdeclaration",
            constraint=models.UniqueConstraint(
                fields=("proposal", "person", "has_interest"), name="assessment_declared_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="interestdeclaration",
            constraint=models.CheckConstraint(
                condition=models.Q(("has_interest", False), models.Q(("explanation", ""), _negated=True), _connector="OR"),
                name="assessment_interest_explained",
            ),
        ),
        migrations.AddField("assessment", "gate_version", models.PositiveIntegerField(default=0)),
        migrations.AddField("assessment", "gate_reason_version", models.PositiveIntegerField(default=0)),
        migrations.AddField("assessment", "gate_key", models.UUIDField(help_text=KEY, null=True)),
        migrations.AddField("assessment", "gate_reason_key", models.UUIDField(null=True)),
        migrations.AddField("score", "points_version", models.PositiveIntegerField(default=0)),
        migrations.AddField("score", "reason_version", models.PositiveIntegerField(default=0)),
        migrations.AddField("score", "points_key", models.UUIDField(help_text=KEY, null=True)),
        migrations.AddField("score", "reason_key", models.UUIDField(null=True)),
        run_sql(SQL, "scoring"),
    ]
