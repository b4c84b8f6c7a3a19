import uuid
from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("applications", "0007_collaboration"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("begroting", "Budget in detail"),
                            ("jaarrekening", "Annual accounts"),
                            ("offerte", "Quotation"),
                            ("plan", "Plan or planning"),
                            ("overig", "Something else"),
                        ],
                        max_length=20,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("extension", models.CharField(max_length=8)),
                ("byte_size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("path", models.CharField(max_length=100, unique=True)),
                ("uploaded_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "Not checked for viruses yet"),
                            ("clean", "Checked: no virus found"),
                            ("refused", "Refused: a virus was found"),
                        ],
                        default="uploaded",
                        max_length=12,
                    ),
                ),
                ("checked_at", models.DateTimeField(null=True)),
                ("malware", models.CharField(blank=True, help_text="What the scanner found", max_length=100)),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="applications.proposal",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["uploaded_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "uploaded")),
                        fields=["uploaded_at"],
                        name="applications_attachment_wait",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("byte_size__gt", 0), ("sha256__regex", "^[0-9a-f]{64}$")),
                        name="applications_attachment_sha256",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("checked_at", None), ("malware", ""), ("state", "uploaded")),
                            models.Q(("checked_at__isnull", False), ("malware", ""), ("state", "clean")),
                            models.Q(
                                ("checked_at__isnull", False),
                                ("state", "refused"),
                                models.Q(("malware", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="applications_attachment_state",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None), models.Q(("state", "refused"), _negated=True)),
                        fields=("proposal", "sha256"),
                        name="applications_attachment_once",
                    ),
                ],
            },
        ),
        run_sql(SQL, "attachments"),
    ]
