"""When the turn of those who left would have come: a field of the chats' documents, `offered_at`."""

from __future__ import annotations

from collections.abc import Sequence

from transcripts.mongo.base import Part
from transcripts.mongo.documents import to_micros
from transcripts.mongo.writer import Transaction
from transcripts.offered import Offered


class OfferedTurns(Part):
    async def record_offered(self, offered: Sequence[Offered]) -> None:
        if offered:
            await self._write(lambda tx: _keep(tx, offered), "offered", atomic=False)


async def _keep(tx: Transaction, offered: Sequence[Offered]) -> None:
    for one in offered:
        # None finds a chat that has no such field, too.
        left = {"_id": one.chat_id, "offered_at": None, "first_assigned_at": None}
        order = {"$set": {"offered_at": to_micros(one.at)}}
        await tx.db["chats"].update_one(left, order, session=tx.session)
