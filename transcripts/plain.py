"""Anybody's text made safe to stand in one line, or in lines of its own.

Used for names, subjects and addresses on their way into mail headers, and for bodies in plain-text parts. Escaping
for HTML is jinja's work, not this module's.
"""

from __future__ import annotations

import unicodedata
from typing import Final

# Everything that some reader takes for a new line: CR, LF, VT, FF, FS, GS, RS, NEL, LS, PS.
_BREAKS: Final = "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"
# Marks that belong to words: joiners in emoji and Persian, direction hints without a span.
_KEPT_MARKS: Final = "\u200c\u200d\u200e\u200f"


def one_line(text: str, limit: int) -> str:
    """`text` without line breaks, control characters and direction overrides, cut to `limit` characters with "…".

    "Eve\\r\\nBcc: all@example.com" becomes "Eve Bcc: all@example.com": a name, and no header.
    """
    words = " ".join("".join(" " if char in _BREAKS or char == "\t" else char for char in text if _shown(char)).split())
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def lines(text: str) -> list[str]:
    """The lines of `text`, without control characters and direction overrides; tabs stay."""
    return ["".join(filter(_shown, line)).rstrip() for line in text.splitlines()]


def _shown(char: str) -> bool:
    if char == "\t" or char in _BREAKS or char in _KEPT_MARKS:
        return True
    # Cc control, Cf format (direction overrides, tags), Cs lone surrogates, which no encoding can write.
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs"}
