from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApplicationsConfig(AppConfig):
    name = "applications"
    verbose_name = _("Calls")

    def ready(self) -> None:
        """Let the deadlines of proposals be told."""
        from applications.domain import file_deadlines  # noqa: F401  (it registers what it knows)
