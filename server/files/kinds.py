"""Which kinds of file there are, told by name AND content. Where the two disagree the file is refused.

Whatever the type, a file is only ever handed out to be kept (web/files.py); the type decides whether there is a
thumbnail, and what a reader's program is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

OPAQUE = "application/octet-stream"
_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_HEAD_BYTES = 64
_CHUNK_BYTES = 256 * 1024
_WIDE_TEXT = (b"\xff\xfe", b"\xfe\xff")
"""UTF-16, as Windows writes it: every other byte may be 0."""


@dataclass(frozen=True, slots=True)
class Kind:
    """starts: how its content begins, one of them; none: it is text, of any encoding."""

    type: str
    starts: tuple[bytes, ...] = ()
    is_picture: bool = False


KINDS: dict[str, Kind] = {
    "png": Kind("image/png", (b"\x89PNG\r\n\x1a\n",), True),
    "jpg": Kind("image/jpeg", (b"\xff\xd8\xff",), True),
    "jpeg": Kind("image/jpeg", (b"\xff\xd8\xff",), True),
    "gif": Kind("image/gif", (b"GIF87a", b"GIF89a"), True),
    "webp": Kind("image/webp", (b"RIFF",), True),
    "pdf": Kind("application/pdf", (b"%PDF-",)),
    "txt": Kind("text/plain"),
    "log": Kind("text/plain"),
    "csv": Kind("text/csv"),
    "zip": Kind("application/zip", _ZIP),
    "docx": Kind(f"{_OOXML}.wordprocessingml.document", _ZIP),
    "xlsx": Kind(f"{_OOXML}.spreadsheetml.sheet", _ZIP),
    "pptx": Kind(f"{_OOXML}.presentationml.presentation", _ZIP),
    "odt": Kind(f"{_ODF}.text", _ZIP),
    "ods": Kind(f"{_ODF}.spreadsheet", _ZIP),
    "odp": Kind(f"{_ODF}.presentation", _ZIP),
    "doc": Kind("application/msword", _OLE),
    "xls": Kind("application/vnd.ms-excel", _OLE),
    "ppt": Kind("application/vnd.ms-powerpoint", _OLE),
}
BY_CONTENT = ("png", "jpg", "gif", "webp", "pdf", "zip", "txt")
"""What a file without an extension is looked at for, in this order."""


def kind_of(extension: str) -> Kind:
    """Of a kind that an operator allows and we do not know: any content, and nobody is told what it is."""
    return KINDS.get(extension, Kind(OPAQUE))


def fits(extension: str, source: BinaryIO) -> bool:
    """Whether the content is what the extension says; of kinds we do not know nothing can be said. Blocks."""
    kind = KINDS.get(extension)
    if kind is None:
        return True
    source.seek(0)
    head = source.read(_HEAD_BYTES)
    if not kind.starts:
        return _is_text(source)
    if extension == "webp":
        return head.startswith(b"RIFF") and head[8:12] == b"WEBP"
    return head.startswith(kind.starts)


def extension_by_content(source: BinaryIO) -> str | None:
    """For a file whose name has none. Blocks."""
    return next((extension for extension in BY_CONTENT if fits(extension, source)), None)


def _is_text(source: BinaryIO) -> bool:
    """No NUL in it, which every program's and every picture's content has."""
    source.seek(0)
    if source.read(2) in _WIDE_TEXT:
        return True
    source.seek(0)
    while chunk := source.read(_CHUNK_BYTES):
        if b"\x00" in chunk:
            return False
    return True
