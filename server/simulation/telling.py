"""What simulated visitors are told of their wait, by the server's own estimates. No course depends on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from queueing.engine import Engine
from queueing.estimate import MarkovEstimator
from queueing.model import AgentChanged, Command, Event
from server.clock import to_ms
from server.services.known.open_chats import OpenChats
from server.services.routing.dispatch import Decided
from server.services.waits.estimates import Estimates
from server.simulation.virtual import Observers, VirtualClock, chat_of
from server.simulation.visitors import Shown, Talk
from transcripts.facts import ChatChanged
from transcripts.memory.store import MemoryStore


class Telling:
    def __init__(self, engine: Engine, clock: VirtualClock, waiting: Mapping[str, Talk], until_ms: int) -> None:
        """waiting: all who wait, kept by the caller. until_ms: the end of the course."""
        self._engine, self._clock, self._waiting, self._until_ms = engine, clock, waiting, until_ms
        self._observers, self._open_chats = Observers(), OpenChats()
        self._estimates = Estimates(MemoryStore(), self._observers, self._open_chats, clock, MarkovEstimator)
        self._untold: set[str] = set()
        self._left: dict[str, Talk] = {}

    def arrives(self, talk: Talk) -> None:
        """Before the queue knows of it."""
        self._open_chats.apply([ChatChanged(chat_of(talk, self._clock), None)])

    def waits(self, talk: Talk) -> None:
        """To be told as soon as there is something to tell."""
        self._untold.add(talk.id)

    def waits_no_more(self, talk: Talk) -> None:
        self._untold.discard(talk.id)

    def returns(self, talk: Talk) -> None:
        """It has lost its agent and waits again."""
        self.waits(talk)
        chat = self._open_chats.get(talk.id)
        if chat is not None:
            self._open_chats.apply([ChatChanged(replace(chat, returned=True), chat)])

    def leaves(self, talk: Talk) -> None:
        """Before the queue knows of it."""
        self._left[talk.id] = talk

    def is_over(self, talk: Talk) -> None:
        chat = self._open_chats.get(talk.id)
        if chat is not None:
            self._open_chats.apply([ChatChanged(replace(chat, state="closed"), chat)])

    def hears(self, command: Command, events: tuple[Event, ...]) -> None:
        """What the engine has decided, after all that follows from it is written down."""
        self._observers.tell(Decided(command, events, is_own=True))
        if self._clock.at_ms < self._until_ms:  # what becomes free because all are sent home is nobody's turn
            for offered in self._estimates.offers.take():
                self._left.pop(offered.chat_id).offered_at_ms = to_ms(offered.at)
        if self._untold and any(isinstance(event, AgentChanged) for event in events):
            self.tell()

    def tell(self) -> None:
        """Those who were told nothing yet are told as soon as there is something to tell."""
        for chat_id in sorted(self._untold, key=lambda chat_id: self._waiting[chat_id].number):
            talk = self._waiting[chat_id]
            if not self._estimates.slots(talk.department):
                continue
            place = self._engine.place(chat_id)
            wait = self._estimates.wait(talk.department, place.ahead) if place is not None else None
            if place is not None and wait is not None:
                self._estimates.shown(chat_id, place.position, wait)
                self._untold.discard(chat_id)
                talk.shown = talk.shown or Shown(self._clock.at_ms, place.position, wait)


class Silence(Telling):
    """Nobody is told anything: for those who ask for the waits alone, it takes half of the work away."""

    def arrives(self, talk: Talk) -> None: ...

    def waits(self, talk: Talk) -> None: ...

    def hears(self, command: Command, events: tuple[Event, ...]) -> None: ...
