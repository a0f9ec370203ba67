"""Anybody's text made safe to stand in one line, or in lines of its own.

Used for names, subjects and addresses on their way into mail headers, and for bodies in plain-text parts. Escaping
for HTML is jinja's work, not this module's.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Everything that some reader takes for a new line: CR, LF, VT, FF, FS, GS, RS, NEL, LS, PS.
_BREAKS: Final = "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"
# Marks that belong to words: joiners in emoji and Persian, direction hints without a span.
_KEPT_MARKS: Final = "\u200c\u200d\u200e\u200f"
# Letters and signs by their kind that are drawn as nothing: fillers of Hangul, Khmer and Braille, the grapheme joiner.
_UNSEEN: Final = dict.fromkeys(map(ord, _KEPT_MARKS + "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe0f"))
# What a reader takes for a proof beside a name, as the panel's shield is one, and what a font may draw as any sign.
_BADGES: Final = re.compile(
    "[\u2713\u2714\u2705\u2611\U0001f5f8\U0001f6e1\U0001f510\U0001f50f\U0001f512\U0001f530\u269c\U0001f396"
    "\U0001f3c5\U0001f947-\U0001f949\U0001f5f9\U0001fbb1\u2b50\u2605\u272a\ue000-\uf8ff\U000f0000-\U0010fffd]\ufe0f?"
)


def own_name(name: str) -> str:
    """A name that somebody gave themselves, with nothing in it that lies to the eye; "" where nothing is left to see.

    No signs that say more of them: "Eve \u2714" becomes "Eve". Nothing that nobody sees or that turns the direction:
    "\u202eadA" is read as "Ada". NUL and half characters stay, for whoever refuses them.
    """
    bare = " ".join(_BADGES.sub(" ", name).split()) if _BADGES.search(name) else name
    if bare.isascii():
        return bare
    kept = "".join(char for char in bare if char in _KEPT_MARKS or unicodedata.category(char) != "Cf")
    return kept if kept.translate(_UNSEEN).strip() else ""


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
