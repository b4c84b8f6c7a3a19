from django.db import migrations, models


class Migration(migrations.Migration):
    """Find the last entry of a line before a moment without reading the others."""

    dependencies = [("budget", "0016_purging")]

    operations = [
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(fields=["budget_line", "booked_at", "sequence"], name="budget_entry_by_line"),
        ),
    ]
