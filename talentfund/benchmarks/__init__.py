"""Figures that are measured, as ratios within one run: what `manage.py bench` prints."""
