from django.apps import AppConfig


class BudgetConfig(AppConfig):
    name = "budget"

    def ready(self) -> None:
        """Let the money add to the timeline and the deadlines of partners."""
        from budget.domain import milestones  # noqa: F401  (it registers what it knows)
