"""The mappings by which files of the bank and the finance package are read."""

import yaml
from django.conf import settings

from budget.models import ImportMapping

MAPPINGS = settings.BASE_DIR / "budget" / "data" / "import_mappings.yaml"


def load() -> None:
    """Load the mappings once; whoever edited them since keeps what was edited."""
    if not ImportMapping.objects.exists():
        said = yaml.safe_load(MAPPINGS.read_text(encoding="utf-8"))
        ImportMapping.objects.bulk_create(ImportMapping(**one) for one in said)
