from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('budget', '0006_college'),
        ('core', '0003_money_series'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
                ('delimiter', models.CharField(choices=[(';', 'semicolon ;'), (',', 'comma ,'), ('\t', 'tab'), ('|', '|')], default=';', max_length=1, verbose_name='between the columns')),
                ('encoding', models.CharField(choices=[('utf-8-sig', 'UTF-8'), ('cp1252', 'Windows-1252'), ('iso-8859-15', 'ISO 8859-15')], default='utf-8-sig', max_length=12, verbose_name='encoding')),
                ('decimal_sign', models.CharField(choices=[(',', 'comma ,'), ('.', 'point .')], default=',', max_length=1, verbose_name='before the cents')),
                ('date_format', models.CharField(choices=[('%d-%m-%Y', '31-12-2026'), ('%d/%m/%Y', '31/12/2026'), ('%Y-%m-%d', '2026-12-31'), ('%Y%m%d', '20261231')], default='%d-%m-%Y', max_length=10, verbose_name='date')),
                ('paid_is_negative', models.BooleanField(default=False, verbose_name='what was paid has a minus')),
                ('reference_column', models.CharField(max_length=80, verbose_name='column of the reference')),
                ('amount_column', models.CharField(max_length=80, verbose_name='column of the amount')),
                ('date_column', models.CharField(max_length=80, verbose_name='column of the date')),
                ('line_column', models.CharField(blank=True, max_length=80, verbose_name='column of the programme line')),
                ('year_column', models.CharField(blank=True, max_length=80, verbose_name='column of the budget year')),
                ('description_column', models.CharField(blank=True, max_length=80, verbose_name='column of the description')),
            ],
            options={
                'verbose_name': 'import mapping',
                'verbose_name_plural': 'import mappings',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('delimiter', models.F('decimal_sign')), _negated=True), name='budget_mapping_signs_differ'), models.CheckConstraint(condition=models.Q(('delimiter__in', [';', ',', '\t', '|'])), name='budget_mapping_delimiter_known')],
            },
        ),
        migrations.CreateModel(
            name='PaymentBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('state', models.CharField(choices=[('made', 'Made'), ('sent', 'Sent to the bank'), ('done', 'Settled by the bank')], default='made', max_length=10)),
                ('total', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='total')),
                ('count', models.PositiveIntegerField(verbose_name='number of payments')),
                ('csv', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.document')),
                ('sepa', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.document')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_at', models.DateTimeField()),
                ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sent_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['made', 'sent', 'done'])), name='budget_batch_state_known'), models.CheckConstraint(condition=models.Q(('count__gt', 0), ('total__gt', 0)), name='budget_batch_not_empty'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at', None), ('sent_by', None), models.Q(('state', 'sent'), _negated=True)), models.Q(('sent_at__isnull', False), ('sent_by__isnull', False), models.Q(('state', 'made'), _negated=True)), _connector='OR'), name='budget_batch_sent_by_someone')],
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='budget.decision')),
                ('budget_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='budget.budgetline')),
                ('kind', models.CharField(choices=[('advance', 'Advance'), ('final', 'Final payment')], max_length=10)),
                ('position', models.PositiveSmallIntegerField(help_text='Counts the payments of the decision from 1')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
                ('trigger', models.CharField(choices=[('grant', 'When the decision is sent'), ('date', 'On a date'), ('report', 'When an interim report is approved')], max_length=10, verbose_name='due')),
                ('due_on', models.DateField(help_text='None: nobody approved the interim report yet', null=True, verbose_name='not before')),
                ('released_at', models.DateTimeField(null=True)),
                ('released_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('ordered', 'On a payment order'), ('sent', 'Sent to the bank'), ('booked', 'Paid and booked'), ('cancelled', 'Cancelled')], default='planned', max_length=10)),
                ('batch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='budget.paymentbatch')),
                ('beneficiary_name', models.CharField(blank=True, max_length=200)),
                ('beneficiary_iban', models.CharField(blank=True, max_length=34)),
                ('entry', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payment', to='budget.ledgerentry')),
                ('booked_on', models.DateField(help_text="The bank's own date", null=True, verbose_name='paid on')),
            ],
            options={
                'ordering': ['decision_id', 'position'],
                'indexes': [models.Index(fields=['state', 'due_on'], name='budget_payment_by_state')],
                'constraints': [models.UniqueConstraint(fields=('decision', 'position'), name='budget_payment_once'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='budget_payment_above_zero'), models.CheckConstraint(condition=models.Q(('kind__in', ['advance', 'final'])), name='budget_payment_kind_known'), models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'ordered', 'sent', 'booked', 'cancelled'])), name='budget_payment_state_known'), models.CheckConstraint(condition=models.Q(('trigger__in', ['grant', 'date', 'report'])), name='budget_payment_trigger_known'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state__in', ('ordered', 'sent', 'booked')), _negated=True), models.Q(('batch__isnull', False), ('due_on__isnull', False), models.Q(('beneficiary_iban', ''), _negated=True), models.Q(('beneficiary_name', ''), _negated=True)), _connector='OR'), models.Q(models.Q(('state', 'planned'), _negated=True), ('batch', None), _connector='OR')), name='budget_payment_exported_is_whole'), models.CheckConstraint(condition=models.Q(models.Q(('booked_on__isnull', False), ('entry__isnull', False), ('state', 'booked')), models.Q(models.Q(('state', 'booked'), _negated=True), ('booked_on', None), ('entry', None)), _connector='OR'), name='budget_payment_booked_has_entry'), models.CheckConstraint(condition=models.Q(models.Q(('trigger', 'report'), _negated=True), models.Q(('due_on', None), ('released_at', None), ('released_by', None)), models.Q(('due_on__isnull', False), ('released_at__isnull', False), ('released_by__isnull', False)), _connector='OR'), name='budget_payment_report_is_released')],
            },
        ),
        migrations.CreateModel(
            name='PaymentImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.document')),
                ('sha256', models.CharField(max_length=64)),
                ('mapping', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='budget.importmapping')),
                ('count', models.PositiveIntegerField()),
                ('total', models.DecimalField(decimal_places=2, max_digits=12)),
                ('imported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('imported_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(fields=('sha256',), name='budget_payment_import_once'), models.CheckConstraint(condition=models.Q(('count__gt', 0), ('total__gt', 0)), name='budget_payment_import_not_empty')],
            },
        ),
        run_sql(SQL, "payments"),
    ]
