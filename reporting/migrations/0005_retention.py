from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0004_questions"),
        ("accounts", "0002_purging"),
        ("applications", "0015_purging"),
        ("assessment", "0010_purging"),
        ("budget", "0016_purging"),
    ]

    operations = [
        migrations.CreateModel(
            name="PurgeOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("prepared_at", models.DateTimeField()),
                ("files_sha256", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("prepared", "Waits for a second signature"),
                            ("signed", "Signed, to be carried out"),
                            ("done", "Carried out"),
                            ("withdrawn", "Withdrawn order"),
                        ],
                        default="prepared",
                        max_length=10,
                    ),
                ),
                ("signed_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "prepared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PurgeFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("proposal_number", models.PositiveBigIntegerField()),
                (
                    "reference",
                    models.CharField(blank=True, help_text="Empty for a draft that was never sent", max_length=20),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("granted", "Granted and settled"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                            ("not_processed", "Not processed"),
                            ("draft", "Draft that was never sent"),
                        ],
                        max_length=14,
                    ),
                ),
                ("ended_on", models.DateField()),
                ("destroy_from", models.DateField()),
                ("purged_at", models.DateTimeField(null=True)),
                ("paths", models.JSONField(default=list)),
                ("bytes_removed_at", models.DateTimeField(null=True)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="reporting.purgeorder"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="purgeorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["prepared", "signed", "done", "withdrawn"])),
                name="reporting_purge_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="purgeorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("files_sha256__regex", "^[0-9a-f]{64}$")), name="reporting_purge_sha256"
            ),
        ),
        migrations.AddConstraint(
            model_name="purgeorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("signed_by", None),
                    models.Q(("signed_by", models.F("prepared_by")), _negated=True),
                    _connector="OR",
                ),
                name="reporting_purge_two_signatures",
            ),
        ),
        migrations.AddConstraint(
            model_name="purgeorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("done_at", None),
                        ("signed_at", None),
                        ("signed_by", None),
                        ("state", "prepared"),
                        ("withdrawn_by", None),
                    ),
                    models.Q(
                        ("done_at", None),
                        ("signed_at__isnull", False),
                        ("signed_by__isnull", False),
                        ("state", "signed"),
                        ("withdrawn_by", None),
                    ),
                    models.Q(
                        ("done_at__isnull", False),
                        ("signed_at__isnull", False),
                        ("signed_by__isnull", False),
                        ("state", "done"),
                        ("withdrawn_by", None),
                    ),
                    models.Q(("done_at", None), ("state", "withdrawn"), ("withdrawn_by__isnull", False)),
                    _connector="OR",
                ),
                name="reporting_purge_state_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="purgefile",
            constraint=models.UniqueConstraint(fields=("order", "proposal_number"), name="reporting_purge_file_once"),
        ),
        migrations.AddConstraint(
            model_name="purgefile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("purged_at__isnull", False)),
                fields=("proposal_number",),
                name="reporting_purged_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="purgefile",
            constraint=models.CheckConstraint(
                condition=models.Q(("destroy_from__gt", models.F("ended_on"))), name="reporting_purge_is_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="purgefile",
            constraint=models.CheckConstraint(
                condition=models.Q(("bytes_removed_at", None), ("purged_at__isnull", False), _connector="OR"),
                name="reporting_bytes_after_rows",
            ),
        ),
        run_sql(SQL, "retention"),
    ]
