"""Exceptions of people and organisations."""

from core.errors import DomainError


class OrganisationExists(DomainError):
    """Another organisation already has this KvK number."""
