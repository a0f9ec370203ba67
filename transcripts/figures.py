"""What the reports are made of: of each chat only its few numbers, or counts that the record made itself.

A month of a busy desk has 100,000 chats. Read whole they are 35 fields each and take seconds; so the record gives
these tuples instead (a tuple is made five times faster than a frozen dataclass). The functions say what each number
means: the reference adapter uses them, the others ask their database for the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol

from transcripts.records import Chat, Message, Resolution, State, Ticket

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
"""Counts come by quarters of an hour: every zone's hours and days begin with one."""
LONGEST_WAIT = timedelta(days=2)
"""A chat that was started longer before a period was told its first range before it too."""
LONGEST_STAY = timedelta(days=7)
"""Nobody who waits in a span was started longer before it, or the record would have to be read from its beginning."""
TAKEN = frozenset({"assigned", "reassigned"})
BACK_IN_LINE = frozenset({"returned", "transferred", "escalated"})
"""A `transferred` that names an agent goes to that agent, else to a department's line."""


class Course(NamedTuple):
    """How one chat went, in seconds from its question (`at`); None: that has not happened.

    agent_id: who had it last. waited_s: until an agent had it first. replied_s: until an agent's first message.
    closed_s: until its end. solved_s: until it was resolved, through its ticket where there is one.
    """

    at: datetime
    agent_id: str | None
    state: State
    resolution: Resolution | None
    exchanges: int
    waited_s: float | None
    replied_s: float | None
    closed_s: float | None
    solved_s: float | None


class Stay(NamedTuple):
    """One stay of a chat in line. to_at None: it is still there. left: it ended with the chat, not with an agent."""

    chat_id: str
    from_at: datetime
    to_at: datetime | None
    left: bool


class TicketCount(NamedTuple):
    """Tickets made within one quarter of an hour; at: as in ChatCount."""

    at: datetime
    tickets: int


class Promise(NamedTuple):
    """The first range a chat was told, and what became of the wait: what an estimator learns from.

    asked_at: when the chat was started. at: when it was told. basis: as in EstimateShown. over_at: when an agent took
    the chat (is_answered), or when it ended without one; None: it still waits.
    """

    chat_id: str
    asked_at: datetime
    at: datetime
    likely_s: float
    upto_s: float
    basis: tuple[float, ...] | None
    over_at: datetime | None
    is_answered: bool


def course_of(chat: Chat, ticket: Ticket | None) -> Course:
    """ticket: the chat's own."""

    def after_s(at: datetime | None) -> float | None:
        return None if at is None else (at - chat.created_at).total_seconds()

    solved_at = ticket.solved_at if ticket is not None else None
    if chat.ticket_number is None and chat.resolution == "resolved":
        solved_at = chat.closed_at
    return Course(
        chat.created_at,
        chat.agent_id,
        chat.state,
        chat.resolution,
        chat.exchanges,
        after_s(chat.first_assigned_at),
        after_s(chat.first_reply_at),
        after_s(chat.closed_at),
        after_s(solved_at),
    )


def stays_of(chat: Chat, messages: Iterable[Message]) -> list[Stay]:
    """messages: the chat's, in order. A chat that is moved to another line while it waits goes on waiting."""
    stays: list[Stay] = []
    since: datetime | None = chat.created_at
    for message in messages:
        event = message.event or {}
        code = event.get("code")
        is_taken = code in TAKEN or (code == "transferred" and "agent" in event)
        if is_taken and since is not None:
            stays.append(Stay(chat.id, since, message.at, left=False))
            since = None
        elif not is_taken and code in BACK_IN_LINE:
            since = since or message.at
    if since is not None:
        stays.append(Stay(chat.id, since, chat.closed_at, left=chat.closed_at is not None))
    return stays


def quarter_of(at: datetime, from_at: datetime) -> datetime:
    """The beginning of its quarter of an hour, or of the period."""
    past = (at - _EPOCH) % QUARTER
    return max(at - past, from_at)


class ReportStore(Protocol):
    """The port of these numbers, for periods of 100,000 chats.

    Everywhere: from_at inclusive, to_at exclusive; departments None: all; agent_id: of chats the agent had last.
    """

    async def courses(
        self, from_at: datetime, to_at: datetime, departments: tuple[str, ...] | None, agent_id: str | None
    ) -> tuple[Course, ...]:
        """Of chats started in the period, by that moment."""

    async def stays(
        self, spans: Sequence[tuple[datetime, datetime]], departments: tuple[str, ...] | None
    ) -> tuple[Stay, ...]:
        """Every stay in line that lasts at some moment of a span; in no order.

        spans: from inclusive, to exclusive, in order, not overlapping. Chats started more than LONGEST_STAY before
        the first span are not looked at.
        """

    async def day_versions(self, from_at: datetime, to_at: datetime) -> Mapping[int, int] | None:
        """How often anything has changed that the other answers below are made of, per UTC day (since 1970) with any.

        A chat's day, its rating's and that of what its visitor was told first is the one it was started on, a ticket's
        the one it was made on; late changes count there too. None: not counted here, so nothing can be kept.
        """

    async def count_tickets(
        self, from_at: datetime, to_at: datetime, departments: tuple[str, ...] | None, assignee: str | None
    ) -> tuple[TicketCount, ...]:
        """Tickets made in the period, by quarters of an hour; in no order."""

    async def promises(self, from_at: datetime, to_at: datetime, department_id: str, limit: int) -> tuple[Promise, ...]:
        """Of the newest chats started in the period that were told a range: the first one, if an agent had the chat
        no sooner. By the moment the chats were started; at most `limit` (1 or more), the newest.
        """
