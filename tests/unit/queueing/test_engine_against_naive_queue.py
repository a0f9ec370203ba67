"""Any course of commands: the engine and the naive queue agree on every event, and what must never be never is."""

from __future__ import annotations

import json

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from queueing.codec import (
    decode_command,
    decode_event,
    decode_snapshot,
    encode_command,
    encode_event,
    encode_snapshot,
)
from queueing.engine import Engine
from queueing.model import (
    Applied,
    Assigned,
    Command,
    Connect,
    Disconnect,
    Join,
    Leave,
    Reassign,
    RemoveAgent,
    Restore,
    SetAgent,
    SetPriority,
    SetStatus,
    Settle,
    Take,
    TransferToAgent,
    TransferToDepartment,
    Vanish,
)
from queueing.replay import JournalEntry, explain, replay
from queueing.states import Place, Snapshot
from tests.unit.queueing.naive_queue import NaiveQueue

AGENTS = st.sampled_from(["ann", "bob", "cyd", "dan"])
CHATS = st.sampled_from([f"c{n}" for n in range(9)])
DEPARTMENTS = st.sampled_from(["help", "sales"])
TIERS = st.integers(1, 3)
PRIORITIES = st.sampled_from(["low", "normal", "high", "urgent"])
STATUSES = st.sampled_from(["online", "online", "online", "away", "offline"])
CAPACITIES = st.integers(0, 3)
LINES = st.integers(1, 20)


class AnyCourse(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.engine = Engine()
        self.naive = NaiveQueue()
        self.journal: list[JournalEntry] = []
        self.outcomes: list[Applied] = []
        self.start = Snapshot(0)
        self.now_ms = 1000
        self.line = 20

    def do(self, command: Command) -> None:
        loads = {agent.agent: agent.load for agent in self.engine.agents()}
        applied = self.engine.apply(command, self.now_ms)
        expected = self.naive.apply(command, self.now_ms)
        assert applied == Applied(self.naive.version, expected)
        self.journal.append(JournalEntry(applied.version, self.now_ms, command))
        self.outcomes.append(applied)
        self._nobody_got_more_than_they_take(applied, loads)

    def _nobody_got_more_than_they_take(self, applied: Applied, loads: dict[str, int]) -> None:
        forced = {e.agent for e in applied.events if isinstance(e, Assigned) and e.forced}
        for agent in self.engine.agents():
            kept = agent.load <= loads.get(agent.agent, 0)
            assert agent.load <= agent.capacity or agent.agent in forced or kept

    @initialize(capacities=st.lists(st.integers(1, 3), min_size=2, max_size=2), more=st.data())
    def two_agents_are_there(self, capacities: list[int], more: st.DataObject) -> None:
        for name, capacity in zip(("ann", "bob"), capacities, strict=True):
            departments = more.draw(st.lists(DEPARTMENTS, min_size=1, unique=True))
            self.do(SetAgent(name, tuple(departments), 3, capacity, "online"))
            self.do(Connect(name))

    @rule(passed_ms=st.sampled_from([1, 1000, 60_000]))
    def time_passes(self, passed_ms: int) -> None:
        self.now_ms += passed_ms

    @rule(data=st.data(), chat=CHATS, department=DEPARTMENTS, tier=TIERS, priority=PRIORITIES, returned=st.booleans())
    def join(self, data: st.DataObject, chat: str, department: str, tier: int, priority: str, returned: bool) -> None:
        self.line += 1
        line = data.draw(st.sampled_from([self.line, self.line, self.line - 3]))
        self.do(Join(chat, department, tier, priority, line, returned))  # type: ignore[arg-type]

    @rule(chat=CHATS)
    def leave(self, chat: str) -> None:
        self.do(Leave(chat))

    @rule(
        agent=AGENTS,
        departments=st.lists(DEPARTMENTS, max_size=3),
        tier=TIERS,
        capacity=CAPACITIES,
        status=STATUSES,
    )
    def set_agent(self, agent: str, departments: list[str], tier: int, capacity: int, status: str) -> None:
        self.do(SetAgent(agent, tuple(departments), tier, capacity, status))  # type: ignore[arg-type]

    @rule(agent=AGENTS, status=STATUSES, capacity=st.none() | CAPACITIES)
    def set_status(self, agent: str, status: str, capacity: int | None) -> None:
        self.do(SetStatus(agent, status, capacity))  # type: ignore[arg-type]

    @rule(agent=AGENTS, order=st.sampled_from([Connect, Connect, Disconnect, Vanish]))
    def connection(self, agent: str, order: type[Connect | Disconnect | Vanish]) -> None:
        self.do(order(agent))

    @rule(agent=AGENTS)
    def lost_for_good(self, agent: str) -> None:
        self.do(Disconnect(agent))
        self.do(Vanish(agent))

    @rule(agent=AGENTS)
    def remove_agent(self, agent: str) -> None:
        self.do(RemoveAgent(agent))

    @rule(chat=CHATS, agent=AGENTS, force=st.booleans(), takeover=st.booleans())
    def take(self, chat: str, agent: str, force: bool, takeover: bool) -> None:
        self.do(Take(chat, agent, force, takeover))

    @rule(chat=CHATS, agent=AGENTS, force=st.booleans())
    def transfer_to_agent(self, chat: str, agent: str, force: bool) -> None:
        self.do(TransferToAgent(chat, agent, force))

    @rule(chat=CHATS, department=DEPARTMENTS, tier=TIERS)
    def transfer_to_department(self, chat: str, department: str, tier: int) -> None:
        self.do(TransferToDepartment(chat, department, tier))

    @rule(chat=CHATS)
    def reassign(self, chat: str) -> None:
        self.do(Reassign(chat))

    @rule(chat=CHATS, priority=PRIORITIES)
    def set_priority(self, chat: str, priority: str) -> None:
        self.do(SetPriority(chat, priority))  # type: ignore[arg-type]

    @rule(
        chat=CHATS,
        department=DEPARTMENTS,
        tier=TIERS,
        priority=PRIORITIES,
        line=LINES,
        returned=st.booleans(),
        queued=st.booleans(),
        agent=st.none() | AGENTS,
    )
    def restore(
        self,
        chat: str,
        department: str,
        tier: int,
        priority: str,
        line: int,
        returned: bool,
        queued: bool,
        agent: str | None,
    ) -> None:
        self.do(Restore(chat, department, tier, priority, line, returned, queued, agent))  # type: ignore[arg-type]

    @rule()
    def settle(self) -> None:
        self.do(Settle())

    @rule()
    def go_on_from_a_stored_snapshot(self) -> None:
        stored = json.loads(json.dumps(encode_snapshot(self.engine.snapshot())))
        self.engine = Engine.of(decode_snapshot(stored))

    @invariant()
    def states_are_equal(self) -> None:
        assert self.engine.snapshot() == self.naive.snapshot()

    @invariant()
    def positions_are_those_of_the_sorted_line(self) -> None:
        for department in ("help", "sales"):
            line = self.naive.line(department)
            places = tuple(Place(chat, department, n) for n, chat in enumerate(line, start=1))
            assert self.engine.waiting(department) == places
            assert tuple(self.engine.place(chat) for chat in line) == places

    @invariant()
    def no_chat_has_two_agents_and_none_is_lost(self) -> None:
        held = [(chat, agent.agent) for agent in self.engine.agents() for chat in agent.chats]
        chats = self.engine.snapshot().chats
        assert sorted(held) == sorted((chat.chat, chat.agent) for chat in chats if chat.agent is not None)

    @invariant()
    def no_chat_waits_while_an_agent_who_may_serve_it_has_a_free_slot(self) -> None:
        for chat in self.engine.snapshot().chats:
            if chat.agent is None:
                free = [agent for agent in self.engine.agents(chat.department) if agent.free_slots]
                assert all(agent.tier < chat.tier for agent in free)

    def teardown(self) -> None:
        """The journal alone gives the same decisions, and each one can be explained."""
        stored = json.loads(json.dumps([encode_command(entry.command) for entry in self.journal]))
        journal = [
            JournalEntry(entry.version, entry.now_ms, decode_command(record))
            for entry, record in zip(self.journal, stored, strict=True)
        ]
        assert replay(self.start, journal) == tuple(self.outcomes)
        for applied in self.outcomes[-5:]:
            for event in applied.events:
                assert decode_event(json.loads(json.dumps(encode_event(event)))) == event
                if isinstance(event, Assigned):
                    explanation = explain(self.start, journal, applied.version, event.chat)
                    assert (explanation.rule, explanation.winner) == (event.rule, event.agent)
                    if event.rule in ("routed", "reassigned"):
                        assert explanation.candidates[0].agent == event.agent


TestAnyCourse = AnyCourse.TestCase
TestAnyCourse.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
