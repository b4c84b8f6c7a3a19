from pathlib import Path

from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("budget", "0004_what_was_decided"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='councildecision',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['primitive', 'amendment', 'shift', 'carry_over', 'programme_total', 'adoption'])), name='budget_council_decision_kind'),
        ),
        migrations.AddConstraint(
            model_name='councildecision',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'entered', 'confirmed'])), name='budget_council_decision_state'),
        ),
        migrations.AddConstraint(
            model_name='councildecision',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_by', None), models.Q(('confirmed_by', models.F('entered_by')), _negated=True), _connector='OR'), name='budget_council_two_signatures'),
        ),
        migrations.AddConstraint(
            model_name='councildecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', False), ('document__isnull', False), ('number__isnull', False), ('state', 'confirmed')), models.Q(models.Q(('state', 'confirmed'), _negated=True), ('confirmed_at', None), ('confirmed_by', None)), _connector='OR'), name='budget_council_confirmed_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='councildecision',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'draft'), models.Q(('document__isnull', False), ('number__isnull', False)), _connector='OR'), name='budget_council_entered_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='councildecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'adoption'), ('net', 0), ('reserve_change', 0), ('year__isnull', False)), models.Q(models.Q(('kind', 'adoption'), _negated=True), ('year', None)), _connector='OR'), name='budget_council_year_of_adoption'),
        ),
        migrations.AddConstraint(
            model_name='councildecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['shift', 'carry_over']), _negated=True), ('net', 0), _connector='OR'), name='budget_council_moves_are_neutral'),
        ),
        migrations.AddConstraint(
            model_name='councildecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'programme_total'), models.Q(('reserve_change', 0), _negated=True)), models.Q(models.Q(('kind', 'programme_total'), _negated=True), ('reserve_change', 0)), _connector='OR'), name='budget_council_total_has_own_kind'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('ruling__in', ['grant', 'refuse', 'hold'])), name='budget_ruling_known'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(condition=models.Q(('replaces', None), models.Q(('ruling', 'hold'), _negated=True)), fields=('proposal',), name='budget_decision_once'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('refusal_ground__in', ['criteria', 'scope', 'no_room', '4:35-1a', '4:35-1b', '4:35-1c', '4:35-2a', '4:35-2b']), ('ruling', 'refuse')), models.Q(models.Q(('ruling', 'refuse'), _negated=True), ('refusal_ground', '')), _connector='OR'), name='budget_refusal_has_ground'),
        ),
        migrations.AddConstraint(
            model_name='decisionlist',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), ('decided_on__isnull', False), _connector='OR'), name='budget_list_approved_has_date'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['council_budget', 'amendment', 'carry_out', 'carry_in', 'grant', 'conditional_grant', 'confirmation', 'lapse', 'release', 'advance', 'final_payment', 'expense', 'recovery'])), name='budget_entry_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('council_decision__isnull', False), ('decision', None), ('kind__in', ('council_budget', 'amendment', 'carry_out', 'carry_in'))), models.Q(('council_decision', None), ('decision__isnull', False), ('kind__in', ('grant', 'conditional_grant'))), models.Q(('council_decision', None), ('decision__isnull', False), ('document__isnull', False), ('kind__in', ('confirmation', 'lapse', 'release', 'advance', 'final_payment', 'expense', 'recovery'))), _connector='OR'), name='budget_entry_has_document'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('kind__in', ('amendment', 'expense', 'advance')), _connector='OR'), name='budget_entry_sign'),
        ),
        run_sql(SQL, "movements"),
    ]
