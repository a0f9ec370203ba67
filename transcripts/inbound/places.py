"""Where mail comes from, as the settings say it: the address to listen on, the mailbox to read. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from transcripts.errors import TranscriptError

Security = Literal["plain", "starttls", "tls"]
_IMAP: dict[str, tuple[Security, int]] = {
    "imap": ("plain", 143),
    "imap+starttls": ("starttls", 143),
    "imaps": ("tls", 993),
}


class PlaceError(TranscriptError):
    """The text is no such address; the message says how to write it, and never repeats a password."""


@dataclass(frozen=True, slots=True)
class ListenAt:
    host: str
    port: int
    lmtp: bool


@dataclass(frozen=True, slots=True)
class MailboxAt:
    host: str
    port: int
    security: Security
    user: str
    mailbox: str
    password: str = field(repr=False)


def listen_at(text: str) -> ListenAt:
    """`host:port`, `smtp://host:port` or `lmtp://host:port`. Raises PlaceError."""
    remedy = "write host:port, such as 127.0.0.1:2525, or lmtp://127.0.0.1:2424"
    scheme, separator, rest = text.strip().partition("://")
    if separator and scheme.lower() not in ("smtp", "lmtp"):
        raise PlaceError(f"is no address to listen on; {remedy}")
    parts = _split(f"smtp://{rest if separator else text.strip()}", remedy)
    port = _port(parts, remedy)
    if not parts.hostname or port is None or parts.path.strip("/") or parts.query or parts.username:
        raise PlaceError(f"is no address to listen on; {remedy}")
    return ListenAt(parts.hostname, port, scheme.lower() == "lmtp" and bool(separator))


def mailbox_at(text: str) -> MailboxAt:
    """`imaps://user:password@host:port/INBOX`; port and mailbox may be left out. Raises PlaceError."""
    remedy = (
        "write imaps://user:password@host:993/INBOX (imap+starttls:// or imap:// too; in user and password @ as %40)"
    )
    parts = _split(text.strip(), remedy)
    if parts.scheme not in _IMAP or not parts.hostname or parts.username is None or parts.password is None:
        raise PlaceError(f"is no mailbox; {remedy}")
    security, usual_port = _IMAP[parts.scheme]
    user, password = unquote(parts.username), unquote(parts.password)
    mailbox = unquote(parts.path.strip("/")) or "INBOX"
    if not user or any(ord(char) < 32 or ord(char) == 127 for char in user + password + mailbox):
        raise PlaceError(f"is no mailbox; {remedy}")
    return MailboxAt(parts.hostname, _port(parts, remedy) or usual_port, security, user, mailbox, password)


def _split(text: str, remedy: str) -> SplitResult:
    try:
        return urlsplit(text)
    except ValueError:
        raise PlaceError(f"is no address; {remedy}") from None


def _port(parts: SplitResult, remedy: str) -> int | None:
    try:
        port = parts.port
    except ValueError:
        raise PlaceError(f"has no port from 1 to 65535; {remedy}") from None
    if port == 0:
        raise PlaceError(f"has no port from 1 to 65535; {remedy}")
    return port
