from pathlib import Path
from typing import ClassVar

from django.db import migrations

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("applications", "0013_search"),
        ("programme", "0003_criteria_versions"),
    ]

    operations: ClassVar = [
        run_sql(SQL, "adopted_criteria"),
    ]
