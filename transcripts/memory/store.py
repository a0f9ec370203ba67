"""The whole record in memory."""

from __future__ import annotations

from transcripts.memory.credentials import MemoryCredentials
from transcripts.memory.inbound import MemoryInbound
from transcripts.memory.incidents import MemoryIncidents
from transcripts.memory.people import MemoryPeople
from transcripts.memory.problems import MemoryProblems
from transcripts.memory.ticket_life import MemoryTicketLife


class MemoryStore(MemoryInbound, MemoryIncidents, MemoryProblems, MemoryTicketLife, MemoryPeople, MemoryCredentials):
    """Implements `transcripts.port.Store`."""

    async def check(self) -> None:
        """Always as durable as it gets."""

    async def aclose(self) -> None:
        """Nothing is open."""
