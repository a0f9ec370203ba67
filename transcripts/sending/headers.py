"""Header fields of a mail as they go over the wire: folded, ASCII, and never a field that nobody wrote.

Written here because the standard library (3.11) unquotes a long display name when it folds it, so that
"Parcel Harbour, Inc." becomes two addresses, and decodes "=?utf-8?q?=0D=0A?=" out of somebody's subject into a line
break. Words are expected in one line (plain.one_line); what still has a break is refused.
"""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Final

_LINE_CHARS: Final = 76  # RFC 2047, 2
_LONG_WORD_CHARS: Final = 500  # RFC 5322, 2.1.1: a line has at most 998
_CHUNK_BYTES: Final = 36  # base64 of it, its frame and the longest field name stay below a line
_ATOMS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_ADDR_SPEC: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
_WIRE: Final = re.compile(r"[\x20-\x7e]*(\r\n [\x20-\x7e]+)*")
_NAME: Final = re.compile(r"[A-Za-z0-9-]+")


def field(name: str, value: str) -> bytes:
    """One field with its line end. value: ASCII, folded where it is long. Raises ValueError for anything else."""
    if not _NAME.fullmatch(name) or not _WIRE.fullmatch(value):
        raise ValueError(f"the header {name!r} cannot hold this value")
    return f"{name}: {value}\r\n".encode("ascii")


def text(words: str) -> str:
    """The value of a field for people, such as Subject. What is not ASCII is encoded, from the first such word on."""
    parts = words.split(" ")
    plain = next((i for i, part in enumerate(parts) if not _is_plain(part)), len(parts))
    return _folded([*parts[:plain], *_encoded(" ".join(parts[plain:]))])


def mailbox(name: str, address: str) -> str:
    """The value of From: `name <address>`. Raises ValueError for an address that is none."""
    if not name:
        return addr_spec(address)
    if _ATOMS.fullmatch(name) and _is_plain(name):
        shown = name.split(" ")
    elif _is_plain(name) and len(name) <= _LINE_CHARS // 2:
        shown = ['"' + re.sub(r'(["\\])', r"\\\1", name) + '"']
    else:
        shown = _encoded(name)
    return _folded([*shown, f"<{addr_spec(address)}>"])


def addr_spec(address: str) -> str:
    """The address alone, as in To. Raises ValueError where it is more or less than one address in ASCII."""
    if not _ADDR_SPEC.fullmatch(address):
        raise ValueError("this is not one mail address")
    return address


def _is_plain(word: str) -> bool:
    """Printable ASCII that no reader takes for an encoded word."""
    return word.isascii() and (word.isprintable() or not word) and "=?" not in word and len(word) <= _LONG_WORD_CHARS


def _encoded(words: str) -> list[str]:
    """RFC 2047 words; a character is never cut in two."""
    chunks: list[bytes] = []
    for char in words:
        encoded = char.encode()
        if not chunks or len(chunks[-1]) + len(encoded) > _CHUNK_BYTES:
            chunks.append(b"")
        chunks[-1] += encoded
    return [f"=?utf-8?b?{b64encode(chunk).decode()}?=" for chunk in chunks]


def _folded(parts: list[str]) -> str:
    """Parts joined by spaces, a new line where the next one would not fit; never before the first."""
    lines = [parts[0]] if parts else [""]
    for part in parts[1:]:
        if len(lines[-1]) + 1 + len(part) > _LINE_CHARS - (len("Subject: ") if len(lines) == 1 else 0):
            lines.append(part)
        else:
            lines[-1] += " " + part
    return "\r\n ".join(lines)
