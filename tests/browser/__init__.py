"""Pages in Chromium, against the processes that production runs."""
