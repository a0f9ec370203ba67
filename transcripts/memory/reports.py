"""What the reports are made of, in memory: each number as figures.py defines it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter

from transcripts.figures import (
    LONGEST_STAY,
    Course,
    Promise,
    Stay,
    TicketCount,
    course_of,
    quarter_of,
    stays_of,
)
from transcripts.memory.columns import MemoryColumns
from transcripts.records import Chat, EstimateShown

Departments = tuple[str, ...] | None


class MemoryReports(MemoryColumns):
    async def courses(
        self, from_at: datetime, to_at: datetime, departments: Departments, agent_id: str | None
    ) -> tuple[Course, ...]:
        return tuple(
            course_of(chat, self._tickets.get(chat.ticket_number or ""))
            for chat in self._started(from_at, to_at, departments, agent_id)
        )

    async def day_versions(self, from_at: datetime, to_at: datetime) -> None:
        return None

    async def stays(self, spans: Sequence[tuple[datetime, datetime]], departments: Departments) -> tuple[Stay, ...]:
        if not spans:
            return ()
        started = self._started(spans[0][0] - LONGEST_STAY, spans[-1][1], departments, None)
        stays = (stay for chat in started for stay in stays_of(chat, self._messages[chat.id]))
        return tuple(stay for stay in stays if any(_meets(stay, *span) for span in spans))

    async def count_tickets(
        self, from_at: datetime, to_at: datetime, departments: Departments, assignee: str | None
    ) -> tuple[TicketCount, ...]:
        made = Counter(
            quarter_of(ticket.created_at, from_at)
            for ticket in self._tickets.values()
            if from_at <= ticket.created_at < to_at
            and (departments is None or ticket.department_id in departments)
            and (assignee is None or ticket.assignee == assignee)
        )
        return tuple(TicketCount(at, n) for at, n in made.items())

    async def promises(self, from_at: datetime, to_at: datetime, department_id: str, limit: int) -> tuple[Promise, ...]:
        first: dict[str, EstimateShown] = {}
        for shown in sorted(self._estimates, key=lambda shown: shown.at):
            if shown.likely_s is not None and shown.upto_s is not None:
                first.setdefault(shown.chat_id, shown)
        started = self._started(from_at, to_at, (department_id,), None)
        told = [_promise(chat, first[chat.id]) for chat in started if chat.id in first]
        kept = [p for p in told if not p.is_answered or (p.over_at is not None and p.over_at >= p.at)]
        return tuple(sorted(kept, key=lambda promise: (promise.asked_at, promise.chat_id))[-limit:])

    def _started(
        self, from_at: datetime, to_at: datetime, departments: Departments, agent_id: str | None
    ) -> list[Chat]:
        chats = [
            chat
            for chat in self._chats.values()
            if from_at <= chat.created_at < to_at
            and (departments is None or chat.department_id in departments)
            and (agent_id is None or chat.agent_id == agent_id)
        ]
        return sorted(chats, key=attrgetter("created_at"))


def _promise(chat: Chat, shown: EstimateShown) -> Promise:
    assert shown.likely_s is not None
    assert shown.upto_s is not None
    is_answered = chat.first_assigned_at is not None
    over_at = chat.first_assigned_at if is_answered else chat.closed_at
    told = (shown.at, shown.likely_s, shown.upto_s, shown.basis)
    return Promise(chat.id, chat.created_at, *told, over_at, is_answered)


def _meets(stay: Stay, from_at: datetime, to_at: datetime) -> bool:
    return stay.from_at < to_at and (stay.to_at is None or stay.to_at > from_at)
