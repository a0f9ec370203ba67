"""The load: its own process, which speaks the wire contract over raw WebSockets and knows nothing else of a server.

`python -m tests.bench.messages.driver` reads one JSON object from its input (see `Plan`) and prints one: `Outcome`.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import struct
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

import orjson
import uvloop

from tests.bench.results import cpu_s

BODY = "It is about my parcel, which has not come: where may it be by now, and who could find that out for me?"
OPEN_WITHIN_S = 30.0
UPGRADE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: %b\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %b\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """speakers and listeners: the `auth` objects they connect with. chats: each speaker's, or None: it asks for one.

    in_flight: unanswered messages per speaker at any moment; per_s: instead, so many messages a second of all.
    """

    url: str
    pid: int
    speakers: list[dict[str, Any]]
    listeners: list[dict[str, Any]]
    listeners_namespace: str
    chats: list[str] | None
    warm_up_s: float
    seconds: float
    in_flight: int = 1
    per_s: float | None = None


@dataclass(slots=True)
class Outcome:
    """acks and pushes: while it was measured. cpu_s: the server's. ack_s: sorted."""

    seconds: float = 0.0
    acks: int = 0
    pushes: int = 0
    cpu_s: float = 0.0
    refused: int = 0
    ack_s: list[float] = field(default_factory=list)


class Line(asyncio.Protocol):
    """One connection in one namespace. It speaks WebSocket itself: a client library costs more than some servers."""

    def __init__(self, namespace: str, course: Course) -> None:
        self._course = course
        self._path = namespace.encode()
        self._begins = len(b"43") + len(self._path) + 1
        self._rest = b""
        self._sent_s: dict[int, float] = {}
        self._next_id = 0
        self._said = b""
        self._awaited: asyncio.Future[bytes] | None = None
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._wire: asyncio.Transport | None = None

    @classmethod
    async def open(cls, url: str, namespace: str, auth: object, course: Course) -> Line:
        loop, place = asyncio.get_running_loop(), urlsplit(url)
        wire, line = await loop.create_connection(lambda: cls(namespace, course), place.hostname or "", place.port or 0)
        line._wire = wire
        course.lines.append(wire)
        wire.write(UPGRADE % (place.netloc.encode(), base64.b64encode(os.urandom(16))))
        await line._next(b"0")
        line._send(b"40%b,%b" % (line._path, orjson.dumps(auth)))
        await line._next(b"40")
        return line

    async def ask(self, event: str, data: object) -> Any:
        self._next_id += 1
        answer = self._answers[self._next_id] = asyncio.get_running_loop().create_future()
        self._send(b"42%b,%d%b" % (self._path, self._next_id, orjson.dumps([event, data])))
        return await asyncio.wait_for(answer, OPEN_WITHIN_S)

    def speak_in(self, chat_id: str) -> None:
        said = orjson.dumps({"chat_id": chat_id, "body": BODY}).removeprefix(b"{")
        self._said = b'42%b,%%d["message:send",{"client_id":"c%%d",%b]' % (self._path, said)

    def say(self) -> None:
        self._next_id += 1
        number = self._next_id
        self._sent_s[number] = time.perf_counter()
        self._send(self._said % (number, number))

    def data_received(self, data: bytes) -> None:
        data, at = self._rest + data, 0
        if data.startswith(b"HTTP/"):
            at = data.find(b"\r\n\r\n") + 4
            if at < 4:
                self._rest = data
                return
            if not data.startswith(b"HTTP/1.1 101"):
                raise ConnectionError(data[:80])
        while (ends := _end_of_frame(data, at)) is not None:
            begins, end = ends
            self._hear(data[begins:end])
            at = end
        self._rest = data[at:]

    async def _next(self, kind: bytes) -> None:
        self._awaited = asyncio.get_running_loop().create_future()
        heard = await asyncio.wait_for(self._awaited, OPEN_WITHIN_S)
        if not heard.startswith(kind):
            raise ConnectionError(heard)

    def _hear(self, text: bytes) -> None:
        if text.startswith(b"43"):
            ends = text.index(b"[", self._begins)
            number = int(text[self._begins : ends])
            if number in self._answers:
                self._answers.pop(number).set_result(orjson.loads(text[ends:])[0])
            else:
                self._course.acknowledged(self, self._sent_s.pop(number), text)
        elif text == b"2":
            self._send(b"3")
        elif b'"message"' in text[:40]:
            self._course.pushed()
        elif self._awaited is not None and not self._awaited.done():
            self._awaited.set_result(text)

    def _send(self, text: bytes) -> None:
        """Masked as a client's must be, with a mask that changes nothing."""
        assert self._wire is not None
        length = len(text)
        head = bytes((0x81, 0x80 | length)) if length < 126 else struct.pack("!BBH", 0x81, 0x80 | 126, length)
        self._wire.write(b"%b\0\0\0\0%b" % (head, text))


def _end_of_frame(data: bytes, at: int) -> tuple[int, int] | None:
    """Where the text of the frame that begins there begins and ends; None: it is not whole yet."""
    if len(data) - at < 2:
        return None
    length, begins = data[at + 1], at + 2
    if length > 125:
        begins += 2 if length == 126 else 8
        length = int.from_bytes(data[at + 2 : begins])
    return (begins, begins + length) if len(data) >= begins + length and len(data) >= begins else None


class Course:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.outcome = Outcome()
        self.lines: list[asyncio.Transport] = []
        self.counts = False
        self.ended = False

    async def run(self) -> Outcome:
        plan = self.plan
        for auth in plan.listeners:
            await Line.open(plan.url, plan.listeners_namespace, auth, self)
        speakers = [await Line.open(plan.url, "/visitor", auth, self) for auth in plan.speakers]
        for number, speaker in enumerate(speakers):
            if plan.chats:
                speaker.speak_in(plan.chats[number])
            else:
                answer = await speaker.ask("chat:start", {"client_id": "c0", "question": BODY})
                speaker.speak_in(answer["chat"]["id"])
        load = asyncio.create_task(self._paced(speakers) if plan.per_s else self._saturated(speakers))
        await asyncio.sleep(plan.warm_up_s)
        began_s, used_s = time.perf_counter(), cpu_s(plan.pid)
        self.counts = True
        await asyncio.sleep(plan.seconds)
        self.counts, self.ended = False, True
        self.outcome.seconds = time.perf_counter() - began_s
        self.outcome.cpu_s = cpu_s(plan.pid) - used_s
        load.cancel()
        await asyncio.gather(load, return_exceptions=True)
        for wire in self.lines:
            wire.abort()
        self.outcome.ack_s.sort()
        return self.outcome

    async def _saturated(self, speakers: list[Line]) -> None:
        for speaker in speakers:
            for _ in range(self.plan.in_flight):
                speaker.say()

    async def _paced(self, speakers: list[Line]) -> None:
        """One after the other at the wished pace, whatever the answers do."""
        assert self.plan.per_s is not None
        began_s, sent = time.perf_counter(), 0
        while True:
            due = int((time.perf_counter() - began_s) * self.plan.per_s)
            while sent < due:
                speakers[sent % len(speakers)].say()
                sent += 1
            await asyncio.sleep(0.001)

    def acknowledged(self, line: Line, sent_s: float, text: bytes) -> None:
        if self.counts:
            self.outcome.acks += 1
            self.outcome.ack_s.append(time.perf_counter() - sent_s)
            self.outcome.refused += b'"ok":false' in text
        if self.plan.per_s is None and not self.ended:
            line.say()

    def pushed(self) -> None:
        self.outcome.pushes += self.counts


def main() -> None:
    plan = Plan(**json.load(sys.stdin))
    json.dump(asdict(uvloop.run(Course(plan).run())), sys.stdout)


if __name__ == "__main__":
    main()
