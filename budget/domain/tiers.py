"""The tiers: which rules of advance and account a grant falls under."""

from decimal import Decimal

import yaml
from django.conf import settings
from django.db import transaction

from budget.models import Instalment, Tier

TIERS = settings.BASE_DIR / "budget" / "data" / "tiers.yaml"


def load() -> None:
    """Load the tiers once, with their instalments; whoever edited them since keeps what was edited."""
    with transaction.atomic():
        if Tier.objects.exists():
            return
        for said in yaml.safe_load(TIERS.read_text(encoding="utf-8")):
            instalments = said.pop("instalments")
            tier = Tier.objects.create(**said)
            Instalment.objects.bulk_create(
                Instalment(tier=tier, position=position, **one) for position, one in enumerate(instalments, start=1)
            )


def tier_of(amount: Decimal) -> Tier:
    """Return the tier of a grant of `amount` euros over all its years. Raises Tier.DoesNotExist without tiers."""
    tier = Tier.objects.filter(from_amount__lte=amount).order_by("-from_amount").first()
    if tier is None:
        raise Tier.DoesNotExist
    return tier
