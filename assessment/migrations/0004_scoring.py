from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("assessment", "0003_assigning")]

    operations: ClassVar = []
