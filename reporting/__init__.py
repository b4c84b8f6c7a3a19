"""Figures and the reports that the council reads."""
