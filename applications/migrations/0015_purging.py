from pathlib import Path

from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("applications", "0014_adopted_criteria"), ("core", "0005_purging")]

    operations = [
        migrations.AddField("proposal", "purged_at", models.DateTimeField(editable=False, null=True)),
        run_sql(SQL, "purging"),
    ]
