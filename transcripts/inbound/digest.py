"""What tells two mails apart: a digest of what their sender wrote, without what the way added. Linear and pure."""

from __future__ import annotations

import hashlib
import re
from typing import Final

HEADER_BYTES: Final = 262_144
"""Of a header block that is longer the rest is passed over: it is no words of anybody's."""
MESSAGE_ID_CHARS: Final = 998
_END_OF_HEADERS: Final = re.compile(rb"\r\n\r\n|\n\n|\r\r|\n\r\n")
_FIELD: Final = re.compile(rb"^([!-9;-~]{1,80})[ \t]*:", re.MULTILINE)
# The sender's own; Received, Return-Path, Delivered-To and the like are put on top by each machine on the way.
_SENDERS_OWN: Final = frozenset(
    {b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"in-reply-to", b"references", b"content-type"}
)


def split(raw: bytes) -> tuple[bytes, bytes]:
    """(header block, body). A mail without an empty line is all headers where it starts like one, else all body."""
    if raw.startswith((b"\r\n", b"\n")):
        return b"", raw.lstrip(b"\r\n")
    found = _END_OF_HEADERS.search(raw)
    if not _FIELD.match(raw[:200]) and not raw.startswith(b"From "):
        return b"", raw
    if found is None:
        return raw[:HEADER_BYTES], b""
    return raw[: min(found.start(), HEADER_BYTES)], raw[found.end() :]


def content_digest(raw: bytes) -> str:
    """The same for one mail by whatever way and however often it comes: hex, 64 characters."""
    head, body = split(raw)
    lines = head.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    kept, is_kept = [], False
    for line in lines:
        if line[:1] not in (b" ", b"\t"):
            field = _FIELD.match(line)
            is_kept = field is not None and field.group(1).lower() in _SENDERS_OWN
        if is_kept:
            kept.append(line.strip())
    digest = hashlib.sha256(b"\n".join(kept))
    digest.update(b"\n\n")
    digest.update(body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n"))
    return digest.hexdigest()
