from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "assessment"

    def ready(self) -> None:
        """Let the talent panel's last days be told."""
        from assessment.domain import panel_reminders  # noqa: F401  (it registers what it knows)
