"""When the turn of those who left the line would have come: what they were told can be judged by it (decision 0030)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol


class Offered(NamedTuple):
    """at: when a chat that was left in line would have got an agent."""

    chat_id: str
    at: datetime


class OfferedStore(Protocol):
    async def record_offered(self, offered: Sequence[Offered]) -> None:
        """Of a chat the first that is told counts; of one that an agent had, or that is not there, nothing is kept."""
