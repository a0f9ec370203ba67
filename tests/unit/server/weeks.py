"""Weeks of a desk, played through: what happened to its people second by second, and what its servers wrote of it.

Two stories come out of one play. The truth is painted: a byte per second and agent, from each change on, as somebody
would who stood beside the desk. The record is what servers write: presence rows in the order of writing, some of them
late and dated back, and proofs of life. All is in whole seconds since `Weeks.origin`.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from transcripts.records import AgentStatus, PresenceRow, Proof

HOUR, DAY = 3600, 86_400
GRACE = 20
AHEAD = 10 * DAY
"""So far a change is painted; nobody is without one for so long."""
PEOPLE = {
    "ann": ("help",),
    "bob": ("help", "sales"),
    "cyd": ("sales",),
    "dan": ("nights", "help"),
    "eve": ("nights", "sales", "help"),
}
POSTS = (("help",), ("sales",), ("nights",), ("help", "sales"), ("nights", "help"), ())
# A state's byte: twice the number of the post, plus one with a free slot; 0 is not there.
POSTS_OF = {post: n for n, post in enumerate(dict.fromkeys([*PEOPLE.values(), *POSTS]), 1)}
GONE = 0

Life = Generator[int, None, None]


@dataclass
class Server:
    """One process, from `start` to before `end`. sign: its last proof of life, by beats and rows."""

    id: str
    start: int
    end: int
    killed: bool
    sign: int = 0


@dataclass
class Person:
    name: str
    post: tuple[str, ...]
    free: bool = True


class Weeks:
    """shared: two lanes of servers side by side; else one after the other, whose clock is moved now and then."""

    def __init__(self, seed: int, origin: datetime, days: int, *, shared: bool, now: int) -> None:
        self._random = Random(seed)
        self.origin, self.length, self.now, self._shared = origin, days * DAY, now, shared
        self.rows: list[PresenceRow] = []
        self.states = {name: bytearray(self.length + AHEAD) for name in PEOPLE}
        self.whys: dict[str, list[tuple[int, str]]] = {name: [] for name in PEOPLE}
        self._jumps = [] if shared else [(n * 9 * DAY + 15 * HOUR, n) for n in range(1, days // 9)]
        self._lanes = [self._lane("ab"[n]) for n in range(2 if shared else 1)]
        self._play()

    # ---- what is asked afterwards -----------------------------------------------------------------------------------

    def at(self, second: int) -> datetime:
        return self.origin + timedelta(seconds=second)

    def proofs(self) -> list[Proof]:
        servers = [server for lane in self._lanes for server in lane if server.start <= self.now]
        return [self._proof(server) for server in servers]

    def _proof(self, server: Server) -> Proof:
        ended = server.end <= self.now
        last = self._beat(server, min(server.end, self.now)) if server.killed or not ended else server.end
        said = ended and (self._shared or not server.killed)  # of a dead one among several another says it
        return Proof(server.id, self.at(server.start), self.at(last), said, shared=self._shared)

    def _beat(self, server: Server, second: int) -> int:
        """The last proof up to there; of several servers the others knew to the second how long one lived."""
        return second if self._shared and server.end <= second else second - (second - server.start) % 10

    # ---- servers ----------------------------------------------------------------------------------------------------

    def _lane(self, name: str) -> list[Server]:
        """Lives of one to three days; the second lane's ends lie half a day apart from the first's."""
        servers: list[Server] = []
        start = base = 0 if name == "a" else 12 * HOUR
        while start < self.length:
            days = (start - base) // DAY + self._random.randrange(2, 5)
            end = base + days * DAY + self._random.randrange(4 * HOUR) - 2 * HOUR
            while any(abs(end - jump) < 6 * HOUR for jump, _ in self._jumps):
                end += HOUR
            tag = self._random.randrange(10**6)
            servers.append(Server(f"{tag:06}-{name}", start, end, self._random.random() < 0.6))
            start = end + self._random.choice((1, 7, 40, 600, 1800))
        return servers

    def _server(self, lane: int, second: int) -> Server | None:
        return next((s for s in self._lanes[lane] if s.start <= second < s.end), None)

    def _anyone(self, second: int) -> Server | None:
        return next((s for n in range(len(self._lanes)) if (s := self._server(n, second)) is not None), None)

    def _wall(self, second: int) -> int:
        """What the servers' clock shows: for an hour it is put back by half an hour, or ahead by a quarter."""
        for jump, n in self._jumps:
            if jump <= second < jump + HOUR:
                return second + (-1800 if n % 2 else 900)
        return second

    # ---- people -----------------------------------------------------------------------------------------------------

    def _play(self) -> None:
        """Everybody's life side by side, in the order of time, up to now."""
        lives = [(0, n, self._life(Person(*item))) for n, item in enumerate(PEOPLE.items())]
        heapq.heapify(lives)
        while lives and lives[0][0] <= self.now:
            _, n, life = heapq.heappop(lives)
            following = next(life, None)
            if following is not None:
                heapq.heappush(lives, (following, n, life))

    def _life(self, person: Person) -> Life:
        second = self._random.randrange(DAY)
        while second < self.length:
            yield second
            ends = second + self._random.randrange(HOUR, 12 * HOUR)
            second = yield from self._shift(person, second, ends)
            second += self._random.choice((1, 300, HOUR, self._random.randrange(14 * HOUR)))

    def _shift(self, person: Person, second: int, ends: int) -> Generator[int, None, int]:
        """From signing in to signing out; where no server is there, people wait for one. Returns when it was over."""
        both = self._shared and self._random.random() < 0.4
        lane = self._random.randrange(len(self._lanes))
        server = self._server(lane, second)
        while server is None:
            second += 60
            yield second
            server = self._server(lane, second)
        other = self._server(1 - lane, second) if both else None
        self._says(person, self._spokesman(server, other), second, "online")
        while True:
            until = min(server.end, other.end if other else server.end)
            following = second + 1 + int(self._random.expovariate(1 / 1500))
            if min(following, ends) + 200 >= until:
                second = until
                yield second
                if other is not None:
                    gone, stays = (server, other) if server.end == until else (other, server)
                    yield from self._hand_over(person, gone, stays, second)
                    lane, server, second = (lane if stays is server else 1 - lane), stays, second + 3
                    other = None
                    continue
                back, second = yield from self._lose_server(person, server, second, ends)
                if back is None:
                    return second
                lane, server, ends = self._lane_of(back), back, max(ends, second + 1)
                continue
            if following >= ends:
                yield ends
                self._says(person, self._spokesman(server, other), ends, "offline", "signed out")
                return ends
            second = following
            yield second
            second = yield from self._happens(person, self._spokesman(server, other), second)

    @staticmethod
    def _spokesman(server: Server, other: Server | None) -> Server:
        return server if other is None else min(server, other, key=lambda s: s.id)

    def _happens(self, person: Person, server: Server, second: int) -> Generator[int, None, int]:
        """One thing that takes less than three minutes, or a change that stays."""
        match self._random.choice(("load", "load", "load", "away", "lost", "blip", "tab", "moved")):
            case "load":
                person.free = not person.free
                self._says(person, server, second, "online")
            case "moved":
                person.post = self._random.choice(POSTS)
                self._says(person, server, second, "online")
            case "away":
                self._says(person, server, second, "away", "lunch")
                second += self._random.randrange(1, 170)
                yield second
                self._says(person, server, second, "online")
            case "lost":
                second = yield from self._lose_connection(person, server, second)
            case "blip":  # back within the grace, which nobody writes down
                second += self._random.randrange(1, GRACE)
                yield second
            case "tab":
                pass
        return second

    def _lose_connection(self, person: Person, server: Server, second: int) -> Generator[int, None, int]:
        """The last sign of life at `second`; noticed up to 20 s later, and chats may come and go until then."""
        noticed = second + self._random.randrange(1, 21)
        if self._random.random() < 0.5:
            at = self._random.randrange(second + 1, noticed + 1)
            yield at
            self._write(person, server, at, "online", not person.free)
        at = noticed + GRACE
        yield at
        self._write(person, server, at, "offline", False, "connection lost", self._wall(second))
        self._paint(person, self._wall(second), GONE, "connection_lost")
        at += self._random.randrange(1, 120)
        yield at
        self._says(person, server, at, "online")
        return at

    def _hand_over(self, person: Person, gone: Server, stays: Server, second: int) -> Life:
        """Of two servers with the agent one ends: the other goes on from before its end, if it did not write anyway."""
        if gone is self._spokesman(gone, stays):
            yield second + 2
            self._write(person, stays, second + 2, "online", person.free, None, second - 1)

    def _lose_server(
        self, person: Person, server: Server, second: int, ends: int
    ) -> Generator[int, None, tuple[Server | None, int]]:
        """The only server with the agent ended at `second`: where they go on, None: nowhere; and since when."""
        elsewhere = self._anyone(second) if self._shared else None
        if elsewhere is not None and self._random.random() < 0.5:
            at = second + self._random.randrange(1, 15)
            yield at
            self._write(person, elsewhere, at, "online", person.free, None, second - 1)
            return elsewhere, at
        if elsewhere is not None:
            yield second + GRACE + 2
            self._write(person, elsewhere, second + GRACE + 2, "offline", False, "connection lost", second)
            self._paint(person, second, GONE, "connection_lost")
            at = second + GRACE + 60
            yield at
            self._says(person, elsewhere, at, "online")
            return elsewhere, at
        sign = max(server.sign, self._beat(server, second)) if server.killed else second
        self._paint(person, sign, GONE, "server_down")
        lane = self._lanes[self._lane_of(server)]
        following = next((s for s in lane if s.start >= second), None)
        if following is None:
            return None, second
        at = following.start + self._random.randrange(1, 90)
        yield at
        if at >= ends and at > following.start + GRACE:  # the new server waits for them, and then no more
            self._write(person, following, at, "offline", False, "connection lost")
            return None, at
        self._says(person, following, at, "online")
        return following, at

    def _lane_of(self, server: Server) -> int:
        return next(n for n, lane in enumerate(self._lanes) if server in lane)

    # ---- both stories -----------------------------------------------------------------------------------------------

    def _says(
        self, person: Person, server: Server, second: int, status: AgentStatus, reason: str | None = None
    ) -> None:
        """A change that everybody sees at once."""
        is_there = status == "online"
        self._write(person, server, second, status, person.free and is_there, reason)
        code = 2 * POSTS_OF[person.post] + person.free if is_there else GONE
        self._paint(person, self._wall(second), code, {"online": "moved", "away": "away"}.get(status, "signed_out"))

    def _write(
        self,
        person: Person,
        server: Server,
        second: int,
        status: AgentStatus,
        free: bool,
        reason: str | None = None,
        dated: int | None = None,
    ) -> None:
        wall = self._wall(second) if dated is None else dated
        server.sign = max(server.sign, wall)
        is_there = status == "online"
        self.rows.append(
            PresenceRow(
                person.name, self.at(wall), person.post, status, is_there, free, reason, server.id, len(self.rows) + 1
            )
        )

    def _paint(self, person: Person, second: int, code: int, why: str) -> None:
        whys = self.whys[person.name]
        del whys[bisect_left(whys, (second, "")) :]
        whys.append((second, why))
        self.states[person.name][second : second + AHEAD] = bytes([code]) * AHEAD
