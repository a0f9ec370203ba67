"""Says what is wrong with a history, from what was acknowledged and shown alone: it knows nothing of the server.

Each rule is one promise of docs/protocol.md; plants.py has a violation of each, and tests see it named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tests.faults import judge_agents, judge_messages, judge_places, judge_recovery
from tests.faults.histories import History

RULES = (*judge_messages.RULES, *judge_agents.RULES, *judge_places.RULES, *judge_recovery.RULES)
Rule = Callable[[History], Iterator[str]]
TIMELESS: tuple[Rule, ...] = (
    judge_messages.gaps,
    judge_messages.outcomes,
    judge_messages.differences,
    judge_messages.repetitions,
    judge_messages.inversions,
    judge_messages.not_ended,
    judge_messages.reopened,
    judge_agents.strangers,
)
"""Those that compare no moment, for servers whose clock jumps."""


def complaints(history: History, rules: Sequence[Rule] = RULES) -> list[str]:
    """One sentence per broken promise; [] is the only good answer."""
    return [complaint for rule in rules for complaint in rule(history)]
