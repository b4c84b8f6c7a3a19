"""The verbs of the frame."""
