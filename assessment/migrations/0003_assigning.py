from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("assessment", "0002_handed_in_is_fixed")]

    operations: ClassVar = []
