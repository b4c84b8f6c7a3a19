from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("budget", "0009_scenarios"),
    ]

    operations = []
