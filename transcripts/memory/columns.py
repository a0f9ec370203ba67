"""Chats as columns, in memory: each value as columns.py defines it."""

from __future__ import annotations

from datetime import datetime

from transcripts.columns import ChatColumns, KeptDay, cells_of, columns_of
from transcripts.memory.desk import MemoryDesk
from transcripts.memory.offered import MemoryOffered
from transcripts.records import EstimateShown


class MemoryColumns(MemoryOffered, MemoryDesk):
    async def chat_columns(self, from_at: datetime, to_at: datetime) -> ChatColumns:
        told: dict[str, EstimateShown] = {}
        for shown in sorted(self._estimates, key=lambda shown: shown.at):
            if shown.likely_s is not None and shown.upto_s is not None:
                told.setdefault(shown.chat_id, shown)
        chats = [chat for chat in self._chats.values() if from_at <= chat.created_at < to_at]
        return columns_of(
            cells_of(
                chat,
                self._tickets.get(chat.ticket_number or ""),
                sum(message.kind != "event" for message in self._messages[chat.id]),
                told.get(chat.id),
                self._offered.get(chat.id),
            )
            for chat in sorted(chats, key=lambda chat: chat.created_at)
        )

    async def keep_day(self, day: int, made: KeptDay) -> None:
        """Nowhere: no versions tell how long it would hold."""

    async def kept_days(self, first: int, last: int) -> dict[int, KeptDay]:
        return {}
