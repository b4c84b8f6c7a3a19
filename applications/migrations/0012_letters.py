from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.sql import run_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0011_calls"),
        ("core", "0004_alarm"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LetterTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("supplement_request", "Request for a supplement"),
                            ("extension", "Extension of the decision period"),
                            ("not_processed", "Proposal not processed"),
                            ("paper_receipt", "Receipt of a proposal on paper"),
                            ("general", "General letter"),
                        ],
                        max_length=20,
                        verbose_name="kind of letter",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("nl", "Dutch"), ("en", "English")], max_length=2, verbose_name="language"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=120, verbose_name="subject")),
                ("body", models.TextField(max_length=6000, verbose_name="text")),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        help_text="Empty for the text that came with the application",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OutgoingLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("facts", models.JSONField(default=dict, help_text="The merge fields as they were filled in")),
                ("subject", models.CharField(max_length=500, verbose_name="subject")),
                ("body", models.TextField(max_length=12000, verbose_name="text")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "state",
                    models.CharField(choices=[("draft", "Draft"), ("sent", "Sent")], default="draft", max_length=5),
                ),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "on_paper",
                    models.BooleanField(default=False, help_text="The contact has no e-mail address: it goes by post"),
                ),
                ("posted_at", models.DateTimeField(null=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "document",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.document"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "posted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outgoing_letters",
                        to="applications.proposal",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="applications.lettertemplate",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PaperIntake",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(
                        choices=[("paper", "On paper"), ("email", "By e-mail")],
                        max_length=5,
                        verbose_name="how it came in",
                    ),
                ),
                ("received_on", models.DateField(verbose_name="received on")),
                ("postal_address", models.TextField(blank=True, max_length=300, verbose_name="postal address")),
                ("entered_at", models.DateTimeField()),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "original",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.document"
                    ),
                ),
                (
                    "proposal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paper_intake",
                        to="applications.proposal",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="lettertemplate",
            constraint=models.UniqueConstraint(
                fields=("code", "language", "version"), name="applications_template_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lettertemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("code__in", ["supplement_request", "extension", "not_processed", "paper_receipt", "general"])
                ),
                name="applications_template_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="lettertemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["nl", "en"])), name="applications_template_language"
            ),
        ),
        migrations.AddIndex(
            model_name="outgoingletter",
            index=models.Index(fields=["proposal", "-made_at"], name="applications_outgoing_by_file"),
        ),
        migrations.AddConstraint(
            model_name="outgoingletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("document", None), ("sent_at", None), ("sent_by", None), ("state", "draft")),
                    models.Q(("sent_at__isnull", False), ("sent_by__isnull", False), ("state", "sent")),
                    _connector="OR",
                ),
                name="applications_letter_sent_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="outgoingletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("posted_at", None), ("posted_by", None)),
                    models.Q(
                        ("document__isnull", False),
                        ("on_paper", True),
                        ("posted_at__isnull", False),
                        ("posted_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="applications_letter_posted_after_made",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperintake",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["paper", "email"])), name="applications_channel_known"
            ),
        ),
        run_sql(SQL, "letters"),
    ]
