from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("budget", "0011_proof")]

    operations = [
        migrations.AddConstraint(
            model_name="councildecision",
            constraint=models.UniqueConstraint(fields=["year"], name="budget_council_year_adopted_once"),
        ),
    ]
