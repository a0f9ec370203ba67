"""Records for tests of the reports: chats as short sentences, times as seconds after one noon."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from server.reports.chats import Chats
from transcripts.columns import ChatColumns, cells_of, columns_of
from transcripts.records import Chat, Rating, Ticket

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
_numbers = count(1)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def chat(asked_s: float = 0, **changes: Any) -> Chat:
    """A chat in line since `asked_s`."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "id": f"chat{number}",
        "state": "queued",
        "department_id": "support",
        "tier": 1,
        "topic": None,
        "priority": "normal",
        "visitor_id": f"visitor{number}",
        "visitor_name": None,
        "visitor_email": None,
        "visitor_verified": None,
        "locale": "en",
        "question": "Where is my parcel?",
        "line": number,
        "returned": False,
        "route_version": 1,
        "agent_id": None,
        "created_at": at(asked_s),
        "queued_at": at(asked_s),
    }
    return Chat(**(values | changes))


def answered(asked_s: float = 0, *, assigned_s: float = 10, replied_s: float = 20, **changes: Any) -> Chat:
    """assigned_s, replied_s: after the question."""
    return chat(
        asked_s,
        **{
            "state": "active",
            "agent_id": "ada",
            "first_assigned_at": at(asked_s + assigned_s),
            "first_reply_at": at(asked_s + replied_s),
            **changes,
        },
    )


def resolved(asked_s: float = 0, *, lasted_s: float = 300, **changes: Any) -> Chat:
    return answered(
        asked_s, **{"state": "closed", "resolution": "resolved", "closed_at": at(asked_s + lasted_s), **changes}
    )


def abandoned(asked_s: float = 0, *, after_s: float = 60, **changes: Any) -> Chat:
    return chat(
        asked_s,
        **{"state": "closed", "resolution": "abandoned", "closed_at": at(asked_s + after_s), **changes},
    )


def rating(score: int, **changes: Any) -> Rating:
    return Rating(**({"score": score, "effort": None, "recommend": None, "comment": None, "at": NOON} | changes))


def ticket(number: str, **changes: Any) -> Ticket:
    values: dict[str, Any] = {
        "number": number,
        "status": "open",
        "priority": "normal",
        "department_id": "support",
        "tier": 1,
        "topic": None,
        "subject": "A parcel",
        "channel": "chat",
        "requester_name": None,
        "requester_email": "eve@example.com",
        "requester_verified": None,
        "locale": "en",
        "assignee": None,
        "checkpoint_at": None,
        "created_at": NOON,
        "updated_at": NOON,
    }
    return Ticket(**(values | changes))


def chats_of(*chats: Chat, tickets: Mapping[str, Ticket] | None = None, told: Mapping[str, Any] | None = None) -> Chats:
    """As a report is given them. tickets: by number. told: EstimateShown by the chat's id."""
    given = sorted(chats, key=lambda one: one.created_at)
    known = tickets or {}
    return Chats.of(
        columns_of(cells_of(one, known.get(one.ticket_number or ""), 0, (told or {}).get(one.id)) for one in given)
    )


def rows_of(**columns: Any) -> Chats:
    """Chats field by field, as ChatColumns names them; every other field of them says nothing."""
    n = len(columns["asked"])
    nothing = {"department_id": "support", "state": "closed", "exchanges": 0, "messages": 0}
    values = {name: [nothing.get(name)] * n for name in ChatColumns._fields}
    return Chats.of(ChatColumns(**(values | columns)))
