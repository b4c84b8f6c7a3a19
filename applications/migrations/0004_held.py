from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0003_settled'),
    ]

    operations = [
        migrations.AddField(
            model_name='statechange',
            name='held',
            field=models.BooleanField(default=False, help_text='The college looked at it and decided to wait'),
        ),
    ]
