"""Rules that know no other app."""
