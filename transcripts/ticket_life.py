"""What is asked of the record about the life of its tickets: which promises stand, whose time is over, what became.

Values only, and the record's part of it. What follows from them is decided in promises.py; who acts on what is due is
the server's (services/tickets/promise_keeper.py, services/routing/escalation.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

from transcripts.records import FINAL_STATUSES, Ticket, TicketStatus

SOON: Final = timedelta(minutes=15)
"""So long before a checkpoint its assignee is warned, or a quarter of the promise's length where that is shorter."""
AT_WORK: Final[tuple[TicketStatus, ...]] = ("in_progress", "open")
"""In these a tier's time runs; a ticket that waits for its customer takes nobody's."""


class Standing(NamedTuple):
    """A promise that needs somebody now or soon. promised_at: when it was made; missed_at: the one not kept before."""

    number: str
    department_id: str
    assignee: str | None
    checkpoint_at: datetime
    promised_at: datetime
    missed_at: datetime | None

    def due_since(self, now: datetime) -> datetime | None:
        """Since when news are due: of the promise that was missed, else of the one whose time has come."""
        if self.missed_at is not None:
            return self.missed_at
        return self.checkpoint_at if self.checkpoint_at <= now else None

    def warned_at(self) -> datetime:
        """From when on the checkpoint is near."""
        return self.checkpoint_at - min(SOON, (self.checkpoint_at - self.promised_at) / 4)


class TicketCourse(NamedTuple):
    """What reports say of one ticket. at: when it was made; after how long its first answer came and it was solved.

    is_over: solved or closed now. score: the customer's rating, 1 to 5.
    """

    at: datetime
    answered_s: float | None
    solved_s: float | None
    is_over: bool
    reopened: int
    kept: int
    missed: int
    score: int | None


class TicketLifeStore(Protocol):
    async def standing(self, until: datetime) -> tuple[Standing, ...]:
        """Of every ticket that is not final: the promise, where its time comes by `until` or one was missed before.

        By checkpoint, then number.
        """

    async def unkept(self, now: datetime, limit: int) -> tuple[Ticket, ...]:
        """Tickets that are not final and whose checkpoint has come, the longest due first."""

    async def overdue_at_tier(
        self, department_id: str, tier: int, since_by: datetime, limit: int
    ) -> tuple[Ticket, ...]:
        """Tickets AT_WORK that have been at the tier since `since_by` or longer, the longest first."""

    async def ticket_courses(
        self, from_at: datetime, to_at: datetime, departments: Sequence[str] | None, assignee: str | None
    ) -> tuple[TicketCourse, ...]:
        """Of tickets made from `from_at` to before `to_at`, by that moment. departments None: all."""


def standing_of(ticket: Ticket) -> Standing | None:
    """None where nothing is promised."""
    if ticket.status in FINAL_STATUSES or ticket.checkpoint_at is None:
        return None
    promised_at = ticket.promised_at or ticket.created_at
    return Standing(
        ticket.number, ticket.department_id, ticket.assignee, ticket.checkpoint_at, promised_at, ticket.missed_at
    )


def tier_since(ticket: Ticket) -> datetime:
    return ticket.tier_since or ticket.created_at


def course_of(ticket: Ticket) -> TicketCourse:
    def after_s(at: datetime | None) -> float | None:
        return None if at is None else (at - ticket.created_at).total_seconds()

    return TicketCourse(
        ticket.created_at,
        after_s(ticket.first_answer_at),
        after_s(ticket.solved_at),
        ticket.status in FINAL_STATUSES,
        ticket.reopened,
        ticket.promises_kept,
        ticket.promises_missed,
        None if ticket.rating is None else ticket.rating.score,
    )
