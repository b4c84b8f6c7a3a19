from django.apps import AppConfig


class BudgetConfig(AppConfig):
    name = "budget"

    def ready(self) -> None:
        """Let the money add to the timeline and the deadlines of partners, and tell its room and what was granted."""
        from budget.domain import milestones, room  # noqa: F401  (they register what they know)
