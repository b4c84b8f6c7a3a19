"""Forms of calls and proposals. A draft may be incomplete: only what can't be read is refused."""
