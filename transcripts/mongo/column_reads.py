"""Chats as columns: the few fields that they are made of, and those of their tickets and of what they were told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from transcripts.columns import ChatColumns, KeptDay, columns_of
from transcripts.mongo.base import Part
from transcripts.mongo.client import Document
from transcripts.mongo.documents import to_micros
from transcripts.mongo.writer import View

_PLAIN = ("created_at", "department_id", "topic", "agent_id", "state", "resolution", "exchanges", "messages_n")
_MOMENTS = ("first_assigned_at", "assigned_at", "first_reply_at", "closed_at")
_FIELDS = dict.fromkeys((*_PLAIN, *_MOMENTS, "offered_at", "ticket_number", "rating"), 1)
_AT_ONCE = 2000
"""Keys in one question; a question must stay far below 16 MB."""


class ColumnReads(Part):
    async def chat_columns(self, from_at: datetime, to_at: datetime) -> ChatColumns:
        started = {"created_at": {"$gte": to_micros(from_at), "$lt": to_micros(to_at)}}

        async def question(view: View) -> ChatColumns:
            found = view.db["chats"].find(started, _FIELDS, session=view.session).sort("created_at", 1)
            chats = await found.to_list(None)
            numbers = [chat["ticket_number"] for chat in chats if chat["ticket_number"] is not None]
            fields = {"solved_at": 1, "channel": 1}
            tickets = {ticket["_id"]: ticket async for ticket in by_id(view, "tickets", numbers, fields)}
            keys = [chat["_id"] for chat in chats]
            shown = by_id(view, "first_estimates", keys, {"at": 1, "likely_s": 1, "upto_s": 1})
            told = {one["_id"]: (one["at"], one["likely_s"], one["upto_s"]) async for one in shown}
            return columns_of(_cells(chat, tickets, told.get(chat["_id"], (None,) * 3)) for chat in chats)

        return await self._read(question, steps=True)

    async def keep_day(self, day: int, made: KeptDay) -> None:
        """Nowhere: no versions tell how long it would hold."""

    async def kept_days(self, first: int, last: int) -> dict[int, KeptDay]:
        return {}


def _cells(chat: Document, tickets: Mapping[str, Document], told: Sequence[Any]) -> tuple[Any, ...]:
    """In the order of ChatColumns."""
    asked_at, number, rating = chat["created_at"], chat["ticket_number"], chat["rating"]
    ticket, offered_at = tickets.get(number, {}), chat.get("offered_at")
    solved_at = ticket.get("solved_at") if number is not None else None
    if number is None and chat["resolution"] == "resolved":
        solved_at = chat["closed_at"]
    moments = [*(chat[name] for name in _MOMENTS), solved_at]
    return (
        *(chat[name] for name in _PLAIN),
        *(None if at is None else at - asked_at for at in moments),
        *told,
        None if offered_at is None else offered_at - asked_at,
        rating,
        None if rating is None else chat["_id"],
        None if rating is None else ticket.get("channel"),
    )


async def by_id(
    view: View, name: str, keys: Sequence[str], fields: dict[str, int], more: Document | None = None
) -> AsyncIterator[Document]:
    """The documents with these keys, in no order."""
    for start in range(0, len(keys), _AT_ONCE):
        wanted = {"_id": {"$in": list(keys[start : start + _AT_ONCE])}} | (more or {})
        async for document in view.db[name].find(wanted, fields, session=view.session):
            yield document
