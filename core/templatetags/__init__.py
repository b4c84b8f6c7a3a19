"""Template tags of the talent fund."""
