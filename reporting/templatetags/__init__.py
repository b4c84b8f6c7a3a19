"""Filters of the reports."""
