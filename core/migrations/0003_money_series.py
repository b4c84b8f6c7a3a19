from pathlib import Path

from django.db import migrations

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_append_only"),
    ]

    operations = [
        run_sql(SQL, "money_series"),
    ]
