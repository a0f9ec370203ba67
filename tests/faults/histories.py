"""What people outside a desk did and saw: the only thing judge.py looks at.

Every operation has an outcome. ok: acknowledged. failed: refused, so it must not have happened.
unknown: no answer came (the server was killed, or said that it could not), so it happened once or not at all.

Moments named `at` are the wall clock, in seconds, as servers write it into messages too; `..._s` on a clock of its own
(monotonic) is said where it stands.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Outcome = Literal["ok", "failed", "unknown"]
How = Literal["push", "sync"]


@dataclass(frozen=True, slots=True)
class Instant:
    """One moment by both clocks: `at` compares with what servers write, `mono_s` measures."""

    at: float
    mono_s: float


def instant() -> Instant:
    return Instant(time.time(), time.monotonic())


@dataclass(slots=True)
class Operation:
    """One order of a person, however often it was sent. sent_no: of its last sending, rising per source.

    author: the visitor's or agent's id. source: the client that sent it (an agent has one per tab).
    chat_id None: a `chat:start` without an answer yet. unsure: once answered `unavailable`, so an earlier sending may
    have counted, whatever was sent meanwhile. sent, answered: the first sending, and the answer that counts.
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
    source: int = 0
    unsure: bool = False
    sent: Instant | None = None
    answered: Instant | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as one connection was shown it. connection: numbers all connections of the history.

    how: shown by the server by itself, or asked for (`chat:sync`).
    """

    connection: int
    message: Json
    how: How = "push"
    when: Instant = Instant(0.0, 0.0)


@dataclass(slots=True)
class Link:
    """One connection, from its hello until its client noticed the end. until None: to the end of the history.

    source: the client (a tab), which goes on over many links. person: the visitor's or agent's id.
    """

    connection: int
    source: int
    person: str
    kind: Literal["visitor", "agent"]
    since: float
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a visitor was told at a (re)connect. at: wall clock, seconds."""

    visitor: str
    at: float
    expected: str | None
    chat: Json | None


@dataclass(frozen=True, slots=True)
class Line:
    """A department's waiting chats as a manager was shown them, in their order. run: how often the desk had started.

    source: the manager's client; another one may be shown the same a moment later.
    """

    run: int
    at: float
    chats: tuple[str, ...]
    positions: tuple[int, ...]
    source: int = 0
    department: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """The position a visitor was told. connection: the one it was told on; it stands until another or its end."""

    chat_id: str
    at: float
    position: int
    connection: int


@dataclass(frozen=True, slots=True)
class Held:
    """The chats an agent was told are theirs. source: the tab that was told."""

    agent: str
    at: float
    chats: tuple[str, ...]
    source: int = 0


@dataclass(frozen=True, slots=True)
class Word:
    """An agent's status from here on. own: ordered by the agent, as acknowledged; else as the desk says it."""

    agent: str
    at: float
    status: str
    own: bool = False


@dataclass(slots=True)
class Fault:
    """Something was broken from `since` until `until` (None: still is).

    kind: "server" (killed or restarted), "frozen server", "redis", "record" (the database, the disk), "proxy", "clock"
    (of the server), "way" (of people to the server).
    """

    kind: str
    what: str
    since: float
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Recovery:
    """How the desk came back after a fault. connected_at: everybody had a live connection again.

    probed_at: a new visitor's chat had been given to an agent and both had heard each other. last: of the connected.
    """

    what: str
    ended_at: float
    connected_at: float
    probed_at: float
    last: str = ""


@dataclass(slots=True)
class History:
    """chats and transcripts: as read when everything was over. capacities: agent -> chats at once.

    departments: agent -> those they serve. grace_s: SEMAFOR_AGENT_GRACE_S. ended_at: of the recording.
    """

    capacities: dict[str, int] = field(default_factory=dict)
    departments: dict[str, tuple[str, ...]] = field(default_factory=dict)
    operations: list[Operation] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    greetings: list[Greeting] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    recoveries: list[Recovery] = field(default_factory=list)
    chats: dict[str, Json] = field(default_factory=dict)
    transcripts: dict[str, list[Json]] = field(default_factory=dict)
    grace_s: float = 0.0
    ended_at: float = 0.0

    def faults_of(self, kinds: Iterable[str]) -> list[Fault]:
        return [fault for fault in self.faults if fault.kind in tuple(kinds)]
