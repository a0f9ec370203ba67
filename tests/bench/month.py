"""A month of a busy desk, written straight into a record's file: 100,000 chats, their messages, tickets and shifts.

The same seed gives the same month.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from transcripts.records import (
    SYSTEM,
    Agent,
    Author,
    Chat,
    Department,
    EstimateShown,
    Message,
    PresenceRow,
    Proof,
    Rating,
    Ticket,
)
from transcripts.sqlite.accounts import AGENTS, DEPARTMENTS
from transcripts.sqlite.connections import connect
from transcripts.sqlite.conversations import CHATS, MESSAGES
from transcripts.sqlite.journal import ESTIMATES
from transcripts.sqlite.presence import PRESENCE, PROOFS
from transcripts.sqlite.schema import migrate
from transcripts.sqlite.tickets import TICKETS

FIRST = datetime(2026, 10, 1, tzinfo=UTC)
DAYS = 31
SUPPORT, SALES = "support", "sales"
PEOPLE = [f"agent{n}" for n in range(12)]
MANAGER = Agent("max", "max@example.com", "Max", "admin", (), 1, 3, "")


def write_month(path: Path, chats: int) -> None:
    db = connect(path)
    migrate(db)
    db.execute("PRAGMA synchronous = OFF")
    chance = random.Random(1)
    db.execute("BEGIN")
    for department in (SUPPORT, SALES):
        hours = None if department == SUPPORT else "mon-fri 08:00-12:00,13:00-20:00"
        DEPARTMENTS.insert(db, Department(department, department.title(), hours, "Europe/Prague"))
    for person in PEOPLE:
        AGENTS.insert(
            db,
            Agent(person, f"{person}@example.com", person.title(), "agent", (SUPPORT, SALES), 1, 3, ""),
            email_folded=f"{person}@example.com",
        )
    for row in _shifts(chance):
        PRESENCE.insert_but(db, row, "written")
    PROOFS.insert(db, Proof("p", FIRST, FIRST + timedelta(days=DAYS)))
    moments = sorted(FIRST + timedelta(seconds=chance.uniform(0, DAYS * 86400)) for _ in range(chats))
    for line, at in enumerate(moments, 1):
        chat, messages = _conversation(chance, line, at)
        if chat.ticket_number is not None:
            TICKETS.insert(db, _ticket(chance, chat), id=int(chat.ticket_number))
        CHATS.insert(db, chat, messages_n=sum(message.kind != "event" for message in messages))
        for message in messages:
            MESSAGES.insert(db, message)
        for n in range(3):
            ESTIMATES.insert(db, EstimateShown(chat.id, at + timedelta(seconds=n), 3 - n, 30.0 + n, 90.0))
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def _shifts(chance: random.Random) -> Iterator[PresenceRow]:
    """Three shifts of four people, each away a few times; now and then all of a shift at once."""
    rows = []
    for day in range(DAYS):
        for n, person in enumerate(PEOPLE):
            start = FIRST + timedelta(days=day, hours=8 * (n % 3))
            moments = [0.0, *sorted(chance.uniform(0, 8) for _ in range(8)), 8.0]
            for hop, hours in enumerate(moments):
                is_there = hop % 2 == 0 and hours < 8
                status = "online" if is_there else "offline" if hours == 8 else "away"
                at = start + timedelta(hours=hours)
                rows.append(
                    PresenceRow(person, at, (SUPPORT, SALES), status, is_there, is_there, None, "p")  # type: ignore[arg-type]
                )
    yield from sorted(rows, key=lambda row: row.at)


def _conversation(chance: random.Random, line: int, at: datetime) -> tuple[Chat, list[Message]]:
    def after(seconds: float) -> datetime:
        return at + timedelta(seconds=seconds)

    waited_s = chance.expovariate(1 / 40)
    is_left, is_returned = chance.random() < 0.08, chance.random() < 0.02
    has_ticket = not is_left and chance.random() < 0.1
    closed_s = waited_s if is_left else waited_s + 60 + chance.expovariate(1 / 400)
    agent = None if is_left else chance.choice(PEOPLE)
    visitor = f"visitor{line}"
    events = [] if is_left else [("assigned", waited_s)]
    if is_returned and not is_left:
        events += [("returned", waited_s + 20), ("assigned", waited_s + 50)]
    events.append(("closed", closed_s))
    said = [] if is_left else [waited_s + 8 * n + 5 for n in range(chance.randint(2, 6))]
    timeline = sorted([(0.0, ""), *((s, code) for code, s in events), *((s, "") for s in said)])
    messages = [
        Message(f"chat{line}", seq, None, SYSTEM, "event", code, after(s), event={"code": code})
        if code
        else Message(f"chat{line}", seq, f"m{seq}", Author("visitor", visitor, None), "text", "Where is it?", after(s))
        for seq, (s, code) in enumerate(timeline, 1)
    ]
    rating = None
    if not is_left and chance.random() < 0.3:
        rating = Rating(
            chance.choice([1, 3, 4, 5, 5, 5]), chance.randint(1, 7), chance.randint(0, 10), None, after(closed_s)
        )
    chat = Chat(
        id=f"chat{line}",
        state="closed",
        department_id=chance.choice([SUPPORT, SUPPORT, SALES]),
        tier=1,
        topic="Delivery",
        priority="normal",
        visitor_id=visitor,
        visitor_name="Eva Example",
        visitor_email=f"{visitor}@example.com",
        visitor_verified=None,
        locale="en",
        question="Where is my parcel? It should have been here on Tuesday, and nobody told me anything.",
        line=line,
        returned=False,
        route_version=3,
        agent_id=agent,
        created_at=at,
        queued_at=at,
        assigned_at=None if is_left else after(waited_s),
        first_assigned_at=None if is_left else after(waited_s),
        first_reply_at=None if is_left else after(waited_s + chance.expovariate(1 / 30)),
        closed_at=after(closed_s),
        closed_by="visitor" if is_left else "agent",
        resolution="abandoned" if is_left else "unresolved" if has_ticket else "resolved",
        ticket_number=str(10_000 + line) if has_ticket else None,
        last_seq=len(messages),
        exchanges=0 if is_left else chance.randint(1, 6),
        rating=rating,
    )
    return chat, messages


def _ticket(chance: random.Random, chat: Chat) -> Ticket:
    made_at = chat.closed_at or chat.created_at
    return Ticket(
        number=chat.ticket_number or "",
        status="solved",
        priority="normal",
        department_id=chat.department_id,
        tier=1,
        topic=None,
        subject="A lost parcel",
        channel="chat",
        requester_name=None,
        requester_email=chat.visitor_email or "",
        requester_verified=None,
        locale="en",
        assignee=chat.agent_id,
        checkpoint_at=None,
        created_at=made_at,
        updated_at=made_at,
        solved_at=made_at + timedelta(hours=chance.expovariate(1 / 20)),
    )
