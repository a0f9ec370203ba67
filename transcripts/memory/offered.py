"""When the turn of those who left would have come, in memory."""

from __future__ import annotations

from collections.abc import Sequence

from transcripts.memory.chats import MemoryChats
from transcripts.offered import Offered


class MemoryOffered(MemoryChats):
    async def record_offered(self, offered: Sequence[Offered]) -> None:
        for one in offered:
            chat = self._chats.get(one.chat_id)
            if chat is not None and chat.first_assigned_at is None:
                self._offered.setdefault(one.chat_id, one.at)
