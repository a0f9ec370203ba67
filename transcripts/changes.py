"""What an operation makes of a chat: pure transitions, the same for every adapter.

An adapter loads the chat in its transaction, checks what needs other rows (client_ids, an agent's load), asks here,
and stores the outcome. Whether an operation fits the chat's state is decided here; who may order it is the server's.
Every change is made by `_changed` or `_append`, which count the chat's revision.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from transcripts.altering import altered
from transcripts.errors import ChatClosed, Conflict, NotHeld, RouteConflict
from transcripts.facts import ChatChanged, Fact, MessageAdded, NoteAdded, ReadMarked
from transcripts.operations import Assign, ChatChanges, Close, EventText, NewChat, NewMessage, NewNote, Requeue
from transcripts.records import SYSTEM, Author, AuthorKind, Chat, Message, Note, Rating


@dataclass(frozen=True, slots=True)
class Change:
    """The chat as it is afterwards and what was added, messages in order. before: None for a new chat.

    read_by: who has read further. is_news False: nothing about the chat is news but these.
    """

    before: Chat | None
    chat: Chat
    messages: tuple[Message, ...] = ()
    note: Note | None = None
    read_by: AuthorKind | None = None
    is_news: bool = True

    def facts(self) -> Iterator[Fact]:
        chat = self.chat
        if self.is_news:
            yield ChatChanged(chat, self.before)
        for message in self.messages:
            yield MessageAdded(chat, message)
        if self.note is not None:
            yield NoteAdded(chat, self.note)
        if self.read_by is not None:
            seq = chat.visitor_read_seq if self.read_by == "visitor" else chat.agent_read_seq
            yield ReadMarked(chat, self.read_by, seq)


def open_chat(new: NewChat, line: int) -> Change:
    chat = Chat(
        id=new.id,
        state="queued",
        department_id=new.department_id,
        tier=new.tier,
        topic=new.topic,
        priority=new.priority,
        visitor_id=new.visitor_id,
        visitor_name=new.name,
        visitor_email=new.email,
        visitor_verified=new.verified,
        locale=new.locale,
        question=new.question,
        line=line,
        returned=False,
        route_version=1,
        agent_id=None,
        created_at=new.at,
        queued_at=new.at,
        fields=dict(new.fields),
        consent=new.consent,
    )
    asked = NewMessage(new.id, new.client_id, Author("visitor", new.visitor_id, new.name), new.question, new.at)
    said = _append(chat, asked)
    return replace(said, before=None, is_news=True)


def send(chat: Chat, new: NewMessage) -> Change:
    """Raises ChatClosed, NotHeld."""
    if chat.state == "closed":
        raise ChatClosed(chat.id)
    if new.held_by is not None and (chat.state != "active" or chat.agent_id != new.held_by):
        raise NotHeld(chat.id)
    return _append(chat, new)


def is_same_message(message: Message, new: NewMessage) -> bool:
    """Whether `new`, under the client_id of `message`, is that message once more."""
    return (message.kind, message.body, message.file) == (new.kind, new.body, new.file)


def add_note(chat: Chat, new: NewNote) -> Change:
    number = chat.last_note_seq + 1
    note = Note(chat.id, number, chat.last_seq, new.client_id, new.author, new.body, new.at)
    return _changed(chat, replace(chat, last_note_seq=number), note=note, is_news=False)


def add_event(chat: Chat, event: EventText, at: datetime, route_version: int) -> Change | None:
    """None where the chat has moved on, or the event stands already."""
    if chat.state == "closed" or chat.route_version != route_version:
        return None
    marked = chat
    match event.code:
        case "visitor_left" if chat.visitor_left_at is None:
            marked = replace(chat, visitor_left_at=at)
        case "visitor_back" if chat.visitor_left_at is not None:
            marked = replace(chat, visitor_left_at=None)
        case "idle_warning" if chat.idle_warned_at is None:
            marked = replace(chat, idle_warned_at=at)
        case "visitor_left" | "visitor_back" | "idle_warning":
            return None
        case _:
            pass
    return _with_events(chat, marked, (event,), at, is_news=False)


def assign(chat: Chat, order: Assign, load: int) -> Change:
    """load: the other active chats of the agent. Raises RouteConflict."""
    _check_route(chat, order.route_version)
    if order.max_load is not None and load >= order.max_load:
        raise RouteConflict(chat)
    at = order.now()
    assigned = replace(
        chat,
        state="active",
        agent_id=order.agent_id,
        assigned_at=at,
        first_assigned_at=chat.first_assigned_at or at,
        tier_assigned_at=chat.tier_assigned_at or at,
        replied_since_assigned=False,
        returned=False,
        route_version=chat.route_version + 1,
    )
    return _with_events(chat, assigned, order.events, at)


def requeue(chat: Chat, order: Requeue) -> Change:
    """Raises RouteConflict."""
    _check_route(chat, order.route_version)
    place = (order.department_id or chat.department_id, order.tier or chat.tier)
    queued = replace(
        chat,
        state="queued",
        agent_id=None,
        assigned_at=None,
        replied_since_assigned=False,
        returned=order.returned,
        queued_at=chat.queued_at if order.returned else order.at,
        department_id=place[0],
        tier=place[1],
        tier_assigned_at=chat.tier_assigned_at if place == (chat.department_id, chat.tier) else None,
        route_version=chat.route_version + 1,
    )
    return _with_events(chat, queued, order.events, order.at)


def check_close(chat: Chat, order: Close) -> None:
    """Raises ChatClosed where there is nothing left to say, Conflict where a timer finds another chat than it saw."""
    is_over = chat.state == "closed" and (chat.resolution is not None or order.resolution is None)
    if is_over:
        raise ChatClosed(chat.id)
    if order.if_state is not None and chat.state != order.if_state:
        raise Conflict(f"chat {chat.id} is {chat.state}")
    said_at = chat.last_visitor_at
    if order.if_idle_since is not None and said_at is not None and said_at > order.if_idle_since:
        raise Conflict(f"the visitor of chat {chat.id} is not idle")


def close(chat: Chat, order: Close, ticket_number: str | None) -> Change:
    """The end of an open chat, or the resolution of one that its visitor closed. `check_close` comes before."""
    closed = replace(
        chat,
        resolution=order.resolution,
        topic=chat.topic if order.topic is None else order.topic,
        summary=chat.summary if order.summary is None else order.summary,
        ticket_number=ticket_number or chat.ticket_number,
    )
    events: tuple[EventText, ...] = ()
    if chat.state != "closed":
        events = order.events
        closed = replace(
            closed,
            state="closed",
            closed_at=order.at,
            closed_by=order.by,
            returned=False,
            route_version=chat.route_version + 1,
        )
    if ticket_number is not None:
        events += numbered(order.ticket_events, ticket_number)
    return _with_events(chat, closed, events, order.at)


def link_ticket(chat: Chat, events: Sequence[EventText], at: datetime, ticket_number: str) -> Change:
    return _with_events(chat, replace(chat, ticket_number=ticket_number), numbered(events, ticket_number), at)


def numbered(events: Sequence[EventText], ticket_number: str) -> tuple[EventText, ...]:
    """`{number}` alone is filled in: the sentence may hold other braces, and somebody's words."""
    return tuple(
        EventText(event.code, event.body.replace("{number}", ticket_number), {**event.data, "number": ticket_number})
        for event in events
    )


def change(chat: Chat, changes: ChatChanges) -> Change | None:
    """None where nothing would be different."""
    changed = replace(
        chat,
        priority=chat.priority if changes.priority is None else changes.priority,
        topic=chat.topic if changes.topic is None else changes.topic,
        tags=chat.tags if changes.tags is None else changes.tags,
        visitor_name=chat.visitor_name if changes.name is None else changes.name,
        visitor_email=chat.visitor_email if changes.email is None else changes.email,
    )
    return None if changed == chat else _changed(chat, changed)


def rate(chat: Chat, rating: Rating) -> Change | None:
    """None where it is the same rating."""
    return None if chat.rating == rating else _changed(chat, replace(chat, rating=rating))


def mark_read(chat: Chat, by: AuthorKind, seq: int) -> Change | None:
    """Never beyond the last message; None where that was read before."""
    upto = min(seq, chat.last_seq)
    if by == "visitor":
        marked = replace(chat, visitor_read_seq=max(chat.visitor_read_seq, upto))
    else:
        marked = replace(chat, agent_read_seq=max(chat.agent_read_seq, upto))
    return None if marked == chat else _changed(chat, marked, read_by=by, is_news=False)


def _check_route(chat: Chat, route_version: int) -> None:
    if chat.state == "closed" or chat.route_version != route_version:
        raise RouteConflict(chat)


def _append(chat: Chat, new: NewMessage) -> Change:
    seq = chat.last_seq + 1
    message = Message(chat.id, seq, new.client_id, new.author, new.kind, new.body, new.at, new.file)
    # One copy with its revision, for this is what a busy desk does all day.
    marks: dict[str, object] = {"last_seq": seq, "revision": chat.revision + 1}
    if new.author.kind == "visitor":
        marks |= {
            "last_visitor_at": new.at,
            "unanswered_since": chat.unanswered_since or new.at,
            "idle_warned_at": None,
        }
    elif new.author.kind == "agent":
        marks |= {
            "last_agent_at": new.at,
            "unanswered_since": None,
            "first_reply_at": chat.first_reply_at or new.at,
            "replied_since_assigned": chat.replied_since_assigned or new.author.id == chat.agent_id,
            # A turn is over when what the visitor said has its answer: three answers in a row are one exchange.
            "exchanges": chat.exchanges + (chat.unanswered_since is not None),
        }
    return Change(chat, altered(chat, **marks), (message,), is_news=False)


def _with_events(
    before: Chat, chat: Chat, events: Sequence[EventText], at: datetime, *, is_news: bool = True
) -> Change:
    messages = tuple(
        Message(chat.id, seq, None, SYSTEM, "event", event.body, at, event={"code": event.code, **event.data})
        for seq, event in enumerate(events, chat.last_seq + 1)
    )
    return _changed(before, replace(chat, last_seq=chat.last_seq + len(messages)), messages, is_news=is_news)


def _changed(
    before: Chat,
    chat: Chat,
    messages: tuple[Message, ...] = (),
    *,
    note: Note | None = None,
    read_by: AuthorKind | None = None,
    is_news: bool = True,
) -> Change:
    counted = altered(chat, revision=before.revision + 1)
    return Change(before, counted, messages, note, read_by, is_news)
