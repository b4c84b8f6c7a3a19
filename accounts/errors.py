"""Exceptions of people and organisations."""

from core.errors import DomainError


class OrganisationExists(DomainError):
    """Another organisation already has this KvK number."""


class KvkNumberNotUnderstood(DomainError):
    """Text that is no KvK number, or none where there must be one."""


class IbanNotUnderstood(DomainError):
    """Text that is no IBAN."""


class NotTheOwner(DomainError):
    """Somebody who doesn't own the organisation tried to change it."""
