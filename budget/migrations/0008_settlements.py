from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("budget", "0007_payments"),
        ("applications", "0003_settled"),
        ("core", "0003_money_series"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Recovery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
                ('established_on', models.DateField(verbose_name='established on')),
                ('due_on', models.DateField(help_text='Six weeks after the letter (Awb 4:87)', null=True, verbose_name='due on')),
                ('limit_on', models.DateField(help_text='Five years after the letter (Awb 4:57)', null=True, verbose_name='collectable until')),
            ],
            options={
                'verbose_name_plural': 'recoveries',
            },
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asks_content', models.BooleanField(help_text='Results against what was promised')),
                ('asks_cost', models.BooleanField(help_text='Cost against the budget')),
                ('due_on', models.DateField(verbose_name='due on')),
                ('state', models.CharField(choices=[('expected', 'Expected'), ('submitted', 'Handed in'), ('returned', 'Given back'), ('checked', 'In order')], default='expected', max_length=10)),
                ('version', models.PositiveIntegerField(default=1, help_text='Goes up with every change')),
                ('summary', models.TextField(blank=True, max_length=5000, verbose_name='summary')),
                ('submitted_at', models.DateTimeField(null=True)),
                ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='account', to='budget.decision')),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='budget.tier')),
            ],
        ),
        migrations.CreateModel(
            name='AccountCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('checked', 'In order'), ('returned', 'Given back')], max_length=10)),
                ('remark', models.TextField(blank=True, max_length=3000)),
                ('result_remarks', models.JSONField(default=dict, help_text='A remark for a promised result, by its primary key')),
                ('at', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='budget.account')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='RecoveryReceipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
                ('received_on', models.DateField(verbose_name='received on')),
                ('booked_at', models.DateTimeField()),
                ('booked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.document')),
                ('recovery', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='budget.recovery')),
            ],
            options={
                'ordering': ['received_on', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ReportedCost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('budgeted', models.DecimalField(decimal_places=2, max_digits=12)),
                ('realised', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='costs', to='budget.account')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applications.budgetitem')),
            ],
            options={
                'ordering': ['item__side', 'item__position', 'year'],
            },
        ),
        migrations.CreateModel(
            name='ReportedResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('achieved', models.CharField(blank=True, max_length=200, verbose_name='achieved')),
                ('explanation', models.TextField(blank=True, max_length=1500, verbose_name='explanation')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='results', to='budget.account')),
                ('promised_result', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applications.promisedresult')),
            ],
            options={
                'ordering': ['promised_result__position'],
            },
        ),
        migrations.CreateModel(
            name='Settlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('kind', models.CharField(choices=[('as_granted', 'As granted'), ('lower', 'Lower than granted'), ('ex_officio', 'Ex officio')], max_length=12, verbose_name='kind')),
                ('ground', models.CharField(blank=True, choices=[('4:46-2a', 'The activities were not, or not all, carried out (Awb 4:46, 2a)'), ('4:46-2b', 'The obligations were not met (Awb 4:46, 2b)'), ('4:46-2c', 'Incorrect or incomplete data led to the grant (Awb 4:46, 2c)'), ('4:46-2d', 'The grant was wrong and the partner knew or ought to know (Awb 4:46, 2d)'), ('4:47', 'No account came in within the term (Awb 4:47)')], max_length=8, verbose_name='ground')),
                ('reason', models.TextField(max_length=3000, verbose_name='reason')),
                ('hearing_asked_on', models.DateField(null=True)),
                ('hearing_due_on', models.DateField(null=True)),
                ('hearing_view', models.TextField(blank=True, max_length=5000, verbose_name='view')),
                ('hearing_view_on', models.DateField(null=True)),
                ('hearing_skipped', models.TextField(blank=True, max_length=1000, verbose_name='why no view was asked')),
                ('state', models.CharField(choices=[('draft', 'In preparation'), ('hearing', 'View asked'), ('proposed', 'Waits for approval'), ('final', 'Final')], default='draft', max_length=10)),
                ('version', models.PositiveIntegerField(default=1, help_text='Goes up with every change')),
                ('prepared_at', models.DateTimeField()),
                ('approved_at', models.DateTimeField(null=True)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='settlement', to='budget.decision')),
                ('document', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.document')),
                ('prepared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='recovery',
            name='settlement',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='recovery', to='budget.settlement'),
        ),
        migrations.CreateModel(
            name='SettlementAmount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('granted', models.DecimalField(decimal_places=2, max_digits=12)),
                ('settled', models.DecimalField(decimal_places=2, max_digits=12)),
                ('budget_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='budget.budgetline')),
                ('settlement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='amounts', to='budget.settlement')),
            ],
            options={
                'ordering': ['budget_line__year'],
            },
        ),
        migrations.CreateModel(
            name='SettlementLetter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sent_on', models.DateField()),
                ('objection_until', models.DateField()),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.document')),
                ('settlement', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='letter', to='budget.settlement')),
            ],
        ),
        migrations.AddIndex(
            model_name='account',
            index=models.Index(fields=['state', 'due_on'], name='budget_account_by_due'),
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['expected', 'submitted', 'returned', 'checked'])), name='budget_account_state_known'),
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'expected'), ('submitted_at', None), ('submitted_by', None)), models.Q(models.Q(('state', 'expected'), _negated=True), ('submitted_at__isnull', False), ('submitted_by__isnull', False)), _connector='OR'), name='budget_account_submitted_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='accountcheck',
            constraint=models.CheckConstraint(condition=models.Q(('verdict__in', ['checked', 'returned'])), name='budget_check_verdict_known'),
        ),
        migrations.AddConstraint(
            model_name='accountcheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('verdict', 'returned'), _negated=True), models.Q(('remark', ''), _negated=True), _connector='OR'), name='budget_check_return_says_why'),
        ),
        migrations.AddConstraint(
            model_name='recoveryreceipt',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='budget_receipt_above_zero'),
        ),
        migrations.AddConstraint(
            model_name='reportedcost',
            constraint=models.UniqueConstraint(fields=('account', 'item', 'year'), name='budget_reported_cost_once'),
        ),
        migrations.AddConstraint(
            model_name='reportedcost',
            constraint=models.CheckConstraint(condition=models.Q(('budgeted__gte', 0), models.Q(('realised', None), ('realised__gte', 0), _connector='OR')), name='budget_reported_cost_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='reportedresult',
            constraint=models.UniqueConstraint(fields=('account', 'promised_result'), name='budget_reported_result_once'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['as_granted', 'lower', 'ex_officio'])), name='budget_settlement_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'hearing', 'proposed', 'final'])), name='budget_settlement_state_known'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ground', ''), ('kind', 'as_granted')), models.Q(('ground__in', ('4:46-2a', '4:46-2b', '4:46-2c', '4:46-2d')), ('kind', 'lower')), models.Q(('ground', '4:47'), ('kind', 'ex_officio')), _connector='OR'), name='budget_settlement_has_ground'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='budget_settlement_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(('approved_by', models.F('prepared_by')), _negated=True), _connector='OR'), name='budget_settlement_two_signatures'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), ('document__isnull', False), ('state', 'final')), models.Q(models.Q(('state', 'final'), _negated=True), ('approved_at', None), ('approved_by', None), ('document', None)), _connector='OR'), name='budget_settlement_final_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('hearing_asked_on', None), ('hearing_due_on', None), ('hearing_view_on', None)), models.Q(('hearing_asked_on__isnull', False), ('hearing_due_on__gte', models.F('hearing_asked_on'))), _connector='OR'), name='budget_settlement_hearing_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'lower'), ('state__in', ['proposed', 'final']), _negated=True), ('hearing_asked_on__isnull', False), models.Q(('hearing_skipped', ''), _negated=True), _connector='OR'), name='budget_settlement_lower_is_heard'),
        ),
        migrations.AddConstraint(
            model_name='recovery',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='budget_recovery_above_zero'),
        ),
        migrations.AddConstraint(
            model_name='recovery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_on', None), ('limit_on', None)), models.Q(('due_on__isnull', False), ('limit_on__gte', models.F('due_on'))), _connector='OR'), name='budget_recovery_terms_together'),
        ),
        migrations.AddConstraint(
            model_name='settlementamount',
            constraint=models.UniqueConstraint(fields=('settlement', 'budget_line'), name='budget_settlement_amount_once'),
        ),
        migrations.AddConstraint(
            model_name='settlementamount',
            constraint=models.CheckConstraint(condition=models.Q(('settled__gte', 0), ('settled__lte', models.F('granted'))), name='budget_settled_within_granted'),
        ),
        run_sql(SQL, "settlements"),
    ]
