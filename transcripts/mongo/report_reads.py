"""What the reports are made of, asked so that the database counts. figures.py says what each number means."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from transcripts.figures import (
    LONGEST_STAY,
    QUARTER,
    Course,
    Promise,
    Stay,
    TicketCount,
    stays_of,
)
from transcripts.mongo.client import Document
from transcripts.mongo.column_reads import ColumnReads, by_id
from transcripts.mongo.conversations import CHATS, MESSAGES, WITHOUT_TERMS
from transcripts.mongo.documents import from_micros, to_micros
from transcripts.mongo.writer import View

Departments = tuple[str, ...] | None

_QUARTER_MICROS = QUARTER // timedelta(microseconds=1)
_AT_ONCE = 2000
"""Keys in one question; a question must stay far below 16 MB."""
_COURSE = (
    "created_at",
    "agent_id",
    "state",
    "resolution",
    "exchanges",
    "first_assigned_at",
    "first_reply_at",
    "closed_at",
)


class ReportReads(ColumnReads):
    async def courses(
        self, from_at: datetime, to_at: datetime, departments: Departments, agent_id: str | None
    ) -> tuple[Course, ...]:
        wanted = _started(from_at, to_at, departments, agent_id=agent_id)
        fields = dict.fromkeys((*_COURSE, "ticket_number"), 1)

        async def question(view: View) -> tuple[Course, ...]:
            chats = (
                await view.db["chats"].find(wanted, fields, session=view.session).sort("created_at", 1).to_list(None)
            )
            numbers = [chat["ticket_number"] for chat in chats if chat["ticket_number"] is not None]
            tickets = by_id(view, "tickets", numbers, {"solved_at": 1})
            solved = {ticket["_id"]: ticket["solved_at"] async for ticket in tickets}
            return tuple(_course(chat, solved) for chat in chats)

        return await self._read(question, steps=True)

    async def day_versions(self, from_at: datetime, to_at: datetime) -> None:
        return None

    async def stays(self, spans: Sequence[tuple[datetime, datetime]], departments: Departments) -> tuple[Stay, ...]:
        if not spans:
            return ()
        wanted = _started(spans[0][0] - LONGEST_STAY, spans[-1][1], departments)
        bounds = _Bounds(spans)

        async def question(view: View) -> tuple[Stay, ...]:
            fields = dict.fromkeys(("created_at", "first_assigned_at", "closed_at"), 1)
            once = wanted | {"came_back": {"$exists": False}}
            chats = await view.db["chats"].find(once, fields, session=view.session).to_list(None)
            stays = [*map(_only_stay, chats), *await _stays_of_returned(view, wanted)]
            return tuple(stay for stay in stays if bounds.meet(stay))

        return await self._read(question, steps=True)

    async def count_tickets(
        self, from_at: datetime, to_at: datetime, departments: Departments, assignee: str | None
    ) -> tuple[TicketCount, ...]:
        stages = [
            {"$match": _started(from_at, to_at, departments, assignee=assignee)},
            {"$group": {"_id": _quarter(from_at), "tickets": {"$sum": 1}}},
        ]

        async def question(view: View) -> tuple[TicketCount, ...]:
            groups = await self._client.aggregate("tickets", stages)
            return tuple([TicketCount(from_micros(group["_id"]), group["tickets"]) async for group in groups])

        return await self._read(question)

    async def promises(self, from_at: datetime, to_at: datetime, department_id: str, limit: int) -> tuple[Promise, ...]:
        stages: list[Document] = [
            {"$match": _started(from_at, to_at, (department_id,))},
            {"$sort": {"created_at": -1, "_id": -1}},
            {"$project": {"created_at": 1, "first_assigned_at": 1, "closed_at": 1}},
            {"$lookup": {"from": "first_estimates", "localField": "_id", "foreignField": "_id", "as": "shown"}},
            {"$unwind": "$shown"},
            {"$match": {"$expr": {"$gte": [{"$ifNull": ["$first_assigned_at", "$shown.at"]}, "$shown.at"]}}},
            {"$limit": limit},
        ]

        async def question(view: View) -> tuple[Promise, ...]:
            found = await self._client.aggregate("chats", stages)
            return tuple(reversed([_promise(chat) async for chat in found]))

        return await self._read(question)


def _promise(chat: Document) -> Promise:
    shown, assigned_at = chat["shown"], chat["first_assigned_at"]
    over_at = chat["closed_at"] if assigned_at is None else assigned_at
    basis = shown.get("basis")  # one that was kept before there was a basis has none
    return Promise(
        chat["_id"],
        from_micros(chat["created_at"]),
        from_micros(shown["at"]),
        shown["likely_s"],
        shown["upto_s"],
        None if basis is None else tuple(basis),
        None if over_at is None else from_micros(over_at),
        assigned_at is not None,
    )


def _started(from_at: datetime, to_at: datetime, departments: Departments, **equals: str | None) -> Document:
    wanted: Document = {"created_at": {"$gte": to_micros(from_at), "$lt": to_micros(to_at)}}
    if departments is not None:
        wanted["department_id"] = {"$in": list(departments)}
    return wanted | {name: value for name, value in equals.items() if value is not None}


def _quarter(from_at: datetime) -> Document:
    """The beginning of a document's quarter of an hour, or of the period."""
    past = {"$mod": ["$created_at", _QUARTER_MICROS]}
    return {"$max": [{"$subtract": ["$created_at", past]}, to_micros(from_at)]}


def _course(chat: Document, solved: dict[str, int | None]) -> Course:
    asked_at = chat["created_at"]

    def after_s(at: int | None) -> float | None:
        return None if at is None else (at - asked_at) / 1e6

    solved_at = chat["closed_at"] if chat["resolution"] == "resolved" else None
    if chat["ticket_number"] is not None:
        solved_at = solved.get(chat["ticket_number"])
    at, agent_id, state, resolution, exchanges, assigned_at, replied_at, closed_at = itemgetter(*_COURSE)(chat)
    moments = (assigned_at, replied_at, closed_at, solved_at)
    return Course(from_micros(at), agent_id, state, resolution, exchanges, *map(after_s, moments))


def _only_stay(chat: Document) -> Stay:
    """Of a chat that was never put back in line: its own moments tell everything."""
    to_at = chat["closed_at"] if chat["first_assigned_at"] is None else chat["first_assigned_at"]
    is_left = chat["first_assigned_at"] is None and chat["closed_at"] is not None
    return Stay(chat["_id"], from_micros(chat["created_at"]), None if to_at is None else from_micros(to_at), is_left)


async def _stays_of_returned(view: View, wanted: Document) -> list[Stay]:
    """Of the few chats that were, from their events."""
    returned = wanted | {"came_back": True}
    found = await view.db["chats"].find(returned, WITHOUT_TERMS, session=view.session).to_list(None)
    chats = {chat.id: chat for chat in map(CHATS.of, found)}
    stays: list[Stay] = []
    keys = list(chats)
    for start in range(0, len(keys), _AT_ONCE):
        events = {"chat_id": {"$in": keys[start : start + _AT_ONCE]}, "kind": "event"}
        said = view.db["messages"].find(events, session=view.session).sort([("chat_id", 1), ("seq", 1)])
        for chat_id, messages in groupby(await said.to_list(None), key=itemgetter("chat_id")):
            stays += stays_of(chats[chat_id], map(MESSAGES.of, messages))
    return stays


class _Bounds:
    """Spans in order; asked for each of 100,000 stays."""

    def __init__(self, spans: Iterable[tuple[datetime, datetime]]) -> None:
        self._spans = list(spans)
        self._ends = [to_at for _, to_at in self._spans]

    def meet(self, stay: Stay) -> bool:
        """Whether the stay lasts at a moment of a span: the first that ends after its beginning decides."""
        n = bisect_right(self._ends, stay.from_at)
        return n < len(self._ends) and (stay.to_at is None or stay.to_at > self._spans[n][0])
