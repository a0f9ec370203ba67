"""When the turn of those who left would have come: a column of the chats."""

from __future__ import annotations

from collections.abc import Sequence

from transcripts.offered import Offered
from transcripts.sqlite.base import Part
from transcripts.sqlite.rows import to_micros
from transcripts.sqlite.writer import Transaction

_KEEP = "UPDATE chats SET offered_at = ? WHERE id = ? AND offered_at IS NULL AND first_assigned_at IS NULL"


class OfferedTurns(Part):
    async def record_offered(self, offered: Sequence[Offered]) -> None:
        rows = [(to_micros(one.at), one.chat_id) for one in offered]

        def work(tx: Transaction) -> None:
            tx.db.executemany(_KEEP, rows)

        await self._write(work)
