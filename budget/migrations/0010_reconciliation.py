from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('budget', '0009_scenarios'),
        ('core', '0003_money_series'),
    ]

    operations = [
        migrations.CreateModel(
            name='Reconciliation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.document')),
                ('sha256', models.CharField(max_length=64)),
                ('mapping', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='budget.importmapping')),
                ('period_from', models.DateField(verbose_name='first day')),
                ('period_until', models.DateField(verbose_name='last day')),
                ('last_entry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='budget.ledgerentry')),
                ('imported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('imported_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('period_until__gte', models.F('period_from'))), name='budget_reconciliation_period'), models.UniqueConstraint(fields=('sha256', 'period_from', 'period_until', 'last_entry'), name='budget_reconciliation_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='ReconciliationRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reconciliation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='budget.reconciliation')),
                ('outcome', models.CharField(choices=[('1_amount', 'The amounts differ'), ('2_theirs', 'Only in the finance package'), ('3_ours', 'Only in our books'), ('4_matched', 'Agrees')], max_length=16)),
                ('budget_line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='budget.budgetline')),
                ('number', models.PositiveIntegerField(help_text='Of the line in the file, from 1', null=True)),
                ('reference', models.CharField(blank=True, max_length=80)),
                ('description', models.CharField(blank=True, max_length=200)),
                ('on', models.DateField(null=True)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ('entry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='budget.ledgerentry')),
                ('our_amount', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
            ],
            options={
                'ordering': ['reconciliation', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('reconciliation', 'entry'), name='budget_reconciliation_entry_once'), models.UniqueConstraint(fields=('reconciliation', 'number'), name='budget_reconciliation_line_once'), models.CheckConstraint(condition=models.Q(models.Q(('amount', models.F('our_amount')), ('entry__isnull', False), ('number__isnull', False), ('outcome', '4_matched')), models.Q(('entry__isnull', False), ('number__isnull', False), ('outcome', '1_amount'), models.Q(('amount', models.F('our_amount')), _negated=True)), models.Q(('entry', None), ('number__isnull', False), ('our_amount', None), ('outcome', '2_theirs')), models.Q(('amount', None), ('entry__isnull', False), ('number', None), ('outcome', '3_ours')), _connector='OR'), name='budget_reconciliation_outcome')],
            },
        ),
        migrations.CreateModel(
            name='Explanation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='explanations', to='budget.reconciliationrow')),
                ('text', models.TextField(max_length=1000, verbose_name='explanation')),
                ('settled', models.BooleanField(default=False, verbose_name='settled')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='budget_explanation_says')],
            },
        ),
        run_sql(SQL, "reconciliation"),
    ]
