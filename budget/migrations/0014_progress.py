from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("budget", "0013_de_minimis"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ProgressReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(help_text='1 is the first, a report that was completed gets the next')),
                ('done', models.TextField(max_length=4000, verbose_name='what was done')),
                ('coming', models.TextField(max_length=4000, verbose_name='what comes')),
                ('pace', models.CharField(choices=[('on_time', 'As planned'), ('late', 'Later than planned, but it will be done'), ('stuck', 'Something is in the way: part of it may not be done')], max_length=10, verbose_name='how it goes')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('obligation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='progress_reports', to='budget.obligation')),
            ],
            options={
                'ordering': ['obligation', 'number'],
            },
        ),
        migrations.CreateModel(
            name='ProgressCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('checked', 'In order'), ('returned', 'Given back')], max_length=10)),
                ('remark', models.TextField(blank=True, max_length=2000)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='check_made', to='budget.progressreport')),
            ],
        ),
        migrations.AddConstraint(
            model_name='progressreport',
            constraint=models.UniqueConstraint(fields=('obligation', 'number'), name='budget_progress_number_once'),
        ),
        migrations.AddConstraint(
            model_name='progressreport',
            constraint=models.CheckConstraint(condition=models.Q(('pace__in', ['on_time', 'late', 'stuck'])), name='budget_progress_pace_known'),
        ),
        migrations.AddConstraint(
            model_name='progressreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done', ''), _negated=True), models.Q(('coming', ''), _negated=True)), name='budget_progress_says_something'),
        ),
        migrations.AddConstraint(
            model_name='progresscheck',
            constraint=models.CheckConstraint(condition=models.Q(('verdict__in', ['checked', 'returned'])), name='budget_progress_verdict_known'),
        ),
        migrations.AddConstraint(
            model_name='progresscheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('verdict', 'returned'), _negated=True), models.Q(('remark', ''), _negated=True), _connector='OR'), name='budget_progress_return_says_why'),
        ),
        run_sql(SQL, "progress"),
    ]
