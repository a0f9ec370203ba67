"""The life of tickets: what is read of promises, tiers and courses. Each question has its index (migration 0009)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from transcripts.records import Rating, Ticket
from transcripts.sqlite.base import Part
from transcripts.sqlite.rows import decoder, from_micros, marks, to_micros
from transcripts.sqlite.tickets import TICKETS
from transcripts.ticket_life import Standing, TicketCourse

# Word for word as in the partial indexes, so that the planner finds them.
_NOT_FINAL = "status NOT IN ('closed', 'solved')"
_AT_WORK = "status IN ('in_progress', 'open')"
_SINCE = "coalesce(tier_since, created_at)"
_STANDING = f"""
SELECT number, department_id, assignee, checkpoint_at, coalesce(promised_at, created_at), missed_at FROM tickets
WHERE id IN (
    SELECT id FROM tickets WHERE {_NOT_FINAL} AND checkpoint_at <= ?
    UNION SELECT id FROM tickets WHERE missed_at IS NOT NULL AND {_NOT_FINAL} AND checkpoint_at IS NOT NULL
)
ORDER BY checkpoint_at, id"""
_COURSES = """
SELECT created_at, (first_answer_at - created_at) / 1e6, (solved_at - created_at) / 1e6,
    status IN ('closed', 'solved'), reopened, promises_kept, promises_missed, rating
FROM tickets"""


class TicketLife(Part):
    async def standing(self, until: datetime) -> tuple[Standing, ...]:
        return await self._read(
            lambda db: tuple(
                Standing(
                    number,
                    department_id,
                    assignee,
                    from_micros(checkpoint_at),
                    from_micros(promised_at),
                    None if missed_at is None else from_micros(missed_at),
                )
                for number, department_id, assignee, checkpoint_at, promised_at, missed_at in db.execute(
                    _STANDING, (to_micros(until),)
                )
            )
        )

    async def unkept(self, now: datetime, limit: int) -> tuple[Ticket, ...]:
        where = f"WHERE {_NOT_FINAL} AND checkpoint_at <= ? ORDER BY checkpoint_at, id LIMIT ?"
        return await self._read(lambda db: TICKETS.all(db, where, (to_micros(now), limit)))

    async def overdue_at_tier(
        self, department_id: str, tier: int, since_by: datetime, limit: int
    ) -> tuple[Ticket, ...]:
        where = f"WHERE {_AT_WORK} AND department_id = ? AND tier = ? AND {_SINCE} <= ? ORDER BY {_SINCE}, id LIMIT ?"
        args = (department_id, tier, to_micros(since_by), limit)
        return await self._read(lambda db: TICKETS.all(db, where, args))

    async def ticket_courses(
        self, from_at: datetime, to_at: datetime, departments: Sequence[str] | None, assignee: str | None
    ) -> tuple[TicketCourse, ...]:
        where, args = "WHERE created_at >= ? AND created_at < ?", [to_micros(from_at), to_micros(to_at)]
        given: list[object] = [*args]
        if departments is not None:
            where += f" AND department_id IN ({marks(departments)})"
            given += departments
        if assignee is not None:
            where += " AND assignee = ?"
            given.append(assignee)
        rating_of = decoder(Rating)
        return await self._read(
            lambda db: tuple(
                TicketCourse(
                    from_micros(at),
                    answered_s,
                    solved_s,
                    bool(is_over),
                    reopened,
                    kept,
                    missed,
                    None if rating is None else rating_of(rating).score,
                )
                for at, answered_s, solved_s, is_over, reopened, kept, missed, rating in db.execute(
                    f"{_COURSES} {where} ORDER BY created_at, id", given
                )
            )
        )
