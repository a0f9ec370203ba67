"""The record's news of every chat, each once and in order, whichever server it came from.

A store tells the facts of its own server's operations only. Every operation on a chat counts its `revision` up by one;
so facts that continue what is known here are passed on, and where revisions are missing the chat is read from the
record and the difference is told instead. Other servers' changes are learnt from a wake-up on the bus; as a wake-up may
get lost, the revisions of all open chats are compared again and again.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from server.log import logger
from server.services.known.open_chats import OpenChats
from server.sockets.bus import Bus
from transcripts.errors import NotFound, StoreError
from transcripts.facts import ChatChanged, Fact, MessageAdded, NoteAdded, ReadMarked
from transcripts.port import Store
from transcripts.records import Chat, Message, Note

CLOSED_KEPT = 2_000
"""Chats that are over and may still change: a rating, a resolution, a note."""
AT_ONCE = 16
COMPARE_EVERY = 3
WAKE = "chat"
ChatFact = ChatChanged | MessageAdded | NoteAdded | ReadMarked
_OF_A_CHAT = (MessageAdded, ChatChanged, NoteAdded, ReadMarked)
"""The same, for isinstance: what is asked most often comes first."""
Tell = Callable[[Sequence[Fact]], None]


class Follow:
    def __init__(self, store: Store, open_chats: OpenChats, bus: Bus) -> None:
        self._store = store
        self._open_chats = open_chats
        self._bus = bus
        self._closed: OrderedDict[str, Chat] = OrderedDict()
        self._listeners: list[Tell] = []
        self._ticks = 0
        self._wanted: dict[str, int] = {}
        self._reading: dict[str, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._is_over = False
        bus.on_wake(self._woken)

    def listen(self, *listeners: Tell) -> None:
        """They hear every fact, in this order, after the projection of open chats has it."""
        self._listeners += listeners

    async def start(self) -> None:
        """Begin with what is open now. Raises StoreUnavailable."""
        self._open_chats.load(await self._store.open_chats())

    async def aclose(self) -> None:
        """What is told from now on is passed on where it continues what is known; nothing is read any more."""
        self._is_over = True
        for task in tuple(self._reading.values()):
            task.cancel()
        await asyncio.gather(*self._reading.values(), return_exceptions=True)
        self._reading.clear()  # a task that had not begun does not tidy up

    # ---- own operations -----------------------------------------------------------------------------------------

    def hear(self, facts: Sequence[Fact]) -> None:
        """A listener of the store: what this server's own operations changed."""
        news: list[Fact] = []
        told: dict[str, int] = {}  # chats in `news`, and up to which revision
        for (chat_id, revision), group in groupby(facts, key=_subject):
            of_one = tuple(group)
            if chat_id is not None:
                self._bus.wake(WAKE, chat_id, revision)
                if not self._continues(chat_id, revision, of_one, told.get(chat_id)):
                    self._pass_on(news)
                    news, told = [], {}
                    self.catch_up(chat_id, revision)
                    continue
                told[chat_id] = revision
            news += of_one
        self._pass_on(news)

    def _continues(self, chat_id: str, revision: int, facts: Sequence[Fact], told: int | None) -> bool:
        """Also of a chat that was over before anybody here knew it: nothing about it was told that could be missed."""
        if told is not None:
            return revision == told + 1
        known = self._known(chat_id)
        if known is None:
            return revision == 1 or any(isinstance(fact, ChatFact) and fact.chat.state == "closed" for fact in facts)
        return revision == known.revision + 1

    def _pass_on(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            if isinstance(fact, _OF_A_CHAT) and fact.chat.state == "closed":
                self._closed[fact.chat.id] = fact.chat
                self._closed.move_to_end(fact.chat.id)
        while len(self._closed) > CLOSED_KEPT:
            self._closed.popitem(last=False)
        self._open_chats.apply(facts)
        for listener in self._listeners:
            listener(facts)

    # ---- other servers' operations ------------------------------------------------------------------------------

    def _woken(self, kind: str, chat_id: str, revision: int) -> None:
        if kind == WAKE:
            self.catch_up(chat_id, revision)

    def catch_up(self, chat_id: str, revision: int) -> None:
        """Read the chat and tell what is news, unless `revision` of it is known here."""
        if self._is_over or revision <= self._revision_of(chat_id):
            return
        self._wanted[chat_id] = max(revision, self._wanted.get(chat_id, 0))
        if chat_id not in self._reading:
            self._reading[chat_id] = asyncio.ensure_future(self._read(chat_id))

    async def tick(self) -> None:
        """Once a second: compare every COMPARE_EVERY ticks, and with each one while wake-ups may be lost."""
        self._ticks += 1
        if self._ticks % COMPARE_EVERY == 0 or not self._bus.is_alive:
            await self.compare()

    async def compare(self) -> None:
        """Look for what no wake-up told. Raises StoreUnavailable."""
        found = await self._store.open_revisions()
        for chat_id, revision in found.items():
            self.catch_up(chat_id, revision)
        for chat in self._open_chats.all():
            if chat.id not in found:  # opened after the look, or closed by another server
                self.catch_up(chat.id, chat.revision + 1)

    async def _read(self, chat_id: str) -> None:
        try:
            async with self._slots:
                while self._wanted.get(chat_id, 0) > self._revision_of(chat_id):
                    del self._wanted[chat_id]  # again only if somebody asks meanwhile: it may not be in the record
                    await self._take_over(chat_id)
        except StoreError as exc:
            if not isinstance(exc, NotFound):  # else it is compared again soon
                logger.warning("catching_up_failed", error=type(exc).__name__)
        finally:
            del self._reading[chat_id]
            self._wanted.pop(chat_id, None)

    async def _take_over(self, chat_id: str) -> None:
        known = self._known(chat_id)
        messages: list[Message] = []
        page = await self._store.sync(chat_id, known.last_seq if known else 0)
        messages += page.messages
        while page.more:
            page = await self._store.sync(chat_id, messages[-1].seq)
            messages += page.messages
        after_note = known.last_note_seq if known else 0
        notes = await self._store.notes(chat_id, after_note) if page.chat.last_note_seq > after_note else ()
        before = self._known(chat_id)
        if page.chat.revision > (before.revision if before else 0):
            self._pass_on(list(_difference(before, page.chat, messages, notes)))

    def _known(self, chat_id: str) -> Chat | None:
        return self._open_chats.get(chat_id) or self._closed.get(chat_id)

    def _revision_of(self, chat_id: str) -> int:
        chat = self._known(chat_id)
        return chat.revision if chat else 0


def _subject(fact: Fact) -> tuple[str | None, int]:
    return (fact.chat.id, fact.chat.revision) if isinstance(fact, _OF_A_CHAT) else (None, 0)


def _difference(
    before: Chat | None, chat: Chat, messages: Sequence[Message], notes: Sequence[Note]
) -> Iterator[ChatFact]:
    """What happened between two looks at a chat, as facts; messages of before are among them and left out."""
    told_seq, told_note = (before.last_seq, before.last_note_seq) if before else (0, 0)
    if before is None and chat.state == "closed":  # long over: whoever cares has its messages
        yield ChatChanged(chat, None)
        return
    if before is None or _without_marks(before) != _without_marks(chat):
        yield ChatChanged(chat, before)
    for message in messages:
        if message.seq > told_seq:
            yield MessageAdded(chat, message)
    for note in notes:
        if told_note < note.note_seq <= chat.last_note_seq:  # read after the chat: a later one comes with the next look
            yield NoteAdded(chat, note)
    if before is not None and chat.agent_read_seq > before.agent_read_seq:
        yield ReadMarked(chat, "agent", chat.agent_read_seq)
    if before is not None and chat.visitor_read_seq > before.visitor_read_seq:
        yield ReadMarked(chat, "visitor", chat.visitor_read_seq)


def _without_marks(chat: Chat) -> Chat:
    """What `ChatChanged` is about; the rest is told by the facts of messages, notes and marks."""
    return replace(
        chat,
        revision=0,
        last_seq=0,
        last_note_seq=0,
        agent_read_seq=0,
        visitor_read_seq=0,
        last_visitor_at=None,
        last_agent_at=None,
        unanswered_since=None,
        exchanges=0,
        idle_warned_at=None,
        visitor_left_at=None,
    )
