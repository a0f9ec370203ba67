"""What agents do with chats: take one, hand it on, set what it is about, end it, note something for the team.

The record answers first and for good; the queue follows. Pushes are made from the record's facts (fanout.py). What a
chat's state may forbid is decided by the record too: another server may have changed the chat a moment ago.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from queueing.model import Applied, Command, Refused, SetPriority, Take, TransferToAgent, TransferToDepartment
from server import access
from server.clock import Clock
from server.errors import Refusal, not_found
from server.fields import future
from server.requests import ChatClose, ChatSet, ChatTransfer
from server.services.chats.endings import Endings
from server.services.known.directory import Directory
from server.services.known.open_chats import OpenChats
from server.services.routing.dispatch import Dispatch
from server.services.tickets.new_tickets import NewTickets
from transcripts.errors import ChatClosed
from transcripts.operations import ChatChanges, NewNote, NewTicket
from transcripts.port import Store
from transcripts.records import Agent, Author, Chat, Note, Ticket

REFUSALS = {
    "full": "This agent has no free slot. Choose somebody else, or let a manager force it.",
    "not_accepting": "This agent is not online. Choose somebody else.",
    "unknown_agent": "There is no such agent here. Choose one of the list.",
    "unknown_chat": "This chat is over.",
    "not_waiting": "Somebody else has this chat by now.",
    "already_theirs": "This agent has the chat already.",
    "nobody_free": "Nobody else has a free slot.",
}

REFUSALS_TO_ONESELF = {
    **REFUSALS,
    "full": "You have no free slot. Close a chat first, or take more chats at a time.",
    "not_accepting": "You are not connected. Reload the page.",
}


class AgentChats:
    def __init__(
        self,
        store: Store,
        dispatch: Dispatch,
        open_chats: OpenChats,
        endings: Endings,
        new_tickets: NewTickets,
        directory: Directory,
        clock: Clock,
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._dispatch = dispatch
        self._open_chats = open_chats
        self._endings = endings
        self._new_tickets = new_tickets
        self._directory = directory
        self._clock = clock
        self._new_id = new_id

    async def find(self, agent: Agent, chat_id: str) -> Chat:
        """One within this agent's sight, as this server knows it. Raises Refusal not_found."""
        return access.agents_chat(self._open_chats.get(chat_id) or await self._store.chat(chat_id), agent)

    async def add_note(self, agent: Agent, chat_id: str, client_id: str, body: str) -> Note:
        chat = await self.find(agent, chat_id)
        return await self._note(agent, chat.id, client_id, body)

    async def take(self, agent: Agent, chat_id: str, force: bool) -> Chat:
        """Pull a waiting chat; a manager also takes one over."""
        chat = await self._find_now(agent, chat_id)
        self._require_open(chat)
        if chat.state == "active" and chat.agent_id == agent.id:
            return chat
        if chat.state == "active" and not access.is_at_least(agent, "manager"):
            raise Refusal("conflict", REFUSALS["not_waiting"])
        self._check_force(agent, force)
        takeover = access.is_at_least(agent, "manager")
        applied = await self._dispatch.order(Take(chat.id, agent.id, force, takeover=takeover))
        _require_done(applied, REFUSALS_TO_ONESELF)
        return await self._routed(chat.id, agent.id)

    async def transfer(self, agent: Agent, request: ChatTransfer) -> Chat:
        """To an agent, or to a department (and tier), with a note for whoever gets it."""
        chat = await self._find_now(agent, request.chat_id)
        self._require_open(chat)
        if chat.agent_id != agent.id and not access.is_at_least(agent, "manager"):
            raise Refusal("forbidden", "Only who has the chat, or a manager, hands it on. Take it first.")
        self._check_force(agent, request.force)
        if (request.agent is None) == (request.department is None and request.tier is None):
            raise Refusal("invalid", "Name an agent, or a department or tier.", field="agent")
        target = None if request.agent is None else self._transfer_target(request.agent)
        if target is not None:
            order: Command = TransferToAgent(chat.id, target.id, request.force)
        else:
            department = self._directory.choose_department(request.department or chat.department_id)
            order = TransferToDepartment(
                chat.id, department.id, request.tier or (1 if request.department else chat.tier)
            )
        _require_done(await self._dispatch.order(order))
        moved = await self._routed(chat.id, target.id if target else None)
        if request.note is not None:  # Only now: whoever has the chat hears it, and a refused transfer leaves none.
            await self._note(agent, chat.id, f"transfer-{self._new_id()}", request.note)
        return moved

    async def set(self, agent: Agent, request: ChatSet) -> Chat:
        chat = await self.find(agent, request.chat_id)
        tags = None if request.tags is None else tuple(request.tags)
        changes = ChatChanges(request.priority, request.topic, tags, request.name, request.email)
        changed = await self._store.set_chat(chat.id, changes)
        if request.priority is not None and changed.state != "closed":
            await self._dispatch.post(SetPriority(chat.id, request.priority))
        return self._open_chats.newest(changed)

    async def close(self, agent: Agent, request: ChatClose) -> tuple[Chat, Ticket | None]:
        """Resolved, or unresolved with a ticket. Raises Refusal invalid, field ticket.email; ChatClosed."""
        chat = await self._find_now(agent, request.chat_id)
        if chat.agent_id != agent.id and not access.is_at_least(agent, "manager"):
            raise Refusal("forbidden", "Only who has the chat, or a manager, ends it. Take it first.")
        if chat.state == "closed" and chat.resolution is not None:
            raise ChatClosed("the chat is over")
        ticket = None
        if request.resolution == "unresolved":
            ticket = self._ticket_wanted(chat, request)
        closed = await self._endings.end(
            chat,
            by="agent",
            resolution=request.resolution,
            ticket=ticket,
            topic=request.topic,
            summary=request.summary,
        )
        return closed.chat, closed.ticket

    # ---- inside ------------------------------------------------------------------------------------------------------

    async def _find_now(self, agent: Agent, chat_id: str) -> Chat:
        """As the record has it. Raises Refusal not_found."""
        return access.agents_chat(await self._store.chat(chat_id), agent)

    async def _note(self, agent: Agent, chat_id: str, client_id: str, body: str) -> Note:
        author = Author("agent", agent.id, agent.name)
        return await self._store.add_note(NewNote(chat_id, client_id, author, body, self._clock.now()))

    def _ticket_wanted(self, chat: Chat, request: ChatClose) -> NewTicket:
        wanted = request.ticket
        now = self._clock.now()
        return self._new_tickets.for_chat(
            replace(chat, topic=request.topic or chat.topic),
            subject=wanted.subject if wanted else None,
            priority=(wanted.priority if wanted else None) or chat.priority,
            checkpoint_at=future(wanted.checkpoint_at, now, "ticket.checkpoint_at") if wanted else None,
            email=wanted.email if wanted else None,
            tags=tuple(wanted.tags) if wanted and wanted.tags is not None else chat.tags,
            at=now,
            channel="chat",
        )

    def _transfer_target(self, agent_id: str) -> Agent:
        target = self._directory.agent(agent_id)
        if target is None or target.disabled_at is not None:
            raise Refusal("not_found", REFUSALS["unknown_agent"], field="agent")
        return target

    def _check_force(self, agent: Agent, force: bool) -> None:
        if force and not access.is_at_least(agent, "manager"):
            raise Refusal(
                "forbidden", "Only a manager may give an agent more chats than their capacity.", field="force"
            )

    @staticmethod
    def _require_open(chat: Chat) -> None:
        if chat.state == "closed":
            raise ChatClosed("the chat is over")

    async def _routed(self, chat_id: str, agent_id: str | None) -> Chat:
        """The chat after an order was carried out. Raises Refusal conflict where the record did not agree."""
        chat = await self._store.chat(chat_id)
        if chat is None:
            raise not_found("chat")
        if agent_id is not None and chat.agent_id != agent_id:
            raise Refusal("conflict", REFUSALS["not_waiting"])
        return chat


def _require_done(applied: Applied, sentences: Mapping[str, str] = REFUSALS) -> None:
    refused = next((event for event in applied.events if isinstance(event, Refused)), None)
    if refused is not None:
        raise Refusal("conflict", sentences[refused.reason])
