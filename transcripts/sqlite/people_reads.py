"""All chats and tickets of one person. Each way to know them again has an index of its own."""

from __future__ import annotations

from transcripts.contacts import PersonQuery
from transcripts.records import Chat, Ticket
from transcripts.sqlite.base import Part
from transcripts.sqlite.conversations import CHATS
from transcripts.sqlite.rows import marks
from transcripts.sqlite.tickets import TICKETS


class PeopleReads(Part):
    async def chats_of_person(self, query: PersonQuery) -> tuple[Chat, ...]:
        where, args = _of_person(query, "visitor_email")
        return await self._read(lambda db: CHATS.all(db, f"{where} ORDER BY line DESC LIMIT ?", args))

    async def tickets_of_person(self, query: PersonQuery) -> tuple[Ticket, ...]:
        where, args = _of_person(query, "requester_email")
        return await self._read(lambda db: TICKETS.all(db, f"{where} ORDER BY id DESC LIMIT ?", args))


def _of_person(query: PersonQuery, address: str) -> tuple[str, list[object]]:
    """address: the column with what is compared without case."""
    either = [f"{address} COLLATE NOCASE IN ({marks(query.addresses)})"]
    args: list[object] = [*query.addresses]
    if query.visitor_id is not None:
        either.append("visitor_id = ?")
        args.append(query.visitor_id)
    if query.subject is not None:
        either.append("visitor_id IN (SELECT id FROM visitors WHERE subject = ?)")
        args.append(query.subject)
    where = f"WHERE ({' OR '.join(either)})"
    if query.departments is not None:
        where += f" AND department_id IN ({marks(query.departments)})"
        args += query.departments
    return where, [*args, query.limit]
