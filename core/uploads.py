"""How uploads come in: into memory, up to a limit.

The temporary directory may be small, full or read-only, and no form takes more than a few megabytes.
"""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload
from django.http import HttpRequest


def is_too_large(request: HttpRequest) -> bool:
    """Tell whether a request is larger than any form takes, so that its files were not read."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    return size.isdigit() and int(size) > settings.UPLOAD_MOST_BYTES


class MemoryWithLimit(MemoryFileUploadHandler):
    """Keeps files in memory; of a request that is too large it keeps none, and the form says so."""

    activated = True
    too_large = False

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803  (Django's name)
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        """Look at the size that the browser announces, before anything is read."""
        self.too_large = content_length > settings.UPLOAD_MOST_BYTES

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file, or pass over the rest of the request."""
        if self.too_large:
            raise StopUpload(connection_reset=False)
        super().new_file(*args, **kwargs)
