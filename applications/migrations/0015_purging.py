from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("applications", "0014_adopted_criteria")]

    operations: ClassVar = []
