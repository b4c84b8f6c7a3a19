from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("reporting", "0005_retention")]

    operations: ClassVar = []
