"""The colours of the programme lines for pictures: an SVG in a PDF knows no custom properties of the page."""

# As in tokens.css: each is readable as text on white.
COLOURS = {
    "wonen": "#a63d2f",
    "werken": "#1d5fa8",
    "leven": "#2b7237",
    "imago": "#8a3a8f",
    "samenwerking": "#7a5b00",
}
# For what is about no line, or about all of them.
NO_COLOUR = "#0b5563"


def colour_of(code: str) -> str:
    """Return the colour of a line (its code) as `#rrggbb`; a colour of no line for any other text."""
    return COLOURS.get(code, NO_COLOUR)
