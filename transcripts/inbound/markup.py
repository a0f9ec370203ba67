"""An HTML mail as plain text: words only. Nothing is loaded, run or followed, and the time is linear in its length.

Quotes (`<blockquote>`) get "> " before each line, so that quotes.py finds them like in a plain mail.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from transcripts.inbound.charsets import clean

MAX_CHARS: Final = 1_000_000
_DROPPED: Final = frozenset(
    {"script", "style", "head", "title", "template", "noscript", "object", "svg", "math", "select"}
)
_ENDS: Final = {name: re.compile(f"</{name}", re.IGNORECASE) for name in _DROPPED}
_BLOCKS: Final = re.compile(
    r"address|article|aside|blockquote|center|dd|div|dl|dt|fieldset|footer|form|h[1-6]|header|hr|li|main|ol|p|pre|section"
    r"|table|tbody|tr|ul"
)
_MARKUP: Final = re.compile(r"<(?=[A-Za-z/!?])")
_TAG: Final = re.compile(r"(/?)([A-Za-z][A-Za-z0-9:-]{0,40})")
_HREF: Final = re.compile(r"""href\s{0,5}=\s{0,5}["']?\s{0,5}(https?://[^"'\s<>]{1,500})""", re.IGNORECASE)
_MAX_DEPTH: Final = 50


class _Text:
    """Collects the words, line by line, with the depth of quotes before each."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._line: list[str] = []
        self.depth = 0
        self.link: str | None = None

    def words(self, text: str) -> None:
        said = " ".join(clean(_unescaped(text)).replace("\u00a0", " ").split())
        if said:
            self._line.append(("" if not text[:1].isspace() else " ") + said + (" " if text[-1:].isspace() else ""))
        elif self._line:
            self._line.append(" ")

    def shown(self) -> str:
        """The last words of the line: those of a link."""
        return "".join(self._line[-3:])

    def end_line(self, *, always: bool = False) -> None:
        line = re.sub(r" {2,}", " ", "".join(self._line)).strip()
        self._line.clear()
        if line or always:
            self.lines.append("> " * min(self.depth, 3) + line)


def _unescaped(text: str) -> str:
    try:
        return unescape(text)
    except ValueError:  # a number of thousands of digits
        return text


def text_of(html: str) -> str:
    """The words of a page, paragraphs as lines; the address of a link behind its words where they do not show it."""
    html = html[:MAX_CHARS]
    out = _Text()
    at = 0
    while at < len(html):
        markup = _MARKUP.search(html, at)
        if markup is None:
            out.words(html[at:])
            break
        out.words(html[at : markup.start()])
        at = _behind_markup(html, markup.start(), out)
    out.end_line()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(out.lines)).strip()


def _behind_markup(html: str, opens: int, out: _Text) -> int:
    """Where the text goes on; the end of the page where something is never closed."""
    if html.startswith("<!--", opens):
        ends = html.find("-->", opens + 4)
        return len(html) if ends < 0 else ends + 3
    tag = _TAG.match(html, opens + 1)
    closes = html.find(">", opens)
    if closes < 0:
        return len(html)
    if tag is None:
        return closes + 1
    name, is_end = tag.group(2).lower(), bool(tag.group(1))
    if name in _DROPPED and not is_end and html[closes - 1] != "/":
        end_tag = _ENDS[name].search(html, closes)
        return len(html) if end_tag is None else end_tag.start()
    _tag(name, is_end, html[opens:closes], out)
    return closes + 1


def _tag(name: str, is_end: bool, markup: str, out: _Text) -> None:
    if name == "br":
        out.end_line(always=True)
    elif _BLOCKS.fullmatch(name):
        out.end_line()
        if name == "blockquote":
            out.depth = max(0, out.depth - 1) if is_end else min(_MAX_DEPTH, out.depth + 1)
        if name == "p" and out.lines and out.lines[-1].strip("> "):
            out.end_line(always=True)
        if name == "li" and not is_end:
            out.words("- ")
    elif name in ("td", "th"):
        out.words(" ")
    elif name == "a":
        _link(is_end, markup, out)


def _link(is_end: bool, markup: str, out: _Text) -> None:
    if not is_end:
        found = _HREF.search(markup)
        out.link = found.group(1) if found else None
    elif out.link is not None:
        if out.link.rstrip("/") not in out.shown():
            out.words(f" ({out.link})")
        out.link = None
