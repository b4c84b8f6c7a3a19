from pathlib import Path

from django.db import migrations

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0002_frozen_criteria"),
    ]

    operations = [
        run_sql(SQL, "frozen_criteria_both_ways"),
    ]
