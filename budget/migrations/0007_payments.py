from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("budget", "0006_college"),
    ]

    operations = []
