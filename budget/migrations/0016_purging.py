from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("budget", "0015_line_names")]

    operations: ClassVar = []
