from pathlib import Path
from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"
ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
PROTECT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("assessment", "0005_meeting"),
        ("applications", "0001_initial"),
        ("programme", "0003_criteria_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="PanelMember",
            fields=[
                ID,
                ("birth_year", models.PositiveSmallIntegerField()),
                ("joined_at", models.DateTimeField()),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="panel_membership",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PanelQuestion",
            fields=[
                ID,
                ("last_on", models.DateField()),
                ("asked_at", models.DateTimeField()),
                (
                    "asked_by",
                    models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "proposal",
                    models.OneToOneField(on_delete=PROTECT, related_name="panel_question", to="applications.proposal"),
                ),
            ],
            options={"ordering": ["last_on", "pk"]},
        ),
        migrations.CreateModel(
            name="PanelInvitation",
            fields=[
                ID,
                ("asked_at", models.DateTimeField()),
                (
                    "asked_by",
                    models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "member",
                    models.ForeignKey(on_delete=PROTECT, related_name="panel_invitations", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "question",
                    models.ForeignKey(on_delete=PROTECT, related_name="invitations", to="assessment.panelquestion"),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("question", "member"), name="assessment_panel_asked_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PanelAnswer",
            fields=[
                ID,
                ("sentence", models.CharField(max_length=280)),
                ("given_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "invitation",
                    models.OneToOneField(on_delete=PROTECT, related_name="answer", to="assessment.panelinvitation"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sentence", ""), _negated=True), name="assessment_panel_has_sentence"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PanelMark",
            fields=[
                ID,
                ("points", models.PositiveSmallIntegerField()),
                ("marked_at", models.DateTimeField()),
                (
                    "answer",
                    models.ForeignKey(on_delete=PROTECT, related_name="marks", to="assessment.panelanswer"),
                ),
                (
                    "criterion",
                    models.ForeignKey(on_delete=PROTECT, related_name="+", to="programme.criterion"),
                ),
            ],
            options={
                "ordering": ["criterion__position"],
                "constraints": [
                    models.UniqueConstraint(fields=("answer", "criterion"), name="assessment_panel_marked_once"),
                    models.CheckConstraint(
                        condition=models.Q(("points__gte", 0), ("points__lte", 3)),
                        name="assessment_panel_mark_in_scale",
                    ),
                ],
            },
        ),
        run_sql(SQL, "panel"),
    ]
