"""People and the organisations that they act for."""

from accounts.models.organisation import Membership, Organisation
from accounts.models.user import RoleHolding, User

__all__ = ["Membership", "Organisation", "RoleHolding", "User"]
