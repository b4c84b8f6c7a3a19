"""People, partner organisations, memberships, roles and sign-in."""
