from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("programme", "0004_indicators")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="line",
            name="task_field",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Code and name in Iv3, such as 8.3 Wonen en bouwen",
                max_length=80,
                verbose_name="task field",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="line",
            name="task_field_confirmed",
            field=models.BooleanField(default=False, verbose_name="task field confirmed by Hengelo"),
        ),
    ]
