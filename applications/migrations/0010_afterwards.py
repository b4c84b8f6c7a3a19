from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0009_clock"),
        ("core", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("side", models.CharField(choices=[("partner", "Partner"), ("team", "Programme team")], max_length=10)),
                ("text", models.TextField(max_length=4000, verbose_name="message")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="applications.proposal"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="MessageReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reading", to="applications.message"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField(max_length=2000, verbose_name="reason")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "proposal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawal",
                        to="applications.proposal",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=32, unique=True)),
                ("made_at", models.DateTimeField()),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendar_feed",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[0-9a-f]{32}$")), name="applications_calendar_key"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("planning", "The planning: it starts or ends on another day"),
                            ("content", "The activities or the promised results"),
                            ("cooperation", "Who takes part, or who carries it out"),
                            ("cost", "The cost or the co-funding"),
                            ("stops", "All or part of it doesn’t go on"),
                            ("other", "Something else that matters for the grant"),
                        ],
                        max_length=20,
                        verbose_name="what it is about",
                    ),
                ),
                ("what", models.TextField(max_length=3000, verbose_name="what changes")),
                ("why", models.TextField(max_length=3000, verbose_name="why")),
                (
                    "moves_money",
                    models.BooleanField(help_text="By what the partner says: more or less money, or in another year"),
                ),
                (
                    "known_on",
                    models.DateField(help_text="The day on which the partner knew: it has to be told at once"),
                ),
                ("at", models.DateTimeField()),
                ("answer_by", models.DateField(help_text="The last day for an answer (Awb 4:13)")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waits for an answer"),
                            ("accepted", "Accepted: the grant stays as it is"),
                            ("refused", "Not accepted: carry it out as it was granted"),
                            ("needs_decision", "Needs a new decision of the college"),
                        ],
                        default="open",
                        max_length=20,
                    ),
                ),
                ("answer", models.TextField(blank=True, max_length=3000, verbose_name="answer")),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="change_notices",
                        to="applications.proposal",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["state", "answer_by"], name="applications_changes_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("what", ""), _negated=True), models.Q(("why", ""), _negated=True)),
                        name="applications_change_says_what_and_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("subject__in", ["planning", "content", "cooperation", "cost", "stops", "other"])
                        ),
                        name="applications_change_subject_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at", None), ("answered_by", None), ("state", "open")),
                            models.Q(
                                ("state__in", ["accepted", "refused", "needs_decision"]),
                                models.Q(("answer", ""), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="applications_change_answered_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("moves_money", True), ("state", "accepted"), _negated=True),
                        name="applications_change_accepted_moves_no_money",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["proposal", "at"], name="applications_messages"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("side__in", ["partner", "team"])), name="applications_message_side_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="applications_message_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawal",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="applications_withdrawal_says_why"
            ),
        ),
        run_sql(SQL, "afterwards"),
    ]
