"""What stands in for the server around the estimates: its clock, where decisions are heard of, the record's chats."""

from __future__ import annotations

from server.clock import Clock
from server.services.routing.dispatch import Decided, Observer
from server.simulation.visitors import Talk
from transcripts.records import Chat


class VirtualClock(Clock):
    def __init__(self, now_ms: int) -> None:
        self.at_ms = now_ms

    def now_ms(self) -> int:
        return self.at_ms

    def monotonic_s(self) -> float:
        return self.at_ms / 1000


class Observers:
    """Where the estimates hear of decisions, as they do from the server's dispatch."""

    def __init__(self) -> None:
        self._observers: list[Observer] = []

    def observe(self, observer: Observer) -> None:
        self._observers.append(observer)

    def tell(self, decided: Decided) -> None:
        for observer in self._observers:
            observer(decided)


def chat_of(talk: Talk, clock: Clock) -> Chat:
    """As the record would have it, for the estimates: who is where in line."""
    return Chat(
        talk.id,
        "queued",
        talk.department,
        1,
        None,
        talk.priority,
        f"v{talk.number}",
        None,
        None,
        None,
        "en",
        "",
        talk.number,
        False,
        1,
        None,
        clock.now(),
        clock.now(),
    )
