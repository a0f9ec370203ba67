"""Says what is wrong with a history, from what was acknowledged and shown alone: it knows nothing of the server.

Each rule is one promise of docs/protocol.md; plants.py has a violation of each, and tests see it named.
"""

from __future__ import annotations

from tests.faults import judge_agents, judge_messages, judge_places, judge_recovery
from tests.faults.histories import History

RULES = (*judge_messages.RULES, *judge_agents.RULES, *judge_places.RULES, *judge_recovery.RULES)


def complaints(history: History) -> list[str]:
    """One sentence per broken promise; [] is the only good answer."""
    return [complaint for rule in RULES for complaint in rule(history)]
