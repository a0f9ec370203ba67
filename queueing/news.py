"""What several servers tell each other about one desk: every decision, in the order in which it was made.

A decision is a command with its events. It has an id, by which whoever carries its effects into the record can say
that this is done; a server that fell so far behind that decisions are gone reads the whole state instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from queueing.model import Command, Event


@dataclass(frozen=True, slots=True)
class Decision:
    """id: as in `Applied.id`. epoch, version: which command of which desk. now_ms: the moment it was given with."""

    id: str
    epoch: str
    version: int
    now_ms: int
    command: Command
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class News:
    """decisions: what came after the cursor that was asked with, oldest first. cursor: to ask with next.

    complete False: some of it is gone, or the desk is another one; there are no decisions then, the state has to be
    read as a whole, and `cursor` is the newest decision as of this answer (so: take the cursor first, then read).
    """

    decisions: tuple[Decision, ...]
    cursor: str
    complete: bool
