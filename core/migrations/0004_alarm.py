from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_money_series"),
    ]

    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("topic", models.CharField(max_length=60)),
                ("title", models.CharField(max_length=200)),
                ("text", models.TextField(blank=True, help_text="One finding on each line")),
                ("raised_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(help_text="When it was last found to hold")),
                ("cleared_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cleared_at", None)), fields=("topic",), name="core_alarm_once"
                    )
                ],
            },
        ),
    ]
