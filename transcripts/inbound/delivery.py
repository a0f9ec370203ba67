"""What the ways in have in common: a mail as it came, and what takes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from transcripts.errors import TranscriptError
from transcripts.inbound.record import InboundSource


@dataclass(frozen=True, slots=True)
class Delivery:
    """envelope_from: "" is the null sender, None: there was no envelope. is_cut: too large, raw is its header only.

    size_bytes: of the whole mail, also of one that is cut.
    """

    source: InboundSource
    raw: bytes
    size_bytes: int
    envelope_from: str | None = None
    recipients: tuple[str, ...] = ()
    is_cut: bool = False


Keep = Callable[[Delivery], Awaitable[object]]
"""Returns when the mail is durable, or was so before. Raises StoreError; then it is not ours yet."""
NotePlace = Callable[[str], Awaitable[None]]
"""Makes durable up to where a mailbox was read; the text is the reader's own."""


class ReadError(TranscriptError):
    """The mailbox cannot be read now; the message says why and what to do, and never the password."""


class Reader(Protocol):
    """A mailbox of another server. name: which one, without the password."""

    name: str

    async def visit(self, place: str | None, keep: Keep, note: NotePlace) -> None:
        """Keep what is new since `place`, noting each new one. Raises ReadError; what was kept by then is kept."""


class Listener(Protocol):
    """Waits for mail that is brought."""

    async def start(self) -> None:
        """Raises OSError where the address cannot be listened on."""

    async def aclose(self) -> None: ...
