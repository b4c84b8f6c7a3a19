import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("budget", "0008_settlements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Scenario",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1, help_text="Goes up with every change")),
                (
                    "goal",
                    models.CharField(
                        blank=True,
                        choices=[("score", "The highest total score"), ("results", "The most desired results")],
                        max_length=10,
                    ),
                ),
                ("least_percentage", models.PositiveSmallIntegerField(default=100, help_text="100: all-or-nothing")),
                (
                    "finding",
                    models.JSONField(help_text="What the search for the best set said when it was done", null=True),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ScenarioItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("included", models.BooleanField(default=False)),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="applications.proposal"
                    ),
                ),
                (
                    "scenario",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="budget.scenario"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ScenarioAmount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField()),
                ("requested", models.DecimalField(decimal_places=2, max_digits=12)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="amounts", to="budget.scenarioitem"
                    ),
                ),
            ],
            options={
                "ordering": ["year"],
            },
        ),
        migrations.AddConstraint(
            model_name="scenario",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="budget_scenario_has_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="scenario",
            constraint=models.CheckConstraint(
                condition=models.Q(("goal", ""), ("goal__in", ["score", "results"]), _connector="OR"),
                name="budget_scenario_goal_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="scenario",
            constraint=models.CheckConstraint(
                condition=models.Q(("least_percentage__gte", 1), ("least_percentage__lte", 100)),
                name="budget_scenario_least_is_share",
            ),
        ),
        migrations.AddConstraint(
            model_name="scenario",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finding__isnull", True), ("goal", "")),
                    models.Q(models.Q(("goal", ""), _negated=True), ("finding__isnull", False)),
                    _connector="OR",
                ),
                name="budget_scenario_finding_has_goal",
            ),
        ),
        migrations.AddConstraint(
            model_name="scenarioitem",
            constraint=models.UniqueConstraint(fields=("scenario", "proposal"), name="budget_scenario_item_once"),
        ),
        migrations.AddConstraint(
            model_name="scenarioamount",
            constraint=models.UniqueConstraint(fields=("item", "year"), name="budget_scenario_amount_once"),
        ),
        migrations.AddConstraint(
            model_name="scenarioamount",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0), ("amount__lte", models.F("requested"))),
                name="budget_scenario_within_request",
            ),
        ),
    ]
