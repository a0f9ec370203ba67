"""A whole copy of the record, and a record made from one: what an adapter gives to a backup and takes from it.

A copy is of one moment. It comes in pieces with names: `record/...` is the record in the adapter's own form,
`files/NAME` the bytes of one kept file. How pieces are written down, checked and read again is the caller's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Literal, Protocol

from transcripts.errors import TranscriptError
from transcripts.port import Store

Engine = Literal["sqlite", "mongodb"]
ENGINES: tuple[Engine, ...] = ("sqlite", "mongodb")
RECORD, FILES = "record/", "files/"
Told = Callable[[int, int], None]
"""Hears how many bytes of how many are copied before the first piece comes."""


class CopyError(TranscriptError):
    """The record cannot be copied, or not made from this copy; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Piece:
    """size: of all that `content` gives, in bytes; known before it is read."""

    name: str
    size: int
    content: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class Shape:
    """What the record's schema is, and what this version of Semafor makes. Both alike: nothing has to be brought up."""

    found: str
    known: str


class Source(Protocol):
    """A record that may be in use. Changes nothing in it, and holds no writer up."""

    engine: Engine

    async def shape(self) -> Shape:
        """Raises CopyError, StoreUnavailable."""

    async def clock(self) -> datetime | None:
        """What time it is where the record is kept; None where that is here. Raises StoreUnavailable."""

    def pieces(self, told: Told) -> AsyncIterator[Piece]:
        """The record of one moment, then every file that it knows; each is to be read before the next is asked for.

        Raises CopyError, StoreUnavailable.
        """

    def missing(self) -> Sequence[str]:
        """Files that the record knew and that were removed before their turn came."""

    async def aclose(self) -> None: ...


class Target(Protocol):
    """An empty place for a record. Nobody finds a record in it before `finish`."""

    engine: Engine

    async def begin(self, shape: str) -> None:
        """shape: of the copied record. Raises CopyError where it is of a newer version, or the place is not empty."""

    async def take(self, name: str, content: BinaryIO) -> None:
        """A piece, in the order in which they were given; it can be read once. Raises CopyError, StoreUnavailable."""

    async def open(self) -> Store:
        """What was taken, brought to this version's schema; closed by the caller. Raises StoreUnavailable."""

    async def finish(self) -> None:
        """From now on it is a record like any other."""

    async def undo(self) -> None:
        """Leave nothing behind of what was taken."""

    async def aclose(self) -> None: ...
