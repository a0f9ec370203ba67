"""A mail from outside taken apart, within bounds: so many parts, so deep, so much text. Linear, never an exception.

The parts beyond the bounds are not lost: the raw mail is kept. What was left out is counted, so that it can be said.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field
from typing import Final

from transcripts.inbound.charsets import decoded
from transcripts.inbound.digest import split
from transcripts.inbound.headers import Fields, parameters
from transcripts.inbound.markup import text_of
from transcripts.plain import one_line

MAX_PARTS: Final = 200
MAX_DEPTH: Final = 15
MAX_FILES: Final = 20
TEXT_BYTES: Final = 1_000_000
"""Of one part that is text, so much is read."""
TEXT_CHARS: Final = 200_000
"""Of all parts together, so much is shown."""
NAME_CHARS: Final = 120
PART_HEADER_BYTES: Final = 16_384
COPIES: Final = 4
"""Parts within parts are copied; all together at most so many times the mail's length."""
_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64: Final = bytes(code for code in range(256) if code not in _ALPHABET)
_SIGNATURES: Final = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)
_TYPE: Final = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60}")
_ENDINGS: Final = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "application/ms-tnef": ".dat",
    "message/rfc822": ".eml",
}


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with a mail. type: as claimed, not to be trusted."""

    name: str
    type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """text: the mail's words, an HTML mail's as plain text. left_out: parts and files beyond the bounds."""

    fields: Fields
    type: str
    text: str
    files: tuple[Attached, ...]
    left_out: int


@dataclass(slots=True)
class _Reading:
    """What was met so far. room_bytes: that parts may still take. chars: of the words."""

    room_bytes: int
    parts: int = 0
    left_out: int = 0
    chars: int = 0
    files: list[Attached] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Part:
    fields: Fields
    type: str
    parameters: dict[str, str]
    disposition: str
    filename: str | None
    body: bytes


def read(raw: bytes) -> Letter:
    """The mail's header, words and files."""
    head, body = split(raw)
    top = _part(Fields(head), body, "text/plain")
    reading = _Reading(room_bytes=COPIES * len(raw))
    texts = _read(top, reading, 0)
    words = "\n\n".join(text.strip("\n") for text in texts if text.strip())
    return Letter(top.fields, top.type, words, tuple(reading.files), reading.left_out)


def _read(part: _Part, reading: _Reading, depth: int) -> list[str]:
    """The words of a part and of those in it, in order; its files go into `reading`."""
    reading.parts += 1
    if part.type.startswith("multipart/") and part.parameters.get("boundary"):
        if depth >= MAX_DEPTH:
            reading.left_out += 1
            return []
        inner = _inner(part, reading)
        if part.type == "multipart/alternative":
            return _best(inner, reading, depth)
        return [text for each in inner for text in _read(each, reading, depth + 1)]
    if part.type in _SIGNATURES:
        return []
    if _is_words(part):
        return _words(part, reading)
    _keep_file(part, reading)
    return []


def _inner(part: _Part, reading: _Reading) -> list[_Part]:
    """The parts between the boundary lines; beyond the bound they are counted only."""
    boundary = part.parameters["boundary"].encode("utf-8", "replace").rstrip()
    line = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]{0,100}(?=\r?\n|\Z)")
    default = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
    found: list[_Part] = []
    start: int | None = None
    for match in line.finditer(part.body):
        if start is not None:
            _take(part.body[start : match.start()], default, found, reading)
        start = match.end()
        if match.group(1):
            return found
        if reading.parts + len(found) >= MAX_PARTS:
            reading.left_out += part.body.count(b"--" + boundary, start)
            return found
    if start is not None:
        _take(part.body[start:], default, found, reading)
    return found


def _take(raw: bytes, default: str, found: list[_Part], reading: _Reading) -> None:
    raw = raw[2:] if raw.startswith(b"\r\n") else raw[1:] if raw.startswith(b"\n") else raw
    reading.room_bytes -= len(raw)
    if reading.parts + len(found) >= MAX_PARTS or reading.room_bytes < 0:
        reading.left_out += 1
        return
    head, body = split(raw)
    found.append(_part(Fields(head[:PART_HEADER_BYTES]), body, default))


def _part(fields: Fields, body: bytes, default: str) -> _Part:
    kind, given = parameters(fields.first("content-type") or default)
    if not _TYPE.fullmatch(kind):
        kind = "text/plain" if not kind or "/" not in kind else "application/octet-stream"
    disposition, more = parameters(fields.first("content-disposition") or "")
    name = more.get("filename") or given.get("name")
    return _Part(fields, kind, given, disposition, name, body)


def _best(inner: list[_Part], reading: _Reading, depth: int) -> list[str]:
    """The plain words where there are any, else the richest form that has some; files of all of them."""
    best: list[str] = []
    for part in sorted(inner, key=lambda each: each.type != "text/plain"):
        is_form = _is_words(part)
        if best and is_form:
            reading.parts += 1
            continue
        texts = _read(part, reading, depth + 1)
        best = best or ([text for text in texts if text.strip()])
    return best


def _is_words(part: _Part) -> bool:
    return part.type in ("text/plain", "text/html") and part.disposition != "attachment" and part.filename is None


def _words(part: _Part, reading: _Reading) -> list[str]:
    raw = body_of(part.body, part.fields.first("content-transfer-encoding"), TEXT_BYTES)
    text = decoded(raw, part.parameters.get("charset"))
    text = text_of(text) if part.type == "text/html" else text
    room = TEXT_CHARS - reading.chars
    if len(text) > room:
        reading.left_out += 1
    reading.chars += min(len(text), room)
    return [text[:room]] if room > 0 else []


def _keep_file(part: _Part, reading: _Reading) -> None:
    if len(reading.files) == MAX_FILES:
        reading.left_out += 1
        return
    data = body_of(part.body, part.fields.first("content-transfer-encoding"))
    reading.files.append(Attached(_file_name(part, len(reading.files) + 1), part.type, data))


def _file_name(part: _Part, number: int) -> str:
    """The last part of a path, in one line; invented where there is none."""
    bare = one_line((part.filename or "").replace("\\", "/").rpartition("/")[2], NAME_CHARS).strip(". ")
    return bare or f"attachment-{number}{_ENDINGS.get(part.type, '')}"


def body_of(body: bytes, encoding: str | None, at_most: int | None = None) -> bytes:
    """A part's content without its transfer encoding; what is broken in it is passed over.

    at_most: bytes of the result that are wanted; of a longer one the rest is not decoded.
    """
    name = (encoding or "").partition(";")[0].strip().lower()
    if name == "base64":
        coded = (body if at_most is None else body[: at_most * 2]).translate(None, _NOT_BASE64)
        coded = coded[: len(coded) - (len(coded) % 4 == 1)]
        content = binascii.a2b_base64(coded + b"=" * (-len(coded) % 4))
    elif name == "quoted-printable":
        content = binascii.a2b_qp(body if at_most is None else body[: at_most * 3])
    else:
        content = body
    return content if at_most is None else content[:at_most]
