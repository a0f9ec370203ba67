"""The router's rules: which chat comes first, who may get it, and who of those does.

Pure functions over values, the one place where order of service and choice of agent are written down. desk.py keeps
indexes sorted by these keys; engine.py acts on them; replay.py explains a decision with them.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from queueing.model import Priority
from queueing.states import AgentState, ChatState

Rank = tuple[int, int, int]
LineKey = tuple[Rank, str]
ChoiceKey = tuple[Fraction, int, str]
Exclusion = Literal["other_department", "tier", "offline", "away", "not_connected", "no_capacity", "full"]

_PRIORITY_ORDER: dict[Priority, int] = {"urgent": 0, "high": 1, "normal": 2, "low": 3}


def rank(priority: Priority, returned: bool, line: int) -> Rank:
    """The comparator of router, position and panel; the smaller rank is served first.

    Priority comes first, then returned chats, then the line: a returned chat does not overtake a higher priority.
    """
    return (_PRIORITY_ORDER[priority], 0 if returned else 1, line)


def line_key(chat: ChatState) -> LineKey:
    """`rank` with the chat's id behind it, so that the order is total even if two chats had the same line."""
    return (rank(chat.priority, chat.returned, chat.line), chat.chat)


def exclusion(agent: AgentState, chat: ChatState) -> Exclusion | None:
    """Why the router may not give `chat` to `agent`; None: it may."""
    if chat.department not in agent.departments:
        return "other_department"
    if agent.tier < chat.tier:
        return "tier"
    if agent.status != "online":
        return agent.status
    if not agent.connected:
        return "not_connected"
    if agent.free_slots:
        return None
    return "full" if agent.capacity > 0 else "no_capacity"


def choice_key(agent: AgentState) -> ChoiceKey:
    """Of the agents who may get a chat, the one with the smallest key does: load/capacity, then idle longest, then id.

    The ratio is exact: 1/3 and 2/6 are equal. Only for an agent with a capacity above 0.
    """
    return (Fraction(agent.load, agent.capacity), agent.idle_since_ms, agent.agent)
