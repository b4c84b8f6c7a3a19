from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("applications", "0015_purging")]

    operations: ClassVar = [
        migrations.RemoveIndex(model_name="proposal", name="applications_by_state"),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(fields=["state", "line", "id"], name="applications_by_state"),
        ),
    ]
