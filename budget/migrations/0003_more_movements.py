from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0002_frozen_content'),
        ('assessment', '0002_handed_in_is_fixed'),
        ('budget', '0002_ledger'),
        ('core', '0003_money_series'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        run_sql(SQL, "make_way"),
        migrations.CreateModel(
            name='Instalment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='position')),
                ('share', models.PositiveSmallIntegerField(verbose_name='share of the advances, percent')),
                ('trigger', models.CharField(choices=[('grant', 'When the decision is sent'), ('date', 'On a date'), ('report', 'When an interim report is approved')], max_length=10, verbose_name='due')),
                ('months', models.PositiveSmallIntegerField(default=0, help_text='After the start of the year or of the activity, whichever is later', verbose_name='months')),
            ],
            options={
                'ordering': ['tier', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Tier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('from_amount', models.DecimalField(decimal_places=2, max_digits=12, unique=True, verbose_name='from this amount')),
                ('advance_percentage', models.PositiveSmallIntegerField(verbose_name='paid in advance, percent')),
                ('settles_at_once', models.BooleanField(default=False, verbose_name='settled together with the grant')),
                ('accounts_for_content', models.BooleanField(default=True, verbose_name='accounts for results')),
                ('accounts_for_cost', models.BooleanField(default=True, verbose_name='accounts for cost')),
                ('report_weeks', models.PositiveSmallIntegerField(default=13, verbose_name='weeks after the end to report')),
                ('confirmed', models.BooleanField(default=False, verbose_name='confirmed by the municipality')),
            ],
            options={
                'verbose_name': 'tier',
                'verbose_name_plural': 'tiers',
                'ordering': ['from_amount'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='councildecision',
            name='budget_council_decision_kind',
        ),
        migrations.RemoveConstraint(
            model_name='decision',
            name='budget_ruling_known',
        ),
        migrations.RemoveConstraint(
            model_name='ledgerentry',
            name='budget_entry_kind_known',
        ),
        migrations.RemoveConstraint(
            model_name='ledgerentry',
            name='budget_entry_has_document',
        ),
        migrations.RemoveConstraint(
            model_name='reserve',
            name='budget_reserve_within_original',
        ),
        migrations.AddField(
            model_name='councildecision',
            name='confirmed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='councildecision',
            name='confirmed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='councildecision',
            name='net',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='change of the lines together'),
        ),
        migrations.AddField(
            model_name='councildecision',
            name='reserve_change',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='change of the programme total'),
        ),
        migrations.AddField(
            model_name='councildecision',
            name='state',
            field=models.CharField(choices=[('draft', 'In preparation'), ('entered', 'Waits for confirmation'), ('confirmed', 'Confirmed')], default='draft', max_length=10),
        ),
        migrations.AddField(
            model_name='councildecision',
            name='version',
            field=models.PositiveIntegerField(default=1, help_text='Goes up with every change'),
        ),
        migrations.AddField(
            model_name='councildecision',
            name='year',
            field=models.PositiveSmallIntegerField(help_text='Of the budget that is adopted', null=True, verbose_name='year'),
        ),
        migrations.AddField(
            model_name='decision',
            name='refusal_ground',
            field=models.CharField(blank=True, choices=[('criteria', 'Does not meet the criteria of the programme'), ('scope', 'Contributes to none of the desired results'), ('no_room', 'Above the room of the line and year (Awb 4:25)'), ('4:35-1a', 'The activities will probably not be carried out (Awb 4:35, 1a)'), ('4:35-1b', 'The obligations will probably not be met (Awb 4:35, 1b)'), ('4:35-1c', 'There will probably be no proper account (Awb 4:35, 1c)'), ('4:35-2a', 'Incorrect or incomplete data (Awb 4:35, 2a)'), ('4:35-2b', 'Insolvency or debt rescheduling (Awb 4:35, 2b)')], max_length=10, verbose_name='ground of the refusal'),
        ),
        migrations.AddField(
            model_name='decision',
            name='replaces',
            field=models.OneToOneField(help_text='After an objection', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='budget.decision'),
        ),
        migrations.AddField(
            model_name='decisionamount',
            name='conditional',
            field=models.BooleanField(default=False, help_text='Decided before the council adopted the budget of the year (Awb 4:34)'),
        ),
        migrations.AddField(
            model_name='decisionlist',
            name='decided_on',
            field=models.DateField(null=True, verbose_name='date of the decision'),
        ),
        migrations.AddField(
            model_name='decisionlist',
            name='number',
            field=models.CharField(blank=True, max_length=40, verbose_name="number of the college's decision"),
        ),
        migrations.AlterField(
            model_name='councildecision',
            name='document',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.document'),
        ),
        migrations.AlterField(
            model_name='councildecision',
            name='kind',
            field=models.CharField(choices=[('primitive', 'Primitive budget'), ('amendment', 'Budget amendment'), ('shift', 'Shift between lines'), ('carry_over', 'Carry-over to a later year'), ('programme_total', 'Raising or lowering the programme total'), ('adoption', 'Adoption of the budget of a year')], max_length=16, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='councildecision',
            name='number',
            field=models.CharField(max_length=40, null=True, unique=True, verbose_name='number'),
        ),
        migrations.AlterField(
            model_name='councildecisionamount',
            name='council_decision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='amounts', to='budget.councildecision'),
        ),
        migrations.AlterField(
            model_name='decision',
            name='proposal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='applications.proposal'),
        ),
        migrations.AlterField(
            model_name='decision',
            name='ruling',
            field=models.CharField(choices=[('grant', 'Grant'), ('refuse', 'Refuse'), ('hold', 'Hold')], max_length=10, verbose_name='decision'),
        ),
        migrations.AlterField(
            model_name='ledgerentry',
            name='kind',
            field=models.CharField(choices=[('council_budget', 'Council budget'), ('amendment', 'Budget amendment'), ('carry_out', 'Carried over to another year'), ('carry_in', 'Carried over from another year'), ('grant', 'Grant'), ('conditional_grant', 'Conditional grant'), ('confirmation', 'Condition lapsed: the grant is firm'), ('lapse', 'Condition invoked: the grant lapses'), ('release', 'Release'), ('advance', 'Advance paid'), ('final_payment', 'Paid after settlement'), ('expense', 'Realised'), ('recovery', 'To be paid back')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='tier',
            constraint=models.CheckConstraint(condition=models.Q(('advance_percentage__lte', 100)), name='budget_tier_percentage'),
        ),
        migrations.AddConstraint(
            model_name='tier',
            constraint=models.CheckConstraint(condition=models.Q(('from_amount__gte', 0)), name='budget_tier_amount'),
        ),
        migrations.AddField(
            model_name='instalment',
            name='tier',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='instalments', to='budget.tier'),
        ),
        migrations.AddConstraint(
            model_name='instalment',
            constraint=models.UniqueConstraint(fields=('tier', 'position'), name='budget_instalment_once'),
        ),
        migrations.AddConstraint(
            model_name='instalment',
            constraint=models.CheckConstraint(condition=models.Q(('share__gt', 0), ('share__lte', 100)), name='budget_instalment_share'),
        ),
        migrations.AddConstraint(
            model_name='instalment',
            constraint=models.CheckConstraint(condition=models.Q(('trigger__in', ['grant', 'date', 'report'])), name='budget_instalment_trigger_known'),
        ),
    ]
