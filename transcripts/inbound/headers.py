"""The header fields of a mail from outside, read without trust: bounded, linear, never an exception.

Written here because the standard library's parser takes quadratic time and deep recursion on what a stranger may send,
and because its address parser can be fooled (two addresses read as one); nobody is let in by what it says.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from transcripts.inbound.charsets import decoded
from transcripts.inbound.digest import HEADER_BYTES, MESSAGE_ID_CHARS

FIELDS: Final = 1_000
VALUE_CHARS: Final = 16_384
_NAME: Final = re.compile(r"[!-9;-~]{1,80}")
_WORD: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\s]{0,2000})\?=")
_GAP: Final = re.compile(r"(\?=)[ \t]{1,20}(?==\?)")
_MESSAGE_ID: Final = re.compile(r"<([^<>\s]{1,996})>")
_HEX: Final = re.compile(r"=([0-9A-Fa-f]{2})")
MESSAGE_IDS: Final = 100
ADDRESSES: Final = 200
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")


class Fields:
    """The header fields in their order. Names are compared without case; values are unfolded, as they were sent."""

    def __init__(self, block: bytes) -> None:
        self._fields: list[tuple[str, str]] = []
        for name, value in _fields(block[:HEADER_BYTES]):
            if len(self._fields) == FIELDS:
                break
            self._fields.append((name, value[:VALUE_CHARS]))

    def all(self, name: str) -> list[str]:
        return [value for known, value in self._fields if known == name]

    def first(self, name: str) -> str | None:
        return next((value for known, value in self._fields if known == name), None)

    def __contains__(self, name: str) -> bool:
        return self.first(name) is not None


def _fields(block: bytes) -> list[tuple[str, str]]:
    text = decoded(block, "utf-8").replace("\r\n", "\n").replace("\r", "\n")
    found: list[tuple[str, list[str]]] = []
    for line in text.split("\n"):
        if line[:1] in (" ", "\t"):
            if found:
                found[-1][1].append(line)
            continue
        name, colon, value = line.partition(":")
        if colon and _NAME.fullmatch(name.rstrip(" \t")):
            found.append((name.rstrip(" \t").lower(), [value]))
    return [(name, "".join(parts).strip()) for name, parts in found]


def words(value: str) -> str:
    """A field for people: RFC 2047 words decoded, in one line. What cannot be decoded stays as it is."""
    return " ".join(_WORD.sub(_decoded_word, _GAP.sub(r"\1", value[:VALUE_CHARS])).split())


def _decoded_word(match: re.Match[str]) -> str:
    charset, encoding, content = match.groups()
    charset = charset.partition("*")[0]  # RFC 2231, 5: a language may follow
    if encoding in "bB":
        try:
            raw = base64.b64decode(content + "=" * (-len(content) % 4))
        except (binascii.Error, ValueError):
            return match.group(0)
    else:
        as_latin = _HEX.sub(lambda found: chr(int(found.group(1), 16)), content.replace("_", " "))
        raw = as_latin.encode("latin-1", "replace")
    return decoded(raw, charset)


def message_ids(value: str) -> list[str]:
    """Every `<...>` of Message-ID, In-Reply-To or References; of very many the last, which are the nearest."""
    found = [f"<{match.group(1)}>" for match in _MESSAGE_ID.finditer(value)]
    return [each for each in found if len(each) <= MESSAGE_ID_CHARS][-MESSAGE_IDS:]


def addresses(value: str) -> list[str]:
    """Whatever looks like an address in To, Cc, Delivered-To ...: to find ours among them, never to let anybody in."""
    return [match.group(0) for match, _ in zip(_ADDRESS.finditer(value), range(ADDRESSES), strict=False)]


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """Of Content-Type and Content-Disposition: (what comes first, its parameters), names in lower case.

    RFC 2231: `name*=utf-8''...` and `name*0=...; name*1=...` are put together.
    """
    parts = _split_outside_quotes(value[:VALUE_CHARS], ";")
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for part in parts[1:100]:
        name, _, text = part.partition("=")
        name, text = name.strip().lower(), _unquoted(text.strip())
        key, *numbers = name.split("*")
        if not numbers:
            plain.setdefault(key, words(text))
            continue
        number = int(numbers[0]) if numbers[0].isdecimal() and len(numbers[0]) < 4 else 0
        pieces.setdefault(key, {})[number] = (name.endswith("*"), text)
    for key, numbered in pieces.items():
        plain[key] = _joined(numbered)
    return parts[0].strip().lower(), plain


def _joined(pieces: dict[int, tuple[bool, str]]) -> str:
    charset, raw = "utf-8", b""
    for number in sorted(pieces):
        is_encoded, text = pieces[number]
        if is_encoded and number == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        raw += _unescaped(text) if is_encoded else text.encode("utf-8", "replace")
    return decoded(raw, charset)


def _unescaped(text: str) -> bytes:
    parts = text.encode("utf-8", "replace").split(b"%")
    out = [parts[0]]
    for part in parts[1:]:
        try:
            out.append(bytes([int(part[:2], 16)]) + part[2:])
        except ValueError:
            out.append(b"%" + part)
    return b"".join(out)


def _unquoted(text: str) -> str:
    if len(text) >= 2 and text[0] == '"':
        inner = text[1:-1] if text[-1] == '"' else text[1:]
        return re.sub(r"\\(.)", r"\1", inner)
    return text


def _split_outside_quotes(value: str, at: str) -> list[str]:
    parts, start, quoted, escaped = [], 0, False, False
    for index, char in enumerate(value):
        if escaped:
            escaped = False
        elif char == "\\" and quoted:
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif char == at and not quoted:
            parts.append(value[start:index])
            start = index + 1
    return [*parts, value[start:]]
