from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("assessment", "0010_purging")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="advice",
            index=models.Index(
                condition=models.Q(taken_back_at=None, outcome__in=("positive", "conditional")),
                fields=["proposal", "id"],
                name="assessment_advised_for",
            ),
        ),
    ]
