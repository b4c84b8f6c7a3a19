from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from applications.domain import letter_templates
from budget.domain import council, import_mappings, tiers
from core.domain.money import format_euros, total
from programme.domain import frame


class Command(BaseCommand):
    help = "Load the council's frame: lines, results, criteria, target groups, and its budget as a council decision."

    def handle(self, *args: Any, **options: Any) -> None:
        data = frame.read()
        with transaction.atomic():
            frame.load(data)
            decision = council.load_frame(data)
            tiers.load()
            import_mappings.load()
            letter_templates.load()
        amounts = total(amount.amount for amount in decision.amounts.all())
        self.stdout.write(f"The frame stands: {format_euros(amounts)} by {decision}")
