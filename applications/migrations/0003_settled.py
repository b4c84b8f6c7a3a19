from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('applications', '0002_frozen_content'),
        ('programme', '0002_frozen_criteria'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='proposal',
            name='applications_state_known',
        ),
        migrations.AlterField(
            model_name='proposal',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Received'), ('in_assessment', 'In assessment'), ('advised', 'Advice ready'), ('listed', 'On a decision list'), ('granted', 'Granted'), ('refused', 'Refused'), ('settled', 'Settled')], default='draft', max_length=20),
        ),
        migrations.AlterField(
            model_name='statechange',
            name='from_state',
            field=models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Received'), ('in_assessment', 'In assessment'), ('advised', 'Advice ready'), ('listed', 'On a decision list'), ('granted', 'Granted'), ('refused', 'Refused'), ('settled', 'Settled')], max_length=20),
        ),
        migrations.AlterField(
            model_name='statechange',
            name='to_state',
            field=models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Received'), ('in_assessment', 'In assessment'), ('advised', 'Advice ready'), ('listed', 'On a decision list'), ('granted', 'Granted'), ('refused', 'Refused'), ('settled', 'Settled')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'submitted', 'in_assessment', 'advised', 'listed', 'granted', 'refused', 'settled'])), name='applications_state_known'),
        ),
    ]
