from pathlib import Path

from django.db import migrations

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("budget", "0003_more_movements"),
    ]

    operations = [
        run_sql(SQL, "what_was_decided"),
    ]
