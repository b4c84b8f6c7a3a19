import django.contrib.postgres.fields
import django.db.models.deletion
from pathlib import Path

from django.conf import settings
from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0008_attachments"),
        ("core", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Outage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField()),
                ('what', models.TextField(max_length=1000)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-began_at'],
            },
        ),
        migrations.CreateModel(
            name='MovedClosing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('closed_on', models.DateField()),
                ('closes_on', models.DateField()),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moved_closings', to='applications.call')),
                ('outage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moved_closings', to='applications.outage')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='SupplementRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(help_text='1 is the first request about a proposal')),
                ('points', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), help_text='Points of the checklist that are not in order', size=None)),
                ('steps', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), help_text='Steps of the form that open for the partner', size=None)),
                ('text', models.TextField(max_length=3000)),
                ('asked_at', models.DateTimeField()),
                ('due_on', models.DateField(help_text='The last day of the term, until 24:00 in Amsterdam')),
                ('before', models.JSONField(help_text='The rows of the proposal as they were, to put back what was not handed in')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='supplement_requests', to='applications.proposal')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Supplement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answer', models.TextField(max_length=2000)),
                ('received_at', models.DateTimeField()),
                ('content', models.JSONField()),
                ('content_sha256', models.CharField(max_length=64)),
                ('handed_in_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='supplement', to='applications.supplementrequest')),
            ],
            options={
                'ordering': ['request__number'],
            },
        ),
        migrations.CreateModel(
            name='NotProcessed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(max_length=3000)),
                ('decided_on', models.DateField()),
                ('decided_at', models.DateTimeField()),
                ('term_ended_on', models.DateField()),
                ('last_day', models.DateField(help_text='Four weeks after the term, or after the supplement (Awb 4:5)')),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='not_processed', to='applications.proposal')),
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applications.supplementrequest')),
            ],
        ),
        migrations.CreateModel(
            name='Suspension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(help_text='The day after the request')),
                ('resumes_on', models.DateField(help_text='The day of completion, or the day after the term')),
                ('ended', models.CharField(choices=[('supplied', 'The supplement was received'), ('term_passed', 'The term passed'), ('withdrawn', 'The proposal was withdrawn')], max_length=12)),
                ('closed_at', models.DateTimeField()),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='suspensions', to='applications.proposal')),
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='suspension', to='applications.supplementrequest')),
            ],
            options={
                'ordering': ['starts_on', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Extension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weeks', models.PositiveSmallIntegerField()),
                ('weeks_most', models.PositiveSmallIntegerField(help_text='What the call allowed')),
                ('reason', models.TextField(max_length=1000)),
                ('extended_at', models.DateTimeField()),
                ('told_on', models.DateField()),
                ('decide_by_before', models.DateField()),
                ('decide_by', models.DateField()),
                ('extended_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='extension', to='applications.proposal')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('weeks__gte', 1), ('weeks__lte', models.F('weeks_most'))), name='applications_extension_weeks'), models.CheckConstraint(condition=models.Q(('told_on__lte', models.F('decide_by_before'))), name='applications_extension_in_time'), models.CheckConstraint(condition=models.Q(('decide_by__gt', models.F('decide_by_before'))), name='applications_extension_lengthens')],
            },
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__gt', models.F('began_at'))), name='applications_outage_order'),
        ),
        migrations.AddConstraint(
            model_name='movedclosing',
            constraint=models.UniqueConstraint(fields=('outage', 'call'), name='applications_closing_moved_once'),
        ),
        migrations.AddConstraint(
            model_name='movedclosing',
            constraint=models.CheckConstraint(condition=models.Q(('closes_on__gt', models.F('closed_on'))), name='applications_closing_moves_later'),
        ),
        migrations.AddConstraint(
            model_name='supplementrequest',
            constraint=models.UniqueConstraint(fields=('proposal', 'number'), name='applications_supplement_number_once'),
        ),
        migrations.AddConstraint(
            model_name='supplementrequest',
            constraint=models.CheckConstraint(condition=models.Q(('points__len__gt', 0)), name='applications_supplement_asks_points'),
        ),
        migrations.AddConstraint(
            model_name='supplement',
            constraint=models.CheckConstraint(condition=models.Q(('content_sha256__regex', '^[0-9a-f]{64}$')), name='applications_supplement_sha256'),
        ),
        migrations.AddConstraint(
            model_name='notprocessed',
            constraint=models.CheckConstraint(condition=models.Q(('decided_on__gt', models.F('term_ended_on'))), name='applications_not_processed_after_term'),
        ),
        migrations.AddConstraint(
            model_name='notprocessed',
            constraint=models.CheckConstraint(condition=models.Q(('decided_on__lte', models.F('last_day'))), name='applications_not_processed_in_time'),
        ),
        migrations.AddConstraint(
            model_name='suspension',
            constraint=models.CheckConstraint(condition=models.Q(('resumes_on__gte', models.F('starts_on'))), name='applications_suspension_order'),
        ),
        run_sql(SQL, "clock"),
    ]
