from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0015_purging"),
        ("core", "0005_purging"),
        ("programme", "0005_task_fields"),
        ("reporting", "0003_writing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("text", models.TextField(max_length=3000, verbose_name="question")),
                ("asked_at", models.DateTimeField()),
                (
                    "due_on",
                    models.DateField(
                        help_text="By the term as it was when the question was asked", verbose_name="answer due on"
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="programme.line",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="council_questions",
                        to="applications.proposal",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="reporting.report",
                    ),
                ),
            ],
            options={
                "verbose_name": "question of the council",
                "verbose_name_plural": "questions of the council",
            },
        ),
        migrations.CreateModel(
            name="AnswerDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, help_text="Goes up with every change")),
                ("text", models.TextField(max_length=10000)),
                ("drafted_at", models.DateTimeField()),
                ("offered_at", models.DateTimeField(help_text="Since when it waits for the college", null=True)),
                ("returned", models.TextField(blank=True, help_text="Why the college gave it back", max_length=1000)),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "question",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="draft", to="reporting.question"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(help_text="Counts the answers to a question from 1")),
                ("text", models.TextField(max_length=10000, verbose_name="answer")),
                ("given_at", models.DateTimeField()),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="reporting.question"
                    ),
                ),
            ],
            options={
                "verbose_name": "answer of the college",
                "verbose_name_plural": "answers of the college",
                "ordering": ["question", "number"],
            },
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("line", None), ("report", None)),
                    models.Q(("proposal", None), ("report", None)),
                    models.Q(("line", None), ("proposal", None)),
                    _connector="OR",
                ),
                name="reporting_question_about_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="reporting_question_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(fields=("question", "number"), name="reporting_answer_once"),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="reporting_answer_counts_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="reporting_answer_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(("given_by", models.F("drafted_by")), _negated=True),
                name="reporting_answer_two_signatures",
            ),
        ),
        run_sql(SQL, "questions"),
    ]
