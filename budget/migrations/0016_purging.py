from pathlib import Path

from django.db import migrations

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("budget", "0015_line_names"), ("core", "0005_purging")]

    operations = [
        run_sql(SQL, "purging"),
    ]
