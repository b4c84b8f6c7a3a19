"""The doors to what is about money, and the locks on it. Order: list, proposals, lines by primary key."""
