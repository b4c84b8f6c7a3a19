from pathlib import Path

from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("core", "0004_alarm")]

    operations = [
        migrations.AddField("document", "purged_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("document", "purge_order", models.PositiveIntegerField(editable=False, null=True)),
        migrations.AddConstraint(
            "document",
            models.CheckConstraint(
                condition=models.Q(purged_at=None, purge_order=None)
                | models.Q(purged_at__isnull=False, purge_order__isnull=False),
                name="core_document_purged_by_order",
            ),
        ),
        run_sql(SQL, "purging"),
    ]
