import hashlib
import json
from pathlib import Path
from typing import Any, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"
AT_WORK = ("queued", "rendering")


def move_out(apps: Any, schema_editor: Any) -> None:
    """Let what was made of each report be a rendering: a final one when it was ready, and otherwise a concept."""
    reports = apps.get_model("reporting", "Report")
    renderings = apps.get_model("reporting", "Rendering")
    for report in reports.objects.select_related("document").order_by("pk"):
        ready = report.state == "ready"
        if report.figures is not None:
            text = json.dumps(report.figures, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            report.figures_sha256 = hashlib.sha256(text.encode()).hexdigest()
        rendering = renderings(
            report=report,
            purpose="final" if ready else "concept",
            # A worker that is at it knows nothing of renderings: it waits again.
            state="queued" if report.state in AT_WORK else report.state,
            progress=100 if ready else 0,
            step=report.step if report.state == "failed" else "",
            document=report.document,
            requested_by_id=report.requested_by_id,
            requested_at=report.requested_at,
            attempts=0 if report.state == "queued" else 1,
            finished_at=None if report.state in AT_WORK else report.requested_at,
        )
        if ready:
            report.stage, report.finalised_at = "final", report.document.rendered_at
            rendering.finished_at = report.finalised_at
        rendering.save()
        report.save(update_fields=["figures_sha256", "stage", "finalised_at"])
    # Nobody handles these messages any more: the renderings wait by themselves.
    messages = apps.get_model("core", "OutboxMessage")
    messages.objects.filter(topic="reporting.render", done_at=None).update(done_at=timezone.now())
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def move_back(apps: Any, schema_editor: Any) -> None:
    """Give a report its final rendering back as its own, or how far its newest one was."""
    for report in apps.get_model("reporting", "Report").objects.order_by("pk"):
        found = sorted(report.renderings.all(), key=lambda one: (one.requested_at, one.pk))
        finals = [one for one in found if one.purpose == "final" and one.state == "ready"]
        if finals:
            report.state, report.progress, report.document_id = "ready", 100, finals[0].document_id
        else:
            report.state = "failed"
        report.save(update_fields=["state", "progress", "document"])
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("core", "0001_initial"),
        ("reporting", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.RemoveConstraint(
            model_name='report',
            name='reporting_ready_has_document',
        ),
        migrations.RemoveConstraint(
            model_name='report',
            name='reporting_progress_is_percentage',
        ),
        migrations.CreateModel(
            name='Rendering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('concept', 'Concept'), ('final', 'Final')], max_length=10)),
                ('state', models.CharField(choices=[('queued', 'Waiting'), ('rendering', 'Being made'), ('ready', 'Ready'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='queued', max_length=10)),
                ('progress', models.PositiveSmallIntegerField(default=0, help_text='Percent')),
                ('step', models.CharField(blank=True, choices=[('collecting', 'Collecting the figures'), ('drawing', 'Drawing the charts'), ('typesetting', 'Typesetting the pages'), ('storing', 'Storing the report')], max_length=20)),
                ('pages', models.PositiveIntegerField(default=0)),
                ('content_sha256', models.CharField(blank=True, max_length=64)),
                ('requested_at', models.DateTimeField()),
                ('claim', models.UUIDField(null=True, unique=True)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('heard_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('finished_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='report',
            name='figures_sha256',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='report',
            name='finalised_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='report',
            name='stage',
            field=models.CharField(choices=[('writing', 'Being written'), ('final', 'Final')], default='writing', max_length=10),
        ),
        migrations.AddField(
            model_name='rendering',
            name='document',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rendering', to='core.document'),
        ),
        migrations.AddField(
            model_name='rendering',
            name='report',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='renderings', to='reporting.report'),
        ),
        migrations.AddField(
            model_name='rendering',
            name='requested_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='rendering',
            index=models.Index(condition=models.Q(('state', 'queued')), fields=['requested_at', 'id'], name='reporting_rendering_due'),
        ),
        migrations.AddConstraint(
            model_name='rendering',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ['concept', 'final'])), name='reporting_purpose_known'),
        ),
        migrations.AddConstraint(
            model_name='rendering',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'rendering', 'ready', 'failed', 'cancelled'])), name='reporting_rendering_state'),
        ),
        migrations.AddConstraint(
            model_name='rendering',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('document__isnull', False), ('progress', 100), ('state', 'ready')), models.Q(models.Q(('state', 'ready'), _negated=True), ('document__isnull', True)), _connector='OR'), name='reporting_ready_has_document'),
        ),
        migrations.AddConstraint(
            model_name='rendering',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('claim__isnull', False), ('claimed_at__isnull', False), ('heard_at__isnull', False), ('state', 'rendering')), models.Q(models.Q(('state', 'rendering'), _negated=True), ('claim__isnull', True)), _connector='OR'), name='reporting_at_work_is_claimed'),
        ),
        migrations.AddConstraint(
            model_name='rendering',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('state__in', ('queued', 'rendering'))), models.Q(models.Q(('state__in', ('queued', 'rendering')), _negated=True), ('finished_at__isnull', False)), _connector='OR'), name='reporting_ended_has_moment'),
        ),
        migrations.AddConstraint(
            model_name='rendering',
            constraint=models.CheckConstraint(condition=models.Q(('progress__lte', 100)), name='reporting_progress_is_percentage'),
        ),
        migrations.AddConstraint(
            model_name='rendering',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('queued', 'rendering'))), fields=('report', 'purpose'), name='reporting_one_at_work'),
        ),
        migrations.AddConstraint(
            model_name='rendering',
            constraint=models.UniqueConstraint(condition=models.Q(('purpose', 'final'), ('state', 'ready')), fields=('report',), name='reporting_one_final'),
        ),
        migrations.RunPython(move_out, move_back),
        migrations.RemoveField(
            model_name='report',
            name='document',
        ),
        migrations.RemoveField(
            model_name='report',
            name='progress',
        ),
        migrations.RemoveField(
            model_name='report',
            name='state',
        ),
        migrations.RemoveField(
            model_name='report',
            name='step',
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('stage__in', ['writing', 'final'])), name='reporting_stage_known'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('figures__isnull', True), ('figures_sha256', ''), ('ledger_head', '')), models.Q(('figures__isnull', False), ('figures_sha256__regex', '^[0-9a-f]{64}$'), ('ledger_head__regex', '^[0-9a-f]{64}$')), _connector='OR'), name='reporting_figures_are_sealed'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finalised_at__isnull', True), ('stage', 'writing')), models.Q(('figures__isnull', False), ('finalised_at__isnull', False), ('stage', 'final')), _connector='OR'), name='reporting_final_has_figures_and_moment'),
        ),
        run_sql(SQL, "renderings"),
    ]
