"""What nobody types by accident: every text field takes it as text, or refuses it in a sentence.

`TEXTS` and `LONG` are for any test of a field; `canary` is a server on this machine that counts what is asked of it.
"""

import http.server
import threading
from collections.abc import Iterator

import pytest

# Markup, scripts, links and pictures; {url} is the canary's.
MARKUP = (
    '<img src="{url}/a.png" onerror="alert(1)">',
    '<script src="{url}/a.js"></script><b>vet</b>',
    '<link rel="stylesheet" href="{url}/a.css"><a href="{url}/klik">klik</a>',
    "<style>@import url({url}/b.css);</style>",
    "![plaatje]({url}/c.png) [klik]({url}/d) <{url}/e>",
    '</p></td></table><svg><image href="{url}/f.png"/></svg>',
    "{{{{ 7*7 }}}} {{% include 'x' %}} ${{7*7}} %(naam)s",
    "' OR 1=1; -- \" &amp; &lt;b&gt;",
)
# What a spreadsheet could take for a formula.
FORMULAS = ("=1+1", "@cmd", "+31612345678", "-2+3", '=HYPERLINK("{url}/g","klik")', "＝1+1", "  =1+1", "|cmd")
# From right to left, other scripts, signs that are drawn of several, and signs that have no drawing at all.
SCRIPTS = (
    "مؤسسة المواهب في هنغيلو",
    "שלום עולם",
    "Ελληνικά Ἀθῆναι",
    "Талант для Хенгело",
    "ܫܠܡܐ ሰላም 你好 こんにちは 안녕 नमस्ते வணக்கம் สวัสดี",
    "🎉 👍🏽 👨‍👩‍👧 🇳🇱 ❤️ 1️⃣",
    "Łucja Wójcik, İstanbul, Nguyễn, Ǻ ẞ ½ ² ™ → ✓ 𝐓𝐚𝐥𝐞𝐧𝐭",
)
# These turn what stands after them around, or hide in between.
TURNS = ("mail\u202egpj.exe\u202c", "a\u200bb\u200dc\u200ed\u2066e\u2069f\ufeffg\u00adh", "Z̸̛̞a̷͎l̴g̶o̶")
ONE_WORD = "W" * 200
LONG = "Heel lang. " * 4_545 + "Einde"  # 50,000 characters
LONG_WORD = "W" * 50_000

TEXTS = (*MARKUP, *FORMULAS, *SCRIPTS, *TURNS, ONE_WORD)


def texts(url: str = "http://127.0.0.1:9", *, most: int = 0) -> list[str]:
    """Return the texts with their address filled in; with `most` those that fit in so many characters."""
    filled = [text.format(url=url) if text in (*MARKUP, *FORMULAS) else text for text in TEXTS]
    return [text for text in filled if not most or len(text) <= most]


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """Return the address of a server and the list of what was asked of it."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()
