"""What people outside a desk did and saw: the only thing judge.py looks at.

Every operation has an outcome. ok: acknowledged. failed: answered with an error, so it must not have happened.
unknown: no answer came (the server was killed) and nobody asked again, so it happened once or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Outcome = Literal["ok", "failed", "unknown"]


@dataclass(slots=True)
class Operation:
    """One order of a person, however often it was sent. sent_no: of its last sending, rising per author.

    author: the visitor's or agent's id. chat_id None: a `chat:start` without an answer yet.
    """

    event: str
    author: str
    chat_id: str | None
    client_id: str
    body: str = ""
    outcome: Outcome = "unknown"
    seq: int | None = None
    sent_no: int = 0
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as one connection was shown it. connection: numbers all connections of the history."""

    connection: int
    message: Json


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a visitor was told at a (re)connect. at: wall clock, seconds."""

    visitor: str
    at: float
    expected: str | None
    chat: Json | None


@dataclass(frozen=True, slots=True)
class Line:
    """A department's waiting chats as a manager was shown them, in their order. run: how often the desk had started."""

    run: int
    at: float
    chats: tuple[str, ...]
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """The chats an agent was told are theirs."""

    agent: str
    at: float
    chats: tuple[str, ...]


@dataclass(slots=True)
class History:
    """chats and transcripts: as read when everything was over. capacities: agent -> chats at once."""

    capacities: dict[str, int] = field(default_factory=dict)
    operations: list[Operation] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    greetings: list[Greeting] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    chats: dict[str, Json] = field(default_factory=dict)
    transcripts: dict[str, list[Json]] = field(default_factory=dict)
