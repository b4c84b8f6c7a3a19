"""The doors to reports, to what the council reads, and the locks on them."""
