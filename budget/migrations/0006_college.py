from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0003_settled'),
        ('assessment', '0002_handed_in_is_fixed'),
        ('budget', '0005_movements'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Obligation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('text', models.CharField(max_length=400, verbose_name='obligation')),
                ('due_on', models.DateField(null=True, verbose_name='due on')),
            ],
            options={
                'ordering': ['decision', 'position'],
            },
        ),
        migrations.CreateModel(
            name='ObligationCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('met_on', models.DateField(verbose_name='met on')),
                ('remark', models.CharField(blank=True, max_length=500, verbose_name='remark')),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='decision',
            name='room',
            field=models.JSONField(default=list, help_text='For a refusal above the room: what was asked and free, by year (Awb 4:25)'),
        ),
        migrations.CreateModel(
            name='Abstention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, help_text='Of who has no account here', max_length=120, verbose_name='name')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('recorded_at', models.DateTimeField()),
                ('decision_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='abstentions', to='budget.decisionlist')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='abstentions', to='applications.proposal')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['recorded_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('received_on', models.DateField(verbose_name='received on')),
                ('summary', models.TextField(max_length=3000, verbose_name='what the partner objects to')),
                ('committee', models.BooleanField(default=False, verbose_name='an advisory committee hears the partner')),
                ('decide_by', models.DateField(help_text='Awb 7:10', verbose_name='decision at the latest on')),
                ('state', models.CharField(choices=[('open', 'Being handled'), ('decided', 'Decided'), ('withdrawn', 'Withdrawn')], default='open', max_length=10)),
                ('version', models.PositiveIntegerField(default=1, help_text='Goes up with every change')),
                ('outcome', models.CharField(blank=True, choices=[('inadmissible', 'Inadmissible'), ('unfounded', 'Unfounded'), ('partly', 'Partly founded'), ('founded', 'Founded')], max_length=12, verbose_name='outcome')),
                ('explanation', models.TextField(blank=True, max_length=3000, verbose_name='explanation')),
                ('received_at', models.DateTimeField()),
                ('decided_on', models.DateField(null=True)),
                ('withdrawn_on', models.DateField(null=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='budget.decision')),
                ('document', models.ForeignKey(help_text="The partner's letter", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.document')),
                ('prepared_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('received_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('record', models.ForeignKey(help_text='What was entered', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.document')),
            ],
        ),
        migrations.AddField(
            model_name='decision',
            name='objection',
            field=models.OneToOneField(help_text='Why it replaces', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replacement', to='budget.objection'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('replaces', None), models.Q(('ruling', 'hold'), _negated=True), _connector='OR'), name='budget_replacement_is_not_held'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('objection', None), ('replaces__isnull', False), _connector='OR'), name='budget_objection_has_replaced'),
        ),
        migrations.AddField(
            model_name='obligation',
            name='decision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='obligations', to='budget.decision'),
        ),
        migrations.AddField(
            model_name='obligationcheck',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='obligationcheck',
            name='obligation',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='met', to='budget.obligation'),
        ),
        migrations.AddConstraint(
            model_name='abstention',
            constraint=models.UniqueConstraint(fields=('decision_list', 'proposal', 'member'), name='budget_abstention_once'),
        ),
        migrations.AddConstraint(
            model_name='abstention',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('member__isnull', False), ('name', '')), models.Q(('member', None), models.Q(('name', ''), _negated=True)), _connector='OR'), name='budget_abstention_of_someone'),
        ),
        migrations.AddConstraint(
            model_name='abstention',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='budget_abstention_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'decided', 'withdrawn'])), name='budget_objection_state_known'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'inadmissible', 'unfounded', 'partly', 'founded'])), name='budget_objection_outcome_known'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', ''), ('prepared_by', None)), models.Q(('prepared_by__isnull', False), models.Q(('outcome', ''), _negated=True), models.Q(('explanation', ''), _negated=True)), _connector='OR'), name='budget_objection_prepared_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_by__isnull', False), ('decided_on__isnull', False), ('state', 'decided'), models.Q(('outcome', ''), _negated=True)), models.Q(models.Q(('state', 'decided'), _negated=True), ('decided_by', None), ('decided_on', None)), _connector='OR'), name='budget_objection_decided_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), ('withdrawn_on__isnull', False)), models.Q(models.Q(('state', 'withdrawn'), _negated=True), ('withdrawn_on', None)), _connector='OR'), name='budget_objection_withdrawn_has_date'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('prepared_by')), _negated=True), _connector='OR'), name='budget_objection_two_signatures'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('decision',), name='budget_objection_one_open'),
        ),
        migrations.AddConstraint(
            model_name='obligation',
            constraint=models.UniqueConstraint(fields=('decision', 'position'), name='budget_obligation_once'),
        ),
        migrations.AddConstraint(
            model_name='obligation',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='budget_obligation_says_something'),
        ),
        run_sql(SQL, "college"),
    ]
