from pathlib import Path

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("applications", "0012_letters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.CreateModel(
            name="ProposalSearch",
            fields=[
                (
                    "proposal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search",
                        serialize=False,
                        to="applications.proposal",
                    ),
                ),
                ("head", django.contrib.postgres.search.SearchVectorField()),
                ("whole", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["head"], name="applications_search_head"),
                    django.contrib.postgres.indexes.GinIndex(fields=["whole"], name="applications_search_whole"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeMinimisAid",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("granted_on", models.DateField(verbose_name="date of granting")),
                ("granted_by", models.CharField(max_length=150, verbose_name="granted by")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="amount")),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="de_minimis_aids",
                        to="applications.proposal",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("proposal", "position"), name="applications_aid_position_once"),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="applications_aid_above_zero"),
                    models.CheckConstraint(
                        condition=models.Q(("granted_by", ""), _negated=True), name="applications_aid_has_body"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LinkedUndertaking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                ("kvk_number", models.CharField(max_length=8, verbose_name="KvK number")),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="linked_undertakings",
                        to="applications.proposal",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("proposal", "kvk_number"), name="applications_linked_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kvk_number__regex", "^\\d{8}$")),
                        name="applications_linked_kvk_eight_digits",
                    ),
                ],
                "indexes": [models.Index(fields=["kvk_number"], name="applications_linked_by_kvk")],
            },
        ),
        migrations.CreateModel(
            name="AidJudgement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_aid", models.BooleanField()),
                ("reason", models.TextField(max_length=1000, verbose_name="reason")),
                ("judged_at", models.DateTimeField()),
                (
                    "judged_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="aid_judgements",
                        to="applications.proposal",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="applications_aid_has_reason"
                    )
                ],
            },
        ),
        run_sql(SQL, "de_minimis"),
        run_sql(SQL, "search"),
    ]
