"""The queue itself: one command in, its events out, time as an argument. Also the reference model of every adapter.

Between two commands the state is settled: no chat waits that an agent with a free slot may serve. Each command
therefore changes what it orders and then settles only around the chats and agents it touched, in O(log n).
desk.py holds the state, routing.py the rules; journal, store and sockets are the server's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from queueing.desk import Desk
from queueing.model import (
    Applied,
    AssignRule,
    Command,
    Connect,
    Disconnect,
    Join,
    Leave,
    Reassign,
    RefusalReason,
    Refused,
    RemoveAgent,
    Removed,
    Reprioritised,
    Requeued,
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
from queueing.moves import Moves, Watch
from queueing.routing import line_key
from queueing.states import AgentState, ChatState, Place, Snapshot

AgentCommand = SetAgent | RemoveAgent | SetStatus | Connect | Disconnect | Vanish
ChatCommand = Leave | Take | TransferToAgent | TransferToDepartment | Reassign | SetPriority


class Engine:
    """Deterministic: equal engines given equal commands and times give equal events and stay equal."""

    def __init__(self, snapshot: Snapshot | None = None, watch: Watch | None = None) -> None:
        """snapshot: the state to begin with; one that was not settled needs `Settle` as its first command.

        watch: called with (chat, winner, rule) just before each assignment, to look at the state it is made in.
        """
        self._desk = Desk()
        self._moves = Moves(self._desk, watch)
        self._version = 0
        self._orphans: dict[str, str] = {}
        if snapshot is not None:
            self._version = snapshot.version
            self._orphans = self._desk.load(snapshot)

    @classmethod
    def of(cls, snapshot: Snapshot) -> Engine:
        return cls(snapshot)

    # ---- questions ----------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        chats = tuple(chat for _, chat in sorted(self._desk.chats.items()))
        return Snapshot(self._version, self._desk.agents_of(None), chats)

    def place(self, chat: str) -> Place | None:
        return self._desk.place(chat)

    def waiting(self, department: str, limit: int | None = None) -> tuple[Place, ...]:
        """The first `limit` (None: all) waiting chats of the department, all tiers, in the order of service."""
        return self._desk.waiting(department, limit)

    def agents(self, department: str | None = None) -> tuple[AgentState, ...]:
        """By id. None: of all departments."""
        return self._desk.agents_of(department)

    # ---- commands -----------------------------------------------------------------------------------------------

    def apply(self, command: Command, now_ms: int) -> Applied:
        """Carry out one command; what cannot be done is `Refused`, never raised. Every command gets a version."""
        self._version += 1
        self._moves.begin(now_ms)
        refusal = self._carry_out(command)
        if refusal is not None:
            return Applied(self._version, (Refused(refusal),))
        return Applied(self._version, self._moves.finish())

    def _carry_out(self, command: Command) -> RefusalReason | None:
        match command:
            case SetAgent() | RemoveAgent() | SetStatus() | Connect() | Disconnect() | Vanish():
                return self._order_agent(command)
            case Join():
                self._join(command)
            case Restore():
                return self._restore(command)
            case Settle():
                self._settle_all()
            case _:
                chat = self._desk.chats.get(command.chat)
                return "unknown_chat" if chat is None else self._order_chat(command, chat)
        return None

    def _order_agent(self, command: AgentCommand) -> RefusalReason | None:
        agent = self._desk.agents.get(command.agent)
        if isinstance(command, SetAgent):
            self._set_agent(command, agent)
            return None
        if agent is None:
            return "unknown_agent"
        match command:
            case SetStatus(status=status, capacity=capacity):
                agent = replace(agent, capacity=agent.capacity if capacity is None else capacity)
                self._moves.put_agent(agent, status, agent.connected)
                self._moves.settle(agents=[agent.agent])
            case Connect():
                self._moves.put_agent(agent, agent.status, connected=True)
                self._moves.settle(agents=[agent.agent])
            case Disconnect():
                self._moves.put_agent(agent, agent.status, connected=False)
            case Vanish():
                self._vanish(agent)
            case RemoveAgent():
                returned = self._moves.requeue_all_of(agent)
                self._desk.drop_agent(agent.agent)
                self._moves.settle(returned)
            case _:
                assert_never(command)
        return None

    def _order_chat(self, command: ChatCommand, chat: ChatState) -> RefusalReason | None:
        match command:
            case Leave():
                self._leave(chat)
            case Take():
                return self._take(command, chat)
            case TransferToAgent():
                return self._transfer_to_agent(command, chat)
            case TransferToDepartment():
                self._transfer_to_department(command, chat)
            case Reassign():
                return self._reassign(chat)
            case SetPriority(priority=priority):
                if priority != chat.priority:
                    self._desk.put_chat(replace(chat, priority=priority), self._moves.now_ms)
                    self._moves.note(Reprioritised(chat.chat, priority))
            case _:
                assert_never(command)
        return None

    def _set_agent(self, command: SetAgent, known: AgentState | None) -> None:
        departments = tuple(sorted(set(command.departments)))
        if known is None:
            known = AgentState(command.agent, departments, command.tier, 0, "offline", False, (), 0)
        agent = replace(known, departments=departments, tier=command.tier, capacity=command.capacity)
        self._moves.put_agent(agent, command.status, agent.connected)
        self._moves.settle(agents=[agent.agent])

    def _vanish(self, agent: AgentState) -> None:
        if agent.connected:
            return
        self._moves.put_agent(agent, "offline", connected=False)
        self._moves.settle(self._moves.requeue_all_of(agent))

    def _join(self, command: Join) -> None:
        if command.chat in self._desk.chats:
            return
        c = command
        self._moves.enqueue(ChatState(c.chat, c.department, c.tier, c.priority, c.line, c.returned, agent=None))
        self._moves.settle([command.chat])

    def _leave(self, chat: ChatState) -> None:
        self._desk.drop_chat(chat.chat, self._moves.now_ms)
        self._moves.note(Removed(chat.chat, chat.agent))
        self._moves.settle(agents=_known(chat.agent))

    def _take(self, command: Take, chat: ChatState) -> RefusalReason | None:
        agent = self._desk.agents.get(command.agent)
        if agent is None:
            return "unknown_agent"
        if chat.agent == agent.agent:
            return "already_theirs"
        if chat.agent is not None and not command.takeover:
            return "not_waiting"
        if not agent.connected:
            return "not_accepting"  # their `Vanish` may be over already: nobody would ever see the chat
        return self._hand_over(chat, agent, "taken", command.force)

    def _transfer_to_agent(self, command: TransferToAgent, chat: ChatState) -> RefusalReason | None:
        agent = self._desk.agents.get(command.agent)
        if agent is None:
            return "unknown_agent"
        if chat.agent == agent.agent:
            return "already_theirs"
        if not agent.accepting:
            return "not_accepting"
        return self._hand_over(chat, agent, "transferred", command.force)

    def _hand_over(self, chat: ChatState, agent: AgentState, rule: AssignRule, force: bool) -> RefusalReason | None:
        if agent.load >= agent.capacity and not force:
            return "full"
        self._moves.assign(chat, agent.agent, rule)
        self._moves.settle(agents=_known(chat.agent))
        return None

    def _transfer_to_department(self, command: TransferToDepartment, chat: ChatState) -> None:
        if chat.agent is None and (chat.department, chat.tier) == (command.department, command.tier):
            return
        moved = replace(chat, department=command.department, tier=command.tier, agent=None, returned=False)
        self._moves.enqueue(moved, from_agent=chat.agent)
        self._moves.settle([chat.chat], _known(chat.agent))

    def _reassign(self, chat: ChatState) -> RefusalReason | None:
        other = self._desk.best_agent_for(chat, but=chat.agent)
        if other is None or chat.agent is None:  # for a chat that waits nobody is free, or it would not wait
            return "nobody_free"
        self._moves.assign(chat, other, "reassigned")
        self._moves.settle(agents=[chat.agent])
        return None

    def _restore(self, command: Restore) -> RefusalReason | None:
        c, before = command, self._desk.chats.get(command.chat)
        if c.agent is not None and c.agent not in self._desk.agents:
            return "unknown_agent"
        if c.agent is None and not c.queued:
            if before is not None:
                self._leave(before)
            return None
        held_by = None if before is None else before.agent
        returned = c.returned and c.agent is None
        truth = ChatState(c.chat, c.department, c.tier, c.priority, c.line, returned, agent=held_by)
        if before is not None and before.priority != truth.priority:
            self._moves.note(Reprioritised(truth.chat, truth.priority))
        self._restore_holder(truth, before, c.agent)
        self._moves.settle([c.chat] if c.agent is None else [], _known(held_by))
        return None

    def _restore_holder(self, truth: ChatState, before: ChatState | None, agent: str | None) -> None:
        """Put a restored chat where it belongs; an event only for what was not so before."""
        same_place = before is not None and replace(before, priority=truth.priority) == truth
        if agent is not None and truth.agent != agent:
            self._moves.assign(truth, agent, "restored")
        elif agent is not None or (truth.agent is None and same_place):
            self._desk.put_chat(truth, self._moves.now_ms)
        else:
            self._moves.enqueue(replace(truth, agent=None), from_agent=truth.agent)

    def _settle_all(self) -> None:
        lost = [chat for name in self._orphans if (chat := self._desk.chats.get(name)) and chat.agent is None]
        for chat in sorted(lost, key=line_key):
            self._moves.note(Requeued(chat.chat, self._orphans[chat.chat], "connection_lost"))
        self._orphans = {}
        for agent in self._desk.agents_of(None):  # whose idle time the snapshot did not know: it begins now
            self._moves.put_agent(agent, agent.status, agent.connected)
        self._moves.settle([chat.chat for chat in self._desk.chats.values() if chat.agent is None])


def _known(agent: str | None) -> list[str]:
    return [] if agent is None else [agent]
