"""A report as somebody would write it by hand: HTML and a small style sheet, for WeasyPrint and nothing else.

It says what our report says (the same lines, activities and amounts), with a cover, contents with page numbers, running
heads, tables whose heads repeat, and a picture for each line.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.html import escape

from core.domain import fonts

Stored = Mapping[str, Any]

STYLE = """
@page { size: A4; margin: 26mm 22mm 24mm;
  @top-left { content: string(document); font-size: 8.5pt } @top-right { content: string(chapter); font-size: 8.5pt }
  @bottom-right { content: "pagina " counter(page) " van " counter(pages); font-size: 8.5pt } }
@page cover { margin: 0; background: #083e49; @top-left { content: none } @top-right { content: none }
  @bottom-right { content: none } }
html { font: 10.5pt/1.45 "Source Sans 3 latin", "Source Sans 3 latin-ext", sans-serif; color: #14213d }
body { margin: 0 }
.cover { page: cover; height: 297mm; padding: 80mm 22mm 0; color: #fff }
h1 { string-set: document content(); font-size: 38pt }
h2 { string-set: chapter content(); font-size: 22pt; break-before: page }
h3 { font-size: 13pt; margin: 7mm 0 2mm }
h4 { font-size: 11pt; margin: 0 0 .5mm }
h2, h3, h4, caption { break-after: avoid }
p, ul, table { margin: 0 0 3mm }
.activity { break-inside: avoid; border-left: 1mm solid #0b5563; padding-left: 4mm; margin-bottom: 4mm }
.activity p { margin-bottom: 1mm }
table { border-collapse: collapse; width: 100% }
caption { text-align: left; font-weight: 600 }
th, td { text-align: left; vertical-align: top; padding: 1.2mm 2mm 1.2mm 0; border-bottom: .5pt solid #d5dae3 }
thead th { border-bottom: 1pt solid #14213d }
tr { break-inside: avoid }
td { font-variant-numeric: tabular-nums }
.contents li::after { content: target-counter(attr(data-to), page); float: right }
"""


def write(figures: Stored, *, title: str) -> str:
    """Return the HTML of a report with these figures (as a report stores them)."""
    lines = figures["lines"]
    body = "".join(part for line in lines for part in _chapter(line))
    contents = "".join(f'<li data-to="#{line["code"]}">{escape(line["name"])}</li>' for line in lines)
    faces = "\n".join(
        f'@font-face {{ font-family: "{font.family}"; font-weight: {weight}; font-style: {style}; '
        f"src: url({font.path(weight, style).as_uri()}) }}"
        for font in fonts.house()
        for weight, style in font.faces
    )
    return (
        f'<!DOCTYPE html><html lang="nl"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<style>{faces}{STYLE}</style></head><body><div class="cover"><h1>{escape(title)}</h1></div>'
        f'<h2>Inhoud</h2><ol class="contents">{contents}</ol>{_table("Alle lijnen", "Jaar", figures["years"])}'
        f"{body}</body></html>"
    )


def _chapter(line: Stored) -> Iterator[str]:
    yield f'<h2 id="{line["code"]}">{escape(line["name"])}</h2><h3>Wat willen we bereiken?</h3>'
    yield f"<p>{escape(line['ambition'])}</p><ul>"
    yield from (f"<li>{escape(result['text'])}</li>" for result in line["results"])
    yield "</ul><h3>Wat doen we daarvoor?</h3>"
    yield from (_activity(one) for one in line["activities"])
    yield f"<h3>Wat kost het?</h3>{_picture(line)}{_table(line['name'], 'Jaar', line['years'])}"
    if line["activities"]:
        rows = [{"year": f"{one['title']} ({one['reference']})", "amounts": one["total"]} for one in line["activities"]]
        yield _table("Activiteiten", "Activiteit", rows)


def _activity(one: Stored) -> str:
    years = "".join(
        f"<p><strong>{row['year']}</strong> € {row['amounts']['granted']} toegezegd</p>" for row in one["years"]
    )
    promised = "".join(
        f'<tr><th scope="row">{escape(row["what"])}</th><td>{escape(row["baseline"])}</td>'
        f"<td>{escape(row['target'])}</td><td>{escape(row['achieved'])}</td></tr>"
        for row in one["promised"]
    )
    return (
        f'<div class="activity"><h4>{escape(one["title"])}</h4><p>{escape(one["partner"])} · {one["reference"]}</p>'
        f"{years}<p>{escape(one['progress']['done'])}</p><table><caption>Beloofd en bereikt</caption><thead><tr>"
        f"{_heads('Wat telt', 'Begin', 'Beloofd', 'Bereikt')}</tr></thead><tbody>{promised}</tbody></table></div>"
    )


def _table(caption: str, head: str, rows: Sequence[Stored]) -> str:
    columns = ("primitive", "budgeted", "granted", "spent")
    heads = _heads("Primitief", "Gewijzigd", "Toegezegd", "Besteed")
    body = "".join(
        f'<tr><th scope="row">{escape(row["year"])}</th>'
        + "".join(f"<td>{row['amounts'].get(name, '')}</td>" for name in columns)
        + "</tr>"
        for row in rows
    )
    return (
        f'<table><caption>{escape(caption)}</caption><thead><tr><th scope="col">{head}</th>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _heads(*names: str) -> str:
    return "".join(f'<th scope="col">{name}</th>' for name in names)


def _picture(line: Stored) -> str:
    bars = "".join(
        f'<rect x="0" y="{number * 20}" width="{float(row["amounts"].get("budgeted", 0)) / 2000:.0f}" height="14"/>'
        for number, row in enumerate(line["years"])
    )
    return (
        f'<svg viewBox="0 0 500 {len(line["years"]) * 20}" width="500" height="{len(line["years"]) * 20}">'
        f"<title>{escape(line['name'])} per jaar</title>{bars}</svg>"
    )
