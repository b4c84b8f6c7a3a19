from pathlib import Path

from django.db import migrations

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_initial"),
    ]

    operations = [
        run_sql(SQL, "append_only"),
        run_sql(SQL, "reference_sequences"),
    ]
