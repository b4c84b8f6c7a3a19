from pathlib import Path
from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("core", "0002_append_only"),
        ("reporting", "0002_renderings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name='ReportSignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('programme_manager', 'Programme manager'), ('financial_adviser', 'Financial adviser')], max_length=20, verbose_name='role')),
                ('at', models.DateTimeField()),
                ('content_sha256', models.CharField(max_length=64)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='reporting.report')),
            ],
            options={
                'verbose_name': 'signature under a report',
                'verbose_name_plural': 'signatures under reports',
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['programme_manager', 'financial_adviser'])), name='reporting_signer_known'), models.CheckConstraint(condition=models.Q(('content_sha256__regex', '^[0-9a-f]{64}$')), name='reporting_signature_sha256'), models.UniqueConstraint(fields=('report', 'content_sha256', 'role'), name='reporting_role_signs_once'), models.UniqueConstraint(fields=('report', 'content_sha256', 'by'), name='reporting_person_signs_once')],
            },
        ),
        migrations.CreateModel(
            name='ReportText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('section', models.SlugField(max_length=40, verbose_name='section')),
                ('number', models.PositiveIntegerField(verbose_name='version')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('written_at', models.DateTimeField()),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='texts', to='reporting.report')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'text of a report',
                'verbose_name_plural': 'texts of reports',
                'constraints': [models.UniqueConstraint(fields=('report', 'section', 'number'), name='reporting_text_version_once'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='reporting_text_counts_from_one')],
            },
        ),
        run_sql(SQL, "writing"),
    ]
