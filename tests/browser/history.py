"""A desk that has been running for two weeks: agents who differ, waits, ratings, estimates, shifts.

Written straight into the record's file before the desk starts; the same seed gives the same two weeks, which end
today. Nobody has a password: whoever looks is added by the command line.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from server.adapters import RECORD_FILE
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
)
from transcripts.sqlite.accounts import AGENTS, DEPARTMENTS
from transcripts.sqlite.connections import connect
from transcripts.sqlite.conversations import CHATS, MESSAGES
from transcripts.sqlite.journal import ESTIMATES
from transcripts.sqlite.presence import PRESENCE, PROOFS
from transcripts.sqlite.rows import to_micros
from transcripts.sqlite.schema import migrate

DAYS = 14
SUPPORT, SALES = "support", "sales"
TOPICS = {"Delivery": 1.0, "Invoices and refunds": 1.6, "Moving a parcel to another address abroad": 2.4}
COMMENTS = ("I waited for ever and nobody knew anything.", "Cut off twice.", None, "لم يساعدني أحد")


@dataclass(frozen=True, slots=True)
class Person:
    """pace: how much longer than usual their chats take."""

    id: str
    name: str
    pace: float


PEOPLE = (
    Person("ada", "Ada Lovelace", 0.7),
    Person("bob", "Bob Kahn", 1.0),
    Person("eva", "Eva Nováková", 1.05),
    Person("maximilian", "Maximilian Wolfgang von Hohenlohe-Langenburg", 1.5),
)
NEWCOMER = Person("zoe", "Zoe Young", 1.0)


def write_history(folder: Path, *, chats: int = 1500, days: int = DAYS, people: Sequence[Person] = PEOPLE) -> None:
    """`days` up to today; the newcomer has three chats only, all of them rated."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(7)
    first = datetime.combine(datetime.now(UTC).date() - timedelta(days=days), time(), UTC)
    db = connect(folder / RECORD_FILE)
    migrate(db)
    db.execute("BEGIN")
    for department in (SUPPORT, SALES):
        DEPARTMENTS.insert(db, Department(department, department.title(), "mon-sun 08:00-20:00", "UTC"))
    for person in (*people, NEWCOMER):
        mail = f"{person.id}@desk.example"
        AGENTS.insert(db, Agent(person.id, mail, person.name, "agent", (SUPPORT, SALES), 1, 3, ""), email_folded=mail)
    for row in _shifts(first, days, people):
        PRESENCE.insert_but(db, row, "written")
    PROOFS.insert(db, Proof("p", first, first + timedelta(days=days)))
    for line, at in enumerate(_moments(chance, first, days, chats), 1):
        person = NEWCOMER if line in (40, 41, 42) else chance.choice(people)
        chat = _chat(chance, line, at, person)
        messages = list(_messages(chat, person))
        CHATS.insert(
            db,
            chat,
            messages_n=sum(message.kind != "event" for message in messages),
            offered_at=_turn(chat) if line % 2 else None,
        )
        for message in messages:
            MESSAGES.insert(db, message)
        told = EstimateShown(chat.id, at + timedelta(seconds=1), 2, chance.uniform(20, 60), chance.uniform(70, 140))
        ESTIMATES.insert(db, told)
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def _turn(chat: Chat) -> int | None:
    """When who left would have had an agent."""
    if chat.resolution != "abandoned" or chat.closed_at is None:
        return None
    return to_micros(chat.closed_at + timedelta(seconds=40))


def _moments(chance: random.Random, first: datetime, days: int, chats: int) -> list[datetime]:
    """Busiest around noon, within the opening hours."""
    found = [
        first + timedelta(days=chance.randrange(days), hours=8 + 12 * chance.betavariate(2.5, 2.5))
        for _ in range(chats)
    ]
    return sorted(found)


def _shifts(first: datetime, days: int, people: Sequence[Person]) -> Iterator[PresenceRow]:
    """Two shifts that overlap at noon."""
    rows = []
    for day in range(days):
        for n, person in enumerate(people):
            begin = 8 if n % 2 == 0 else 12
            for hour, is_there in ((begin, True), (begin + 7, False)):
                at = first + timedelta(days=day, hours=hour)
                status = "online" if is_there else "offline"
                rows.append(
                    PresenceRow(person.id, at, (SUPPORT, SALES), status, is_there, is_there, None, "p")  # type: ignore[arg-type]
                )
    yield from sorted(rows, key=lambda row: row.at)


def _chat(chance: random.Random, line: int, at: datetime, person: Person) -> Chat:
    rush = 1.0 + 2.0 * (11 <= at.hour < 15)
    waited_s = chance.expovariate(1 / (25 * rush))
    patience_s = 5 + chance.expovariate(1 / 400)
    is_left = patience_s < waited_s and person is not NEWCOMER
    topic = chance.choice([*TOPICS, None])
    handle_s = 300 * TOPICS.get(topic or "", 1.0) * person.pace * chance.lognormvariate(-0.1, 0.45)
    begun_s = patience_s if is_left else waited_s
    end = at + timedelta(seconds=begun_s + (0 if is_left else handle_s))
    assigned_at = None if is_left else at + timedelta(seconds=waited_s)
    return Chat(
        id=f"chat{line}",
        state="closed",
        department_id=chance.choice([SUPPORT, SUPPORT, SALES]),
        tier=1,
        topic=topic,
        priority="normal",
        visitor_id=f"visitor{line}",
        visitor_name="Eva Example",
        visitor_email=None,
        visitor_verified=None,
        locale="en",
        question="Where is my parcel? It should have been here on Tuesday.",
        line=line,
        returned=False,
        route_version=3,
        agent_id=None if is_left else person.id,
        created_at=at,
        queued_at=at,
        assigned_at=assigned_at,
        first_assigned_at=assigned_at,
        first_reply_at=None if assigned_at is None else assigned_at + timedelta(seconds=chance.expovariate(1 / 20)),
        closed_at=end,
        closed_by="visitor" if is_left else "agent",
        resolution="abandoned" if is_left else "resolved",
        ticket_number=None,
        last_seq=2 if is_left else 5,
        exchanges=0 if is_left else chance.randint(1, 6),
        rating=None if is_left else Rating(5, 7, 10, None, end) if person is NEWCOMER else _rating(chance, end, topic),
    )


def _rating(chance: random.Random, at: datetime, topic: str | None) -> Rating | None:
    if chance.random() > 0.4:
        return None
    is_bad = chance.random() < (0.05 if topic is None else 0.03 * len(topic) / 8)
    score = chance.choice([1, 2]) if is_bad else chance.choice([4, 5, 5, 5, 3])
    comment = chance.choice(COMMENTS) if is_bad else None
    return Rating(score, chance.randint(3, 7), chance.randint(5, 10), comment, at)


def _messages(chat: Chat, person: Person) -> list[Message]:
    """The question, the agent's coming and answer, the visitor's thanks, the end."""

    def event(seq: int, code: str, at: datetime) -> Message:
        return Message(chat.id, seq, None, SYSTEM, "event", code.capitalize(), at, event={"code": code})

    visitor = Author("visitor", chat.visitor_id, chat.visitor_name)
    asked = Message(chat.id, 1, "m1", visitor, "text", chat.question, chat.created_at)
    end = chat.closed_at or chat.created_at
    if chat.assigned_at is None or chat.first_reply_at is None:
        return [asked, event(2, "closed", end)]
    agent = Author("agent", person.id, person.name)
    return [
        asked,
        event(2, "assigned", chat.assigned_at),
        Message(chat.id, 3, "m3", agent, "text", "I am looking into it.", chat.first_reply_at),
        Message(chat.id, 4, "m4", visitor, "text", "Thank you.", end),
        event(5, "closed", end),
    ]
