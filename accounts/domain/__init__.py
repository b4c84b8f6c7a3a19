"""The verbs of people and organisations."""
