"""What people fill in about reports."""

from reporting.forms.report import ReportForm

__all__ = ["ReportForm"]
