"""The only way to a chat or a ticket: who may see it is decided here and nowhere else.

Somebody else's id is answered exactly as an unknown one. Scope: an admin sees everything; an agent and a manager the
departments they are in, and chats they hold; a manager without departments sees all.
"""

from __future__ import annotations

from server.errors import Refusal, not_found
from transcripts.records import Agent, Chat, Role, Ticket

RANK: dict[Role, int] = {"agent": 0, "manager": 1, "admin": 2}


def is_at_least(agent: Agent, role: Role) -> bool:
    return RANK[agent.role] >= RANK[role]


def require_role(agent: Agent, role: Role) -> None:
    if not is_at_least(agent, role):
        raise Refusal("forbidden", f"This needs the role {role}. Ask an admin for it.")


def scope(agent: Agent) -> tuple[str, ...] | None:
    """Departments whose chats and tickets the agent sees; None: all."""
    if agent.role == "admin" or (agent.role == "manager" and not agent.department_ids):
        return None
    return agent.department_ids


def in_scope(agent: Agent, department_id: str) -> bool:
    departments = scope(agent)
    return departments is None or department_id in departments


def visitors_chat(chat: Chat | None, visitor_id: str) -> Chat:
    """Raises Refusal not_found."""
    if chat is None or chat.visitor_id != visitor_id:
        raise not_found("chat")
    return chat


def agents_chat(chat: Chat | None, agent: Agent) -> Chat:
    """Raises Refusal not_found."""
    if chat is None or not sees_chat(agent, chat):
        raise not_found("chat")
    return chat


def sees_chat(agent: Agent, chat: Chat) -> bool:
    return chat.agent_id == agent.id or in_scope(agent, chat.department_id)


def agents_ticket(ticket: Ticket | None, agent: Agent) -> Ticket:
    """Raises Refusal not_found."""
    if ticket is None or not (ticket.assignee == agent.id or in_scope(agent, ticket.department_id)):
        raise not_found("ticket")
    return ticket
