"""Which departments a query may look into: the one asked for, cut to what the agent may see."""

from __future__ import annotations

from server import access
from transcripts.records import Agent


def departments_of(agent: Agent, asked: str | None) -> tuple[str, ...] | None:
    """None: all. A department out of the agent's scope is answered like an unknown one: nothing is found there."""
    if asked is None:
        return access.scope(agent)
    return (asked,) if access.in_scope(agent, asked) else ()
