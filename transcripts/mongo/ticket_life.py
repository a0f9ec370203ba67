"""The life of tickets: what is read of promises, tiers and courses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from transcripts.mongo.base import Part
from transcripts.mongo.client import Document
from transcripts.mongo.documents import from_micros, to_micros
from transcripts.mongo.tickets import TICKETS, WITHOUT_TERMS
from transcripts.mongo.writer import View
from transcripts.records import FINAL_STATUSES, Ticket
from transcripts.ticket_life import AT_WORK, Standing, TicketCourse, tier_since

_STANDING = dict.fromkeys(
    ("department_id", "assignee", "checkpoint_at", "promised_at", "missed_at", "created_at", "n"), 1
)
_COURSE = dict.fromkeys(
    (
        "created_at",
        "first_answer_at",
        "solved_at",
        "status",
        "reopened",
        "promises_kept",
        "promises_missed",
        "rating.score",
    ),
    1,
)


class TicketLife(Part):
    async def standing(self, until: datetime) -> tuple[Standing, ...]:
        """Two questions: `rank` is the checkpoint of a ticket that is not final."""

        async def question(view: View) -> tuple[Standing, ...]:
            near: Document = {"is_final": False, "rank": _upto(until)}
            missed: Document = {"is_final": False, "missed_at": {"$gt": 0}}
            found: dict[str, Document] = {}
            for asked in (near, missed):
                async for ticket in view.db["tickets"].find(asked, _STANDING, session=view.session):
                    found[ticket["_id"]] = ticket
            in_order = sorted(found.values(), key=lambda ticket: (ticket["checkpoint_at"], ticket["n"]))
            return tuple(map(_standing, in_order))

        return await self._read(question)

    async def unkept(self, now: datetime, limit: int) -> tuple[Ticket, ...]:
        async def question(view: View) -> tuple[Ticket, ...]:
            asked = {"is_final": False, "rank": _upto(now)}
            found = view.db["tickets"].find(asked, WITHOUT_TERMS, session=view.session)
            return tuple(map(TICKETS.of, await found.sort([("rank", 1), ("n", 1)]).limit(limit).to_list(None)))

        return await self._read(question)

    async def overdue_at_tier(
        self, department_id: str, tier: int, since_by: datetime, limit: int
    ) -> tuple[Ticket, ...]:
        """A ticket of before there was `tier_since` came to its tier when it was made."""
        by = _upto(since_by)
        there = {"is_final": False, "department_id": department_id, "tier": tier, "status": {"$in": list(AT_WORK)}}

        async def question(view: View) -> tuple[Ticket, ...]:
            tickets: list[Ticket] = []
            for asked, order in (
                ({**there, "tier_since": by}, "tier_since"),
                ({**there, "tier_since": None, "created_at": by}, "created_at"),
            ):
                found = view.db["tickets"].find(asked, WITHOUT_TERMS, session=view.session)
                tickets += map(TICKETS.of, await found.sort([(order, 1), ("n", 1)]).limit(limit).to_list(None))
            return tuple(sorted(tickets, key=lambda ticket: (tier_since(ticket), int(ticket.number)))[:limit])

        return await self._read(question)

    async def ticket_courses(
        self, from_at: datetime, to_at: datetime, departments: Sequence[str] | None, assignee: str | None
    ) -> tuple[TicketCourse, ...]:
        asked: Document = {"created_at": {"$gte": to_micros(from_at), "$lt": to_micros(to_at)}}
        if departments is not None:
            asked["department_id"] = {"$in": list(departments)}
        if assignee is not None:
            asked["assignee"] = assignee

        async def question(view: View) -> tuple[TicketCourse, ...]:
            found = view.db["tickets"].find(asked, _COURSE, session=view.session).sort([("created_at", 1)])
            return tuple(map(_course, await found.to_list(None)))

        return await self._read(question)


def _upto(at: datetime) -> Document:
    """Inclusive; our tests' stand-in for MongoDB leaves the end out of `$lte` on an index of several fields."""
    return {"$lt": to_micros(at) + 1}


def _standing(ticket: Document) -> Standing:
    missed_at = ticket.get("missed_at")
    return Standing(
        ticket["_id"],
        ticket["department_id"],
        ticket["assignee"],
        from_micros(ticket["checkpoint_at"]),
        from_micros(ticket.get("promised_at") or ticket["created_at"]),
        None if missed_at is None else from_micros(missed_at),
    )


def _course(ticket: Document) -> TicketCourse:
    made_at = ticket["created_at"]

    def after_s(name: str) -> float | None:
        at = ticket.get(name)
        return None if at is None else (at - made_at) / 1e6

    return TicketCourse(
        from_micros(made_at),
        after_s("first_answer_at"),
        after_s("solved_at"),
        ticket["status"] in FINAL_STATUSES,
        ticket.get("reopened", 0),
        ticket.get("promises_kept", 0),
        ticket.get("promises_missed", 0),
        (ticket.get("rating") or {}).get("score"),
    )
