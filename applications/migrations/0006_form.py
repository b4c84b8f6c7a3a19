from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0005_supplement_and_withdrawal"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FieldVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=40)),
                ("number", models.PositiveIntegerField()),
                ("value", models.JSONField(null=True)),
                ("at", models.DateTimeField()),
                ("key", models.UUIDField(help_text="By which the page that sent it knows its own save again", null=True)),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("proposal", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="field_versions", to="applications.proposal")),
            ],
            options={
                "ordering": ["field", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("proposal", "field", "number"), name="applications_field_version_once"),
                    models.CheckConstraint(condition=models.Q(("number__gt", 0)), name="applications_field_version_counts"),
                ],
            },
        ),
        run_sql(SQL, "field_versions"),
    ]
