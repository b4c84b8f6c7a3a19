"""How static files are kept: under a name with the hash of what is in them, also where one script imports another."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Files that browsers may keep for ever."""

    support_js_module_import_aggregation = True
