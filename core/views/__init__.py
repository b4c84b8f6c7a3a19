"""Pages: through the door, fill a form, call one verb, redirect."""
