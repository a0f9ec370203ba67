"""From the record's facts to the people they concern: who hears what, in commit order.

A push is only ever a wake-up: a client that misses one resumes from its last seq. Rooms: `visitor:ID`, `agent:ID`,
`watch:CHAT` (agents reading along), `department:ID` (agents who may see it), `visitors`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

import orjson

from server.services.telling.boards import Boards, watch_room
from server.services.waits.positions import Positions
from server.sockets.rooms import Rooms
from server.wire import Wire, note
from transcripts.facts import (
    ChatChanged,
    Fact,
    MailQueued,
    MessageAdded,
    NoteAdded,
    ReadMarked,
    TicketChanged,
    TicketMessageAdded,
)
from transcripts.records import Chat

UNASSIGNED_BY_EVENT = {
    "returned": "returned",
    "reassigned": "returned",
    "transferred": "transferred",
    "assigned": "taken",
}


def visitor_room(visitor_id: str) -> str:
    return f"visitor:{visitor_id}"


def agent_room(agent_id: str) -> str:
    return f"agent:{agent_id}"


def agents_of(chat: Chat) -> list[str]:
    """Rooms of the agents who hear of this chat: who has it, and who reads along."""
    rooms = [watch_room(chat.id)]
    if chat.agent_id is not None and chat.state != "queued":
        rooms.append(agent_room(chat.agent_id))
    return rooms


class Fanout:
    def __init__(self, rooms: Rooms, wire: Wire, boards: Boards, positions: Positions) -> None:
        self._rooms = rooms
        self._wire = wire
        self._boards = boards
        self._positions = positions

    def tell(self, facts: Sequence[Fact]) -> None:
        for index, fact in enumerate(facts):
            match fact:
                case MessageAdded():
                    self._boards.let_go(fact.chat)
                    # Once for all who hear it: an event's name is all that differs.
                    said = orjson.Fragment(orjson.dumps(self._wire.message(fact.message)))
                    self._rooms.push(visitor_room(fact.chat.visitor_id), "message", said)
                    self._rooms.push(agents_of(fact.chat), "message", said)
                case ChatChanged():
                    self._chat_changed(fact, facts[index + 1 :])
                case NoteAdded():
                    self._boards.let_go(fact.chat)
                    self._rooms.push(agents_of(fact.chat), "note", note(fact.note))
                case ReadMarked():
                    self._read(fact)
                case TicketChanged() | TicketMessageAdded() | MailQueued():
                    pass
                case _:
                    assert_never(fact)

    def _chat_changed(self, fact: ChatChanged, behind: Sequence[Fact]) -> None:
        chat, before = fact.chat, fact.before
        queue = self._positions.told(chat.id) if chat.state == "queued" else None
        self._rooms.push(visitor_room(chat.visitor_id), "chat", self._wire.chat_for_visitor(chat, queue))
        had = before.agent_id if before is not None and before.state == "active" else None
        has = chat.agent_id if chat.state == "active" else None
        shown = self._wire.chat_for_agent(chat, queue, light=self._boards.light_of(chat))
        if has is not None and has != had:
            self._rooms.push(agent_room(has), "assigned", shown)
        if before is not None:
            self._boards.let_go(before)
        self._rooms.push(agents_of(chat), "chat", shown)
        self._boards.let_go(chat)  # after they heard where it went
        if had is not None and had != has:
            reason = "closed" if chat.state == "closed" else self._why(chat, behind)
            self._rooms.push(agent_room(had), "unassigned", {"chat_id": chat.id, "reason": reason})

    @staticmethod
    def _why(chat: Chat, behind: Sequence[Fact]) -> str:
        """The event that the same operation put into the chat says why its agent lost it."""
        for fact in behind:
            if isinstance(fact, MessageAdded) and fact.chat is chat and fact.message.event:
                return UNASSIGNED_BY_EVENT.get(str(fact.message.event["code"]), "transferred")
        return "transferred"

    def _read(self, fact: ReadMarked) -> None:
        seen = {"chat_id": fact.chat.id, "seq": fact.seq, "by": fact.by}
        if fact.by == "agent":
            self._rooms.push(visitor_room(fact.chat.visitor_id), "read", seen)
        else:
            self._boards.let_go(fact.chat)
            self._rooms.push(agents_of(fact.chat), "read", seen)
