"""The whole record in memory."""

from __future__ import annotations

from transcripts.memory.credentials import MemoryCredentials
from transcripts.memory.privacy import MemoryPrivacy
from transcripts.memory.problems import MemoryProblems
from transcripts.memory.ticket_life import MemoryTicketLife
from transcripts.memory.tokens import MemoryTokens


class MemoryStore(MemoryPrivacy, MemoryProblems, MemoryTicketLife, MemoryCredentials, MemoryTokens):
    """Implements `transcripts.port.Store`."""

    async def check(self) -> None:
        """Always as durable as it gets."""

    async def aclose(self) -> None:
        """Nothing is open."""
