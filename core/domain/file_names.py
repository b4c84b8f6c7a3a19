"""Names that people gave their files, made fit to be shown and handed back."""

import re
import unicodedata

LONGEST = 100
# What a path, a header or a file system reads as something else.
_SIGNS = re.compile(r'[\\/:*?"<>|]+')


def safe(name: str, *, extension: str, otherwise: str) -> str:
    """Return a name without path, control signs or turned text, ending in what the file really is.

    `otherwise` is used when nothing is left. At most `LONGEST` characters before the dot.
    """
    plain = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    # Cc, Cf, Cs, Co, Cn: among them the marks that let “exe.pdf” be read backwards; Zl, Zp: other ends of a line.
    shown = "".join(sign for sign in plain if unicodedata.category(sign)[0] != "C" and sign not in "\u2028\u2029")
    stem = shown.rpartition(".")[0] or shown
    stem = " ".join(_SIGNS.sub("-", stem).split()).strip(" .-")[:LONGEST].rstrip(" .")
    return f"{stem or otherwise}.{extension}"
