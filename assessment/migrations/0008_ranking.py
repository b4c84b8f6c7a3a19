from pathlib import Path
from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"
SHA256 = "^[0-9a-f]{64}$"
PROTECT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("applications", "0013_search"),
        ("assessment", "0007_advising"),
        ("programme", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Lottery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("method", models.CharField(max_length=20)),
                ("participants_sha256", models.CharField(max_length=64)),
                ("seed", models.CharField(max_length=64)),
                ("drawn_at", models.DateTimeField()),
                ("call", models.ForeignKey(on_delete=PROTECT, related_name="lotteries", to="applications.call")),
                ("drawn_by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("line", models.ForeignKey(on_delete=PROTECT, related_name="+", to="programme.line")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("call", "line"), name="assessment_drawn_once"),
                    models.CheckConstraint(
                        condition=Q(seed__regex=SHA256, participants_sha256__regex=SHA256),
                        name="assessment_lottery_hashes",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LotteryTicket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("points", models.PositiveSmallIntegerField()),
                ("points_possible", models.PositiveSmallIntegerField()),
                ("ticket", models.CharField(max_length=64)),
                ("place", models.PositiveSmallIntegerField()),
                ("lottery", models.ForeignKey(on_delete=PROTECT, related_name="tickets", to="assessment.lottery")),
                (
                    "proposal",
                    models.ForeignKey(on_delete=PROTECT, related_name="lottery_tickets", to="applications.proposal"),
                ),
            ],
            options={
                "ordering": ["place"],
                "constraints": [
                    models.UniqueConstraint(fields=("lottery", "proposal"), name="assessment_ticket_once"),
                    models.UniqueConstraint(fields=("lottery", "place"), name="assessment_ticket_place_once"),
                    models.CheckConstraint(condition=Q(ticket__regex=SHA256), name="assessment_ticket_hash"),
                    models.CheckConstraint(
                        condition=Q(points__lte=F("points_possible"), place__gte=1), name="assessment_ticket_points"
                    ),
                ],
            },
        ),
        run_sql(SQL, "ranking"),
    ]
