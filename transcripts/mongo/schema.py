"""The collections' indexes. docs/mongodb.md lists which question each of them answers."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256

from pymongo import IndexModel
from pymongo.errors import CollectionInvalid

from transcripts.mongo.client import Database
from transcripts.mongo.contacts import take_up_older

_ONLY_OPEN = {"open": True}
# Said as a comparison, so that the planner sees that `client_id: "x"` is among them; of `$type` it does not.
_WITH_CLIENT_ID = {"client_id": {"$gte": ""}}


def _index(
    *fields: str, unique: bool = False, where: Mapping[str, object] | None = None, name: str | None = None
) -> IndexModel:
    """All ascending: an index is read backwards just as well, and every order here is of one direction."""
    keys = [(name, 1) for name in fields]
    options = {} if where is None else {"partialFilterExpression": where}
    said = "_".join(fields).replace(".", "_") + ("_once" if unique else "")
    return IndexModel(keys, name=name or said, unique=unique, **options)


INDEXES: dict[str, tuple[IndexModel, ...]] = {
    "chats": (
        # A visitor never has two open chats, whatever the code above believes.
        _index("visitor_id", unique=True, where=_ONLY_OPEN),
        _index("line", unique=True),
        _index("open", "line", where=_ONLY_OPEN),
        _index("visitor_id", "closed_at", "line"),
        _index("visitor_id", "line"),
        _index("email_folded", "line"),
        _index("department_id", "closed_at"),
        _index("agent_id", "state", "resolution", "closed_at", "line"),
        _index("agent_id", "line"),
        _index("created_at"),
        _index("created_at", name="created_at_rated", where={"rating.at": {"$exists": True}}),
        _index("terms", "line"),
        _index("name_terms", "line"),
    ),
    "starts": (_index("visitor_id", "client_id", unique=True),),
    "messages": (
        _index("chat_id", "seq", unique=True),
        _index("chat_id", "client_id", "author.kind", "author.id", unique=True, where=_WITH_CLIENT_ID),
    ),
    "notes": (
        _index("chat_id", "note_seq", unique=True),
        _index("chat_id", "client_id", "author.kind", "author.id", unique=True),
    ),
    "visitors": (_index("subject", "created_at", "_id"), _index("email_folded")),
    "identities": (_index("visitor_id"),),
    "contacts": (
        _index("subject", unique=True, where={"subject": {"$gte": ""}}),
        _index("n", unique=True),
    ),
    "contact_addresses": (),
    "codes": (_index("chat_id", "n", unique=True), _index("address", "sent_at"), _index("contact_id")),
    "audit": (_index("actor", "_id"), _index("action", "_id"), _index("subject", "_id")),
    "pages": (_index("visitor_id", "at", "_id"), _index("at")),
    "erasures": (_index("at"),),
    "tickets": (
        _index("is_final", "rank", "n"),
        _index("requester_folded", "n"),
        _index("visitor_id", "is_final", "rank", "n"),
        _index("assignee", "is_final", "rank", "n"),
        _index("terms", "is_final", "rank", "n"),
        _index("is_final", "missed_at", where={"missed_at": {"$gt": 0}}),
        _index("department_id", "tier", "is_final", "tier_since", "created_at"),
        _index("created_at"),
    ),
    "ticket_requests": (_index("creator", "client_id", unique=True), _index("ticket_number")),
    "ticket_messages": (
        _index("ticket_number", "n", unique=True),
        _index("ticket_number", "client_id", "author.kind", "author.id", unique=True, where=_WITH_CLIENT_ID),
    ),
    "mails": (
        _index("n", unique=True),
        _index("state", "n"),
        _index("state", "claimable_at"),
        _index("message_id"),
        _index("chat_id"),
        _index("ticket_number"),
        _index("to_folded"),
    ),
    "inbound": (
        _index("digest", "message_id", unique=True),
        _index("n", unique=True),
        _index("state", "n"),
        _index("state", "due_at"),
        _index("sender", "settled_at"),
        _index("raw_gone_at", "settled_at"),
        _index("ticket_number"),
        _index("from_folded"),
    ),
    "inbound_raw": (_index("inbound_id", "n", unique=True),),
    "agents": (_index("email_folded", unique=True), _index("n", unique=True)),
    "departments": (_index("n", unique=True),),
    "api_tokens": (_index("token_hash", unique=True), _index("created_at", "_id")),
    "sessions": (_index("agent_id"), _index("expires_at")),
    "credentials": (),
    "canned": (_index("n"),),
    "named_values": (),
    "presence": (_index("at", "_id"), _index("agent_id", "at", "_id")),
    "proofs": (_index("started_at", "_id"),),
    "journal": (_index("epoch", "kind", "version", unique=True), _index("decided", "n")),
    "journal_epochs": (_index("n"),),
    "estimates": (),
    "first_estimates": (_index("at", "_id"),),
    "files": (
        _index("chat_id", "n"),
        _index("ticket_number", "n"),
        _index("thumb_id"),
        _index("sent_at", "created_at"),
    ),
    "incidents": (_index("ended_at", "n"),),
    "incident_news": (_index("incident_id", "number", unique=True), _index("pending", "n")),
    "incident_subscribers": (
        _index("email_folded", unique=True),
        _index("n", unique=True),
        _index("everything"),
        _index("incident_ids"),
    ),
    "problems": (_index("n"), _index("status", "n"), _index("status", "answered_at", "n")),
    "problem_links": (_index("kind", "subject", unique=True), _index("problem_id", "n")),
    "begun": (_index("process_id"),),
    "counters": (),
    "loads": (),
}
COUNTERS = (
    "line",
    "ticket",
    "mail",
    "inbound",
    "file",
    "account",
    "department",
    "presence",
    "journal",
    "incident",
    "subscriber",
    "problem",
    "contact",
    "code",
    "audit",
)


async def prepare(database: Database) -> None:
    """Make what is missing; does no harm where all is there, or when several servers do it at once.

    Raises PyMongoError; then the rest is made the next time.
    """
    schema, shape = database["schema"], shape_of()
    if await schema.find_one({"_id": "indexes", "shape": shape}) is not None:
        return
    for name, indexes in INDEXES.items():
        # Made before the first transaction needs it: two that make a collection at once collide.
        with suppress(CollectionInvalid):
            await database.create_collection(name)
        if indexes:
            await database[name].create_indexes(list(indexes))
    await _count_from_zero(database)
    await take_up_older(database)
    await schema.replace_one({"_id": "indexes"}, {"shape": shape}, upsert=True)


def shape_of() -> str:
    """Another one whenever an index or a counter is another."""
    said = [(name, [index.document for index in indexes]) for name, indexes in sorted(INDEXES.items())]
    return sha256(repr((said, COUNTERS)).encode()).hexdigest()


async def _count_from_zero(db: Database) -> None:
    """Made here, so that the first two servers that count do not both make the counter."""
    for name in COUNTERS:
        await db["counters"].update_one({"_id": name}, {"$setOnInsert": {"value": 0}}, upsert=True)
