from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("programme", "0003_criteria_versions")]

    operations: ClassVar = []
