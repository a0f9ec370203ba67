"""A mail server that does what mail servers do on their worst day, and keeps a diary of what it took.

What happens to a recipient's tries is drawn once, from the seed and the address, so that a course can be played again;
what happens before a recipient is named is drawn per connection.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from typing import Final, Literal

Fault = Literal[
    "refuses the recipient for now",
    "refuses the recipient for good",
    "refuses the content for now",
    "refuses the content for good",
    "drips",
    "resets in the middle of the content",
    "resets after the dot, without the mail",
    "resets after the dot, with the mail",
    "resets after the answer",
    "answers nonsense",
]
FOR_GOOD: Final[frozenset[Fault]] = frozenset({"refuses the recipient for good", "refuses the content for good"})
PASSING: Final[tuple[Fault, ...]] = (
    "refuses the recipient for now",
    "refuses the content for now",
    "drips",
    "resets in the middle of the content",
    "resets after the dot, without the mail",
    "resets after the dot, with the mail",
    "resets after the answer",
    "answers nonsense",
)
TAKING: Final = frozenset({"drips", "resets after the dot, with the mail", "resets after the answer"})
UNTAKEN: Final = tuple(fault for fault in PASSING if fault not in TAKING)
REFUSALS: Final[dict[Fault | None, bytes]] = {
    "refuses the content for now": b"451 4.3.0 come again\r\n",
    "refuses the content for good": b"550 5.7.1 nobody wants this\r\n",
    "answers nonsense": b"hello? is this the cheese shop?\r\n",
}
EARLY: Final = 0.06
"""So many connections end before anybody is named: at the greeting, or with an answer that is about us."""
DRIP_S: Final = 0.01


@dataclass(frozen=True, slots=True)
class Taken:
    """One mail taken over, on a connection that began at began_s. is_told: the answer was written to its end; else
    nobody can know it but this diary.
    """

    message_id: str
    began_s: float
    at_s: float
    is_told: bool


@dataclass
class HostileServer:
    """Listens on one port from `start` to `stop`; a second `start` listens on the same port again."""

    seed: int
    taken: list[Taken] = field(default_factory=list)
    tries: int = 0
    faults: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    port: int = 0
    _ended: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None
    _plans: dict[str, list[Fault]] = field(default_factory=dict)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """As if it were killed: whoever is being served loses the connection."""
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            _reset(writer)
        await self._server.wait_closed()

    async def until(self, tries: int, *, idle_s: float) -> None:
        """Until there were so many tries, or for idle_s no conversation has ended."""
        with suppress(TimeoutError):
            while self.tries < tries:
                self._ended.clear()
                async with asyncio.timeout(idle_s):
                    await self._ended.wait()

    def refuses_for_good(self, recipient: str) -> bool:
        return bool(FOR_GOOD & {*_plan(self.seed, recipient)})

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tries += 1
        self._writers.add(writer)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                await self._talk(reader, writer)
        finally:
            self._ended.set()
            self._writers.discard(writer)
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._chance.random() < EARLY:
            self.faults["early"] += 1
            answer = self._chance.choice((b"", b"421 too many of you\r\n", b"554 no service here\r\n"))
            writer.write(answer)
            return
        writer.write(b"220 hostile.test\r\n")
        fault: Fault | None = None
        began_s = time.time()
        while line := await reader.readline():
            verb = line[:4].upper().strip()
            if verb == b"RCPT":
                fault = self._next(line.partition(b":")[2].strip(b"<> \r\n").decode())
                await _say(writer, _to_recipient(fault), fault)
            elif verb == b"DATA":
                await _say(writer, b"354 go on\r\n", fault)
                if not await self._take(reader, writer, fault, began_s):
                    return
            else:
                await _say(writer, b"250 ok\r\n", fault)

    def _next(self, recipient: str) -> Fault | None:
        plan = self._plans.setdefault(recipient, _plan(self.seed, recipient))
        if not plan:
            return None
        # What is refused for good is refused every time.
        fault = plan[0] if plan[0] in FOR_GOOD else plan.pop(0)
        self.faults[fault] += 1
        return fault

    async def _take(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, fault: Fault | None, began_s: float
    ) -> bool:
        """Whether the conversation goes on."""
        if fault == "resets in the middle of the content":
            await reader.readline()
            return _reset(writer)
        mail = await reader.readuntil(b"\r\n.\r\n")
        if fault in REFUSALS:
            await _say(writer, REFUSALS[fault], fault)
            return True
        if fault == "resets after the dot, without the mail":
            return _reset(writer)
        message_id = str(BytesHeaderParser().parsebytes(mail)["Message-ID"]).strip()
        place = len(self.taken)
        self.taken.append(Taken(message_id, began_s, time.time(), is_told=False))
        if fault == "resets after the dot, with the mail":
            return _reset(writer)
        await _say(writer, b"250 2.0.0 kept\r\n", fault)
        if fault == "resets after the answer":
            # It may overtake the answer: nobody can tell whether that was read.
            return _reset(writer)
        self.taken[place] = Taken(message_id, began_s, time.time(), is_told=True)
        return True


def _plan(seed: int, recipient: str) -> list[Fault]:
    """What meets the tries of this recipient's mail, one after the other; then it is taken."""
    chance = random.Random(f"{seed} {recipient}")
    n = chance.choice((0, 0, 1, 1, 2, 3))
    if chance.random() < EARLY:
        return [*chance.choices(UNTAKEN, k=n), chance.choice(sorted(FOR_GOOD))]
    return chance.choices(PASSING, k=n)


def _to_recipient(fault: Fault | None) -> bytes:
    if fault == "refuses the recipient for now":
        return b"450 4.2.0 greylisted, come again\r\n"
    return b"550 5.1.1 no such person\r\n" if fault == "refuses the recipient for good" else b"250 ok\r\n"


async def _say(writer: asyncio.StreamWriter, answer: bytes, fault: Fault | None) -> None:
    if fault != "drips":
        writer.write(answer)
        await writer.drain()
        return
    for index in range(len(answer)):
        writer.write(answer[index : index + 1])
        await writer.drain()
        await asyncio.sleep(DRIP_S)


def _reset(writer: asyncio.StreamWriter) -> Literal[False]:
    """RST, not FIN: what was written and not read yet may be lost with it."""
    connection = writer.get_extra_info("socket")
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    return False
