"""Exceptions of the core. The message is a sentence for the person at the screen, in the active language."""


class DomainError(Exception):
    """A rule said no. `str(error)` is the sentence that the person reads."""


class AmountNotUnderstood(DomainError):
    """Text that is not an amount in euros."""


class RequestKeyReused(DomainError):
    """The same request key came back with another content or from another person."""


class DocumentDamaged(DomainError):
    """A stored document is gone, or no longer has the hash that it was stored with."""


class DocumentPurged(DomainError):
    """A stored document was destroyed, because the term to keep it was over."""


class NotRendered(DomainError):
    """A document could not be made."""


class FileInfected(DomainError):
    """The virus scanner found malware in an upload."""


class ScannerSilent(DomainError):
    """There is a virus scanner, and it gave no answer."""


class FileRefused(DomainError):
    """An upload is not a file that we take: of another kind, protected, or with something in it that can act."""


class FileNotKept(DomainError):
    """An upload could not be written."""
