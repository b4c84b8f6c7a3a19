"""The filters of reporting."""
