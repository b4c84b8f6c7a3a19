"""Calls and proposals: what a partner asks, and what the team does with it on receipt."""
