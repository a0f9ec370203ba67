"""Who lives where: each server's proof of life, with the people whose connections it has.

A server of a desk is a home. It beats about once a second; one that has not for HOME_LIVES_S is dead, and whoever was
there is there no more. What follows from that (the grace, the leader's duties) is the server's to decide.
"""

from __future__ import annotations

from dataclasses import dataclass

HOME_LIVES_S = 3.0
"""Without a beat for that long a home is dead."""
HOME_FORGOTTEN_S = 600.0
"""Without a beat for that long it is in no roll any more."""


@dataclass(frozen=True, slots=True)
class Home:
    """age_s: since its last beat, by one clock for all homes. agents, visitors: connected there at that beat."""

    process: str
    age_s: float
    agents: frozenset[str]
    visitors: frozenset[str]

    @property
    def is_alive(self) -> bool:
        return self.age_s < HOME_LIVES_S


@dataclass(frozen=True, slots=True)
class Roll:
    """All homes, the dead too until they are forgotten, by process. leader: one that lives.

    begins: who beat was not on it. It is their first beat, or the roll was lost with everybody on it, and those who
    have not beaten since are missing, however alive they are.
    """

    homes: tuple[Home, ...]
    leader: str
    begins: bool = False
