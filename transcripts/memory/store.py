"""The whole record in memory."""

from __future__ import annotations

from transcripts.memory.inbound import MemoryInbound
from transcripts.memory.incidents import MemoryIncidents
from transcripts.memory.problems import MemoryProblems
from transcripts.memory.reports import MemoryReports


class MemoryStore(MemoryInbound, MemoryIncidents, MemoryProblems, MemoryReports):
    """Implements `transcripts.port.Store`."""

    async def check(self) -> None:
        """Always as durable as it gets."""

    async def aclose(self) -> None:
        """Nothing is open."""
