"""Random orders to all adapters at once: every answer, every fact and every chat must be the same as in memory.

MongoDB, whose server in the tests is slow, gets fewer and shorter examples than the embedded record.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.contract.transcripts.conftest import ADAPTERS, Places
from tests.contract.transcripts.examples import (
    CLOSED,
    TICKET,
    at,
    new_chat,
    new_mail,
    new_message,
    new_note,
    new_ticket,
    new_ticket_message,
)
from tests.harness.mongo import MongoDatabases
from transcripts.errors import RouteConflict, StoreError
from transcripts.facts import ChatChanged, Fact, MessageAdded, NoteAdded, ReadMarked
from transcripts.operations import Assign, ChatChanges, Close, EventText, Requeue
from transcripts.port import Store
from transcripts.questions import ChatQuery
from transcripts.records import Author, Chat, Rating

CHATS = st.sampled_from(["c0", "c1", "c2", "c3", "c4"])
VISITORS = st.sampled_from(["v0", "v1", "v2"])
AGENTS = st.sampled_from(["a0", "a1"])
CLIENT_IDS = st.sampled_from(["k0", "k1", "k2", "k3"])
WORDS = st.sampled_from(["parcel", "Balík od Jany", 'it\'s "here"', "посылка {number}", "x"])
VERSIONS = st.integers(0, 2)
"""Behind the chat's own version: 0 fits."""


@pytest.fixture(scope="module")
def databases(mongo_databases: MongoDatabases) -> None:
    AdaptersAgree.databases = mongo_databases


class AdaptersAgree(RuleBasedStateMachine):
    """The first adapter is the reference."""

    adapters: ClassVar[tuple[str, ...]]
    databases: ClassVar[MongoDatabases]

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.new_event_loop()
        self._directory = tempfile.TemporaryDirectory()
        places = Places(Path(self._directory.name), lambda: self.databases)
        self._stores: list[Store] = [self._loop.run_until_complete(ADAPTERS[name](places)) for name in self.adapters]
        self._facts: list[list[Fact]] = [[] for _ in self._stores]
        for store, told in zip(self._stores, self._facts, strict=True):
            store.listen(told.extend)
        self._moment = 0

    def teardown(self) -> None:
        for store in self._stores:
            self._loop.run_until_complete(store.aclose())
        self._loop.close()
        self._directory.cleanup()

    def _order(self, order: Callable[[Store], Awaitable[Any]]) -> None:
        outcomes = [self._loop.run_until_complete(_outcome(order(store))) for store in self._stores]
        for outcome in outcomes[1:]:
            assert outcome == outcomes[0]

    def _version(self, chat_id: str, behind: int) -> int:
        chat = self._loop.run_until_complete(self._stores[0].chat(chat_id))
        return (chat.route_version if chat else 1) - behind

    def _next(self) -> Any:
        self._moment += 1
        return at(self._moment)

    @rule(chat=CHATS, visitor=VISITORS, client_id=CLIENT_IDS, question=WORDS, priority=st.sampled_from(["low", "high"]))
    def start(self, chat: str, visitor: str, client_id: str, question: str, priority: Any) -> None:
        new = new_chat(chat, visitor, client_id, fingerprint=question, question=question, priority=priority)
        self._order(lambda store: store.start_chat(replace(new, at=at(self._moment))))

    @rule(chat=CHATS, client_id=CLIENT_IDS, body=WORDS, visitor=VISITORS, agent=st.none() | AGENTS)
    def send(self, chat: str, client_id: str, body: str, visitor: str, agent: str | None) -> None:
        author = Author("agent", agent, "Petr") if agent else Author("visitor", visitor, None)
        new = new_message(client_id, author, chat, body=body, at=self._next())
        self._order(lambda store: store.send_message(new))

    @rule(chat=CHATS, client_id=CLIENT_IDS, body=WORDS)
    def note(self, chat: str, client_id: str, body: str) -> None:
        new = new_note(client_id, chat_id=chat, body=body, at=self._next())
        self._order(lambda store: store.add_note(new))

    @rule(
        chat=CHATS,
        behind=VERSIONS,
        code=st.sampled_from(["visitor_left", "visitor_back", "idle_warning", "escalated"]),
    )
    def event(self, chat: str, behind: int, code: Any) -> None:
        version, moment = self._version(chat, behind), self._next()
        event = EventText(code, "said", {"cause": None})
        self._order(lambda store: store.add_event(chat, event, moment, if_route_version=version))

    @rule(chat=CHATS, agent=AGENTS, behind=VERSIONS, max_load=st.sampled_from([None, 1, 2]))
    def assign(self, chat: str, agent: str, behind: int, max_load: int | None) -> None:
        events = (EventText("assigned", "Here.", {"agent": {"id": agent}}),)
        moment = self._next()
        order = Assign(chat, agent, self._version(chat, behind), max_load, lambda: moment, events)
        self._order(lambda store: store.assign(order))

    @rule(chat=CHATS, behind=VERSIONS, returned=st.booleans(), department=st.sampled_from([None, "accounts"]))
    def requeue(self, chat: str, behind: int, returned: bool, department: str | None) -> None:
        events = (EventText("returned", "Wait."),)
        order = Requeue(chat, self._version(chat, behind), self._next(), events, returned, department)
        self._order(lambda store: store.requeue(order))

    @rule(
        chat=CHATS,
        resolution=st.sampled_from([None, "resolved", "unresolved", "abandoned"]),
        state=st.sampled_from([None, None, "queued", "active"]),
        idle=st.none() | st.integers(0, 40),
        client_id=st.none() | CLIENT_IDS,
    )
    def close(self, chat: str, resolution: Any, state: Any, idle: int | None, client_id: str | None) -> None:
        ticket = None
        if resolution == "unresolved":
            ticket = self._ticket(client_id)
        idle_since = None if idle is None else at(idle)
        order = Close(
            chat, "agent", resolution, self._next(), (CLOSED,), (TICKET,), "topic", None, ticket, state, idle_since
        )
        self._order(lambda store: store.close_chat(order))

    @rule(chat=st.none() | CHATS, client_id=st.none() | CLIENT_IDS)
    def ticket(self, chat: str | None, client_id: str | None) -> None:
        new = replace(self._ticket(client_id), chat_id=chat, chat_events=(TICKET,))
        self._order(lambda store: store.create_ticket(new))

    def _ticket(self, client_id: str | None) -> Any:
        moment = self._next()
        return new_ticket(
            creator="visitor:v0",
            client_id=client_id,
            fingerprint="f",
            at=moment,
            first_message=new_ticket_message(f"t{self._moment}"),
            mails=(new_mail(f"m{self._moment}"),),
        )

    @rule(chat=CHATS, topic=st.none() | WORDS, name=st.none() | WORDS, tags=st.none() | st.just(("a", "b")))
    def change(self, chat: str, topic: str | None, name: str | None, tags: Any) -> None:
        changes = ChatChanges(topic=topic, name=name, tags=tags)
        self._order(lambda store: store.set_chat(chat, changes))

    @rule(chat=CHATS, by=st.sampled_from(["visitor", "agent"]), seq=st.integers(-1, 20))
    def read(self, chat: str, by: Any, seq: int) -> None:
        self._order(lambda store: store.mark_read(chat, by, seq))

    @rule(chat=CHATS, score=st.integers(1, 5))
    def rate(self, chat: str, score: int) -> None:
        rating = Rating(score, None, 10, "díky", self._next())
        self._order(lambda store: store.rate_chat(chat, rating))

    @rule(words=WORDS, agent=st.none() | AGENTS)
    def search(self, words: str, agent: str | None) -> None:
        self._order(lambda store: store.search_chats(ChatQuery(words=words, agent_id=agent, limit=2)))

    @rule(chat=CHATS, after=st.integers(0, 5), limit=st.integers(1, 4))
    def sync(self, chat: str, after: int, limit: int) -> None:
        self._order(lambda store: store.sync(chat, after, limit))

    @rule(first=st.integers(-1, 20), length=st.integers(0, 60), agent=st.none() | AGENTS)
    def figures(self, first: int, length: int, agent: str | None) -> None:
        self._order(lambda store: _figures(store, first, first + length, agent))

    @invariant()
    def the_same_was_told(self) -> None:
        for told in self._facts[1:]:
            assert told == self._facts[0]

    @invariant()
    def every_change_of_a_chat_is_its_next_revision_and_was_told(self) -> None:
        latest: dict[str, Chat] = {}
        for fact in self._facts[0]:
            if not isinstance(fact, ChatChanged | MessageAdded | NoteAdded | ReadMarked):
                continue
            known = latest.get(fact.chat.id)
            if fact.chat != known:
                assert fact.chat.revision == (known.revision if known else 0) + 1
            latest[fact.chat.id] = fact.chat
        for chat_id, chat in latest.items():
            assert self._loop.run_until_complete(self._stores[0].chat(chat_id)) == chat

    @invariant()
    def the_same_is_kept(self) -> None:
        self._order(_everything)

    @invariant()
    def no_visitor_has_two_open_chats(self) -> None:
        opened = self._loop.run_until_complete(self._stores[0].open_chats())
        assert len({chat.visitor_id for chat in opened}) == len(opened)


async def _outcome(answer: Awaitable[Any]) -> Any:
    try:
        return await answer
    except RouteConflict as refused:
        return RouteConflict, refused.chat
    except StoreError as refused:
        return type(refused)


async def _everything(store: Store) -> list[Any]:
    everything: list[Any] = [await store.open_chats(), await store.open_revisions(), await store.mails(None, None)]
    for chat_id in ("c0", "c1", "c2", "c3", "c4"):
        chat = await store.chat(chat_id)
        if chat is not None:
            page = await store.sync(chat_id, 0)
            assert [message.seq for message in page.messages] == list(range(1, chat.last_seq + 1))
            everything += [page, await store.notes(chat_id)]
    return everything


async def _figures(store: Store, first: int, end: int, agent: str | None) -> list[Any]:
    period = at(first), at(end)
    return [
        await store.courses(*period, None, agent),
        sorted(await store.stays([period], ("sales",)), key=str),
        [list(column) for column in await store.chat_columns(*period)],
        sorted(await store.count_tickets(*period, None, agent), key=str),
    ]


class EmbeddedAgrees(AdaptersAgree):
    adapters = ("memory", "sqlite")


class MongoAgrees(AdaptersAgree):
    adapters = ("memory", "mongo-motor", "mongo-pymongo")


_PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}

TestEmbeddedAgrees = EmbeddedAgrees.TestCase
TestEmbeddedAgrees.settings = settings(max_examples=20, stateful_step_count=40, **_PATIENT)  # type: ignore[arg-type]
TestMongoAgrees = pytest.mark.slow(pytest.mark.usefixtures("databases")(MongoAgrees.TestCase))
TestMongoAgrees.settings = settings(max_examples=3, stateful_step_count=25, **_PATIENT)  # type: ignore[arg-type]
