"""What visitors and agents do with chats. Each method checks who may, asks the record, then the queue.

The record answers first and for good; the queue follows. Pushes are made from the record's facts (fanout.py). What a
chat's state may forbid is decided by the record too: another server may have changed the chat a moment ago.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from queueing.model import Applied, Command, Join, Refused, SetPriority, Take, TransferToAgent, TransferToDepartment
from server import access
from server.clock import Clock
from server.errors import Refusal, not_found
from server.fields import future
from server.requests import ChatClose, ChatSet, ChatStart, ChatTransfer, MessageSend, Rate, ToTicket, Words
from server.services.directory import Directory
from server.services.dispatch import Dispatch
from server.services.endings import Endings
from server.services.files import Files
from server.services.new_tickets import NewTickets
from server.services.open_chats import OpenChats
from transcripts.errors import ChatClosed, Conflict, NotFound
from transcripts.operations import ChatChanges, NewChat, NewMessage, NewNote, NewTicket, SyncPage
from transcripts.port import Store
from transcripts.records import Agent, Author, Chat, Message, Note, Rating, Ticket, Visitor

RATING_EDITABLE = timedelta(hours=24)

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


class Chats:
    def __init__(
        self,
        store: Store,
        dispatch: Dispatch,
        open_chats: OpenChats,
        endings: Endings,
        new_tickets: NewTickets,
        files: Files,
        directory: Directory,
        clock: Clock,
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._dispatch = dispatch
        self._open_chats = open_chats
        self._endings = endings
        self._new_tickets = new_tickets
        self._files = files
        self._directory = directory
        self._clock = clock
        self._new_id = new_id

    # ---- visitors ---------------------------------------------------------------------------------------------------

    async def start(
        self, visitor: Visitor, request: ChatStart, *, is_offered: bool = True, consent: str | None = None
    ) -> Chat:
        """Open a chat, or give the open one. Raises Refusal not_open with the moment of opening.

        is_offered: False where the desk takes no chats, at whatever time. consent: the version of the text agreed to.
        """
        department = self._directory.choose_department(request.department)
        now = self._clock.now()
        is_open = self._directory.is_open(department.id, now)
        new = NewChat(
            self._new_id(),
            visitor.id,
            request.client_id,
            _fingerprint(request),
            department.id,
            request.question,
            now,
            request.name or visitor.name,
            request.email or visitor.email,
            visitor.verified,
            visitor.locale,
            topic=request.topic,
            fields=dict(request.fields),
            only_existing=not (is_open and is_offered),
            consent=consent,
        )
        try:
            started = await self._store.start_chat(new)
        except NotFound as exc:
            raise Refusal(
                "not_open",
                "Nobody is here now. Leave a message and we answer by e-mail.",
                opens_at=self._directory.opens_at(department.id, now),
            ) from exc
        if started.created:
            chat = started.chat
            await self._dispatch.post(Join(chat.id, chat.department_id, chat.tier, chat.priority, chat.line))
        return self._newest(started.chat)

    async def leave(self, visitor_id: str, chat_id: str) -> Chat:
        """Leave the line (abandoned), or end the chat: then the agent says how it ended. Once it is over: as it is."""
        chat = await self._of_visitor_now(visitor_id, chat_id)
        if chat.state == "closed":
            return chat
        try:
            if chat.state == "queued":
                return (await self._endings.abandon(chat, by="visitor", only_in_state_seen=True)).chat
            return (await self._endings.end(chat, by="visitor", resolution=None)).chat
        except ChatClosed:
            return await self._of_visitor_now(visitor_id, chat_id)
        except Conflict:  # An agent was faster: then it is their conversation that ends.
            return (await self._endings.end(chat, by="visitor", resolution=None)).chat

    async def to_ticket(self, visitor: Visitor, request: ToTicket, *, consent: str | None = None) -> Ticket:
        """ "Write to me instead": a waiting chat ends as unresolved with the ticket; any other goes on beside it.

        consent: the version of the text agreed to.
        """
        chat = await self._of_visitor_now(visitor.id, request.chat_id) if request.chat_id else None
        if chat is not None:
            department = self._directory.department(chat.department_id)
        else:
            department = self._directory.choose_department(request.department)
        if department is None:
            raise not_found("department")
        new = self._new_tickets.from_visitor(
            visitor.id, visitor.name, visitor.verified, visitor.locale, request, department, chat
        )
        new = replace(new, consent=consent)
        if chat is None:
            return await self._store.create_ticket(new)
        if chat.state == "queued":
            with suppress(ChatClosed, Conflict):  # It moved on meanwhile: then the ticket is made beside it.
                closed = await self._endings.end(
                    chat, by="visitor", resolution="unresolved", ticket=new, only_in_state_seen=True
                )
                if closed.ticket is not None:
                    return closed.ticket
        return await self._store.create_ticket(replace(new, chat_events=(self._new_tickets.event_text(chat, new),)))

    async def rate(self, visitor_id: str, request: Rate) -> Chat:
        chat = await self._of_visitor_now(visitor_id, request.chat_id)
        now = self._clock.now()
        if chat.state != "closed" or chat.closed_at is None:
            raise Refusal("conflict", "Rate the conversation when it has ended.")
        first = chat.rating.at if chat.rating else now
        if now - first > RATING_EDITABLE:
            raise Refusal("conflict", "A rating can be changed for 24 hours.")
        rating = Rating(request.score, request.effort, request.recommend, request.comment, first)
        return await self._store.rate_chat(chat.id, rating)

    # ---- both sides -------------------------------------------------------------------------------------------------

    async def send(self, author: Author, request: MessageSend, *, held_by: str | None = None) -> Message:
        """held_by: the agent who must have the chat (a message sent before stays sent). Raises ChatClosed, Conflict."""
        if request.file_id is not None:
            return await self._send_file(author, request, request.file_id, held_by)
        if request.body is None:
            raise Refusal("invalid", "body: must not be empty", field="body")
        words = Words(request.chat_id, request.client_id, request.body)
        return await self.put_words(author, words, held_by=held_by)

    def put_words(self, author: Author, words: Words, *, held_by: str | None = None) -> Awaitable[Message]:
        """As `send`; several may wait for the record, in the order of these calls (Store.put_message)."""
        now = self._clock.now()
        return self._store.put_message(
            NewMessage(words.chat_id, words.client_id, author, words.body, now, held_by=held_by)
        )

    def file_rules(self) -> dict[str, object] | None:
        """What may be sent, as `hello` says it; None: no files here."""
        rules = self._files.rules
        return {"max_bytes": rules.max_bytes, "types": list(rules.extensions)} if rules.extensions else None

    async def sync(self, chat: Chat, after_seq: int) -> SyncPage:
        return await self._store.sync(chat.id, after_seq)

    async def of_visitor(self, visitor_id: str, chat_id: str) -> Chat:
        """As this server knows it. Raises Refusal not_found."""
        return access.visitors_chat(await self.find(chat_id), visitor_id)

    async def of_agent(self, agent: Agent, chat_id: str) -> Chat:
        """As this server knows it. Raises Refusal not_found."""
        return access.agents_chat(await self.find(chat_id), agent)

    async def find(self, chat_id: str) -> Chat | None:
        return self.at_hand(chat_id) or await self._store.chat(chat_id)

    def at_hand(self, chat_id: str) -> Chat | None:
        """An open chat, as this server knows it."""
        return self._open_chats.get(chat_id)

    # ---- agents -----------------------------------------------------------------------------------------------------

    async def add_note(self, agent: Agent, chat_id: str, client_id: str, body: str) -> Note:
        chat = await self.of_agent(agent, chat_id)
        return await self._note(agent, chat.id, client_id, body)

    async def take(self, agent: Agent, chat_id: str, force: bool) -> Chat:
        """Pull a waiting chat; a manager also takes one over."""
        chat = await self._of_agent_now(agent, chat_id)
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
        chat = await self._of_agent_now(agent, request.chat_id)
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
        chat = await self.of_agent(agent, request.chat_id)
        tags = None if request.tags is None else tuple(request.tags)
        changes = ChatChanges(request.priority, request.topic, tags, request.name, request.email)
        changed = await self._store.set_chat(chat.id, changes)
        if request.priority is not None and changed.state != "closed":
            await self._dispatch.post(SetPriority(chat.id, request.priority))
        return self._newest(changed)

    async def close(self, agent: Agent, request: ChatClose) -> tuple[Chat, Ticket | None]:
        """Resolved, or unresolved with a ticket. Raises Refusal invalid, field ticket.email; ChatClosed."""
        chat = await self._of_agent_now(agent, request.chat_id)
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

    # ---- inside -----------------------------------------------------------------------------------------------------

    async def _send_file(self, author: Author, request: MessageSend, file_id: str, held_by: str | None) -> Message:
        """A message of its own; its body is the file's name, for whoever shows bodies only."""
        if request.body is not None:
            raise Refusal("invalid", "Send the text and the file as two messages.", field="body")
        file = await self._files.to_send(file_id, author, request.chat_id)
        new = NewMessage(request.chat_id, request.client_id, author, file.name, self._clock.now(), "file", file.file)
        return await self._store.send_message(replace(new, held_by=held_by))

    async def _of_visitor_now(self, visitor_id: str, chat_id: str) -> Chat:
        return access.visitors_chat(await self._store.chat(chat_id), visitor_id)

    async def _of_agent_now(self, agent: Agent, chat_id: str) -> Chat:
        return access.agents_chat(await self._store.chat(chat_id), agent)

    def _newest(self, chat: Chat) -> Chat:
        known = self._open_chats.get(chat.id)
        return known if known is not None and known.revision > chat.revision else chat

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


def _fingerprint(request: ChatStart) -> str:
    content = request.model_dump(mode="json", exclude={"client_id"}, exclude_none=True)
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
