"""How the rest of Semafor reaches the record, wherever it lives.

`sqlite/` is the embedded adapter, `mongo/` that of several servers, `memory/` the reference; one contract suite runs
over all. Every method that changes something returns only when the change is durable; operations on one chat take
effect in the order in which they were called. Raises everywhere: StoreUnavailable; the same request again, under the
same client_id, is then safe: what was stored after all is not stored twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from datetime import datetime
from typing import Protocol

from transcripts.accounts import AccountStore
from transcripts.audit import AuditStore
from transcripts.codes import CodeStore
from transcripts.columns import ColumnStore
from transcripts.contacts import ContactStore
from transcripts.credentials import CredentialStore
from transcripts.facts import Listener
from transcripts.figures import ReportStore
from transcripts.files import FileStore
from transcripts.inbound.record import InboundStore
from transcripts.incidents import IncidentStore
from transcripts.offered import OfferedStore
from transcripts.operations import (
    Assign,
    ChatChanges,
    Close,
    ClosedChat,
    EventText,
    NewChat,
    NewMail,
    NewMessage,
    NewNote,
    NewTicket,
    NewTicketMessage,
    Requeue,
    StartedChat,
    TicketChanges,
)
from transcripts.privacy import PrivacyStore
from transcripts.problems import ProblemStore
from transcripts.questions import ChatHit, ChatQuery, SyncPage, TicketQuery
from transcripts.records import (
    AuthorKind,
    Chat,
    Mail,
    MailState,
    Message,
    Note,
    PageView,
    Rating,
    Ticket,
    TicketMessage,
    Visitor,
)
from transcripts.running import JournalStore, PresenceStore
from transcripts.ticket_life import TicketLifeStore
from transcripts.tokens import TokenStore


class ChatStore(Protocol):
    async def start_chat(self, new: NewChat) -> StartedChat:
        """Open a chat and give it its line. The same visitor and client_id again: the same chat, open or closed.

        While the visitor has an open chat any other start gives that one, and is remembered with it.
        Raises Conflict (client_id with other content), NotFound (only_existing and there is none).
        """

    async def send_message(self, new: NewMessage) -> Message:
        """Append to an open chat; the same (chat, author, client_id) again gives the same message, also when over.

        Raises NotFound, ChatClosed, NotHeld, Conflict (client_id with other content).
        """

    def put_message(self, new: NewMessage) -> Awaitable[Message]:
        """As send_message; several of one chat may wait for the record, and are appended in the order of these calls.

        What is given is a future, or a coroutine that is to be begun in that order. StoreUnavailable may be raised at
        once.
        """

    async def add_note(self, new: NewNote) -> Note:
        """Also on a closed chat. Raises NotFound, Conflict."""

    async def add_event(self, chat_id: str, event: EventText, at: datetime, *, if_route_version: int) -> Message | None:
        """Append an event; None where the chat is closed or has another route_version by now.

        `visitor_left` / `visitor_back` set and clear visitor_left_at, `idle_warning` sets idle_warned_at (a visitor's
        message clears it); each of these three is added once until it is cleared: None where it stands already.
        Raises NotFound.
        """

    async def assign(self, order: Assign) -> Chat:
        """Active and theirs, with the events. Raises NotFound, RouteConflict."""

    async def requeue(self, order: Requeue) -> Chat:
        """queued_at becomes order.at for a move, and stays for a return. Raises NotFound, RouteConflict."""

    async def close_chat(self, order: Close) -> ClosedChat:
        """Raises NotFound, ChatClosed, Conflict."""

    async def set_chat(self, chat_id: str, changes: ChatChanges) -> Chat:
        """Raises NotFound."""

    async def mark_read(self, chat_id: str, by: AuthorKind, seq: int) -> None:
        """Never goes back, never beyond last_seq. Raises NotFound."""

    async def rate_chat(self, chat_id: str, rating: Rating) -> Chat:
        """Raises NotFound."""

    async def chat(self, chat_id: str) -> Chat | None: ...

    async def sync(self, chat_id: str, after_seq: int, limit: int = 200) -> SyncPage:
        """Chat and messages of one moment, ascending. Raises NotFound."""

    async def notes(self, chat_id: str, after_note_seq: int = 0) -> tuple[Note, ...]: ...

    async def open_chats(self) -> tuple[Chat, ...]: ...

    async def open_revisions(self) -> Mapping[str, int]:
        """The revision of every open chat, by its id: cheap, to be asked every few seconds."""

    async def open_chat_of(self, visitor_id: str) -> Chat | None: ...

    async def last_chat_of(self, visitor_id: str, closed_after: datetime) -> Chat | None:
        """The chat of the visitor that was closed last, if not before `closed_after`."""

    async def unresolved_of(self, agent_id: str) -> tuple[Chat, ...]:
        """Closed chats of the agent that still need a resolution, newest first, at most 50."""

    async def search_chats(self, query: ChatQuery) -> tuple[tuple[ChatHit, ...], str | None]:
        """A page and the cursor of the next. Any text is a safe query."""


class VisitorStore(Protocol):
    async def save_visitor(self, visitor: Visitor) -> None: ...

    async def visitor(self, visitor_id: str) -> Visitor | None: ...

    async def claim_identity(self, jti: str, visitor_id: str, expires_at: datetime) -> bool:
        """True where the jti is this visitor's from now on (or already); False where it is another's."""

    async def visitor_by_subject(self, subject: str) -> Visitor | None:
        """The earliest with that `sub`."""

    async def add_page(self, page: PageView) -> None:
        """Keeps the visitor's newest 50."""

    async def pages(self, visitor_id: str) -> tuple[PageView, ...]:
        """Newest first."""


class TicketStore(Protocol):
    async def create_ticket(self, new: NewTicket) -> Ticket:
        """With its first message and mails, linked to its chat. The same creator and client_id: the same ticket.

        Raises Conflict (client_id with other content), NotFound (chat_id).
        """

    async def ticket(self, number: str) -> Ticket | None: ...

    async def tickets(self, query: TicketQuery) -> tuple[tuple[Ticket, ...], str | None]:
        """A page and the cursor of the next: open ones by checkpoint, then the rest, newest change first.

        words: all of them, anywhere in number, subject, requester and messages; any text is a safe query.
        """

    async def change_ticket(self, number: str, changes: TicketChanges, at: datetime) -> Ticket:
        """The same message again changes nothing. Raises NotFound, VersionConflict (if_version)."""

    async def add_ticket_message(
        self,
        number: str,
        new: NewTicketMessage,
        at: datetime,
        mails: tuple[NewMail, ...],
        checkpoint_at: datetime | None = None,
    ) -> TicketMessage:
        """The same author and client_id again gives the same message; its mail_id is the first of `mails`.

        checkpoint_at: the next promise, taken where an agent's answer comes after the standing one.
        Raises NotFound, Conflict.
        """

    async def ticket_messages(self, number: str) -> tuple[TicketMessage, ...]: ...


class OutboxStore(Protocol):
    async def queue_mail(self, mail: NewMail, at: datetime) -> None:
        """Raises Conflict (id taken)."""

    async def claim_due(self, now: datetime, *, lease_s: float, limit: int) -> tuple[Mail, ...]:
        """Lease up to `limit` due mails, the longest due first; two callers never get the same one.

        lease_s: how long the caller owns a mail; afterwards another may claim it. Each claim counts as an attempt.
        """

    async def mark_sent(self, mail_id: str, at: datetime, subject: str, raw: bytes) -> None:
        """Raises NotFound."""

    async def mark_failed(self, mail_id: str, error: str, retry_at: datetime | None) -> None:
        """retry_at None: failed for good, until somebody says "try again". Raises NotFound."""

    async def retry_mail(self, mail_id: str, at: datetime) -> Mail:
        """A failed mail is due again at `at`; a due or sent one stays as it is. Raises NotFound."""

    async def mail(self, mail_id: str) -> Mail | None: ...

    async def mails(
        self, state: MailState | None, cursor: str | None, limit: int = 50
    ) -> tuple[tuple[Mail, ...], str | None]:
        """Newest first, without raw."""

    async def next_due(self) -> datetime | None:
        """When the next mail can be claimed: due, and not leased."""


class Store(
    ChatStore,
    VisitorStore,
    TicketStore,
    TicketLifeStore,
    FileStore,
    OutboxStore,
    AccountStore,
    PresenceStore,
    JournalStore,
    ColumnStore,
    OfferedStore,
    ReportStore,
    InboundStore,
    IncidentStore,
    ProblemStore,
    ContactStore,
    CodeStore,
    AuditStore,
    TokenStore,
    PrivacyStore,
    CredentialStore,
    Protocol,
):
    """The whole record."""

    def listen(self, listener: Listener) -> None:
        """From now on `listener` hears the facts of every commit, in commit order."""

    async def check(self) -> None:
        """Raises StoreUnavailable where a write would not be durable now."""

    async def aclose(self) -> None: ...
