"""One chat as the record has it and as the queue has it: the same when both agree."""

from __future__ import annotations

from queueing.model import Restore
from queueing.states import ChatState
from transcripts.records import Chat


def chat_state(chat: Chat) -> ChatState:
    """An open chat of the record in the queue's words."""
    agent = chat.agent_id if chat.state == "active" else None
    return ChatState(chat.id, chat.department_id, chat.tier, chat.priority, chat.line, chat.returned, agent)


def agree(state: ChatState | None, chat: Chat) -> bool:
    """state: as the queue has the chat; None: it does not know it."""
    return state == (None if chat.state == "closed" else chat_state(chat))


def restoring(truth: Chat) -> Restore:
    """What the queue has to be told where the record refused its proposal."""
    s = chat_state(truth)
    return Restore(s.chat, s.department, s.tier, s.priority, s.line, s.returned, truth.state == "queued", s.agent)
