from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0010_afterwards"),
    ]

    operations = [
        migrations.AddField(
            model_name="call",
            name="supplement_weeks",
            field=models.PositiveSmallIntegerField(default=2, verbose_name="term for a supplement (weeks)"),
        ),
        migrations.AddField(
            model_name="call",
            name="extension_weeks",
            field=models.PositiveSmallIntegerField(default=13, verbose_name="longest extension (weeks)"),
        ),
    ]
