"""How static files are kept: under a name with the hash of what is in them, also where a script imports another."""

from typing import Any, ClassVar

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage

_EXTENSION, IMPORTS = HashedFilesMixin._js_module_import_aggregation_patterns  # type: ignore[attr-defined]


class StaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Files that browsers may keep for ever. Scripts of others are taken as they are."""

    patterns: ClassVar[tuple[Any, ...]] = (*HashedFilesMixin.patterns, ("js/*.js", IMPORTS))
