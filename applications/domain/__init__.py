"""The verbs of calls and proposals."""
